import { defineConfig } from '@playwright/test';

const port = Number(process.env.ROSTER_UI_PORT ?? 5198);
// The UI that is looked at: what `npm run build` made, served under the window's own policy.
const baseURL = `http://127.0.0.1:${port}`;

export default defineConfig({
  testDir: 'tests/e2e',
  outputDir: 'test-results',
  // One book behind one address: one test at a time.
  workers: 1,
  fullyParallel: false,
  forbidOnly: true,
  timeout: 30_000,
  expect: { timeout: 5_000 },
  reporter: [['list']],
  use: {
    baseURL,
    viewport: { width: 1200, height: 780 },
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: process.env.ROSTER_CHROMIUM ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-default-apps',
        '--disable-sync',
      ],
    },
  },
  webServer: {
    command: `node tests/fake/serve.mjs ${port}`,
    url: baseURL,
    reuseExistingServer: false,
  },
});
