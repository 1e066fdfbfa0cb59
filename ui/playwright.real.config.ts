import { defineConfig } from '@playwright/test';
import base from './playwright.config';

// The same browser against the real engine: each test starts the test host (crate roster-tests, `--bin host`)
// for itself. ROSTER_TEST_HOST says where its program is.
const { webServer: _, ...rest } = base;

export default defineConfig({
  ...rest,
  testDir: 'tests/real',
  timeout: 120_000,
  expect: { timeout: 15_000 },
});
