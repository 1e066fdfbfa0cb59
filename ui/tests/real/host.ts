import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { test as base, expect } from '@playwright/test';

export { expect };

/** What the test host says about itself when it is ready. */
export interface RunningHost {
  url: string;
  sandbox: string;
  password: string;
}

const ui = fileURLToPath(new URL('../../build', import.meta.url));

function program(): string {
  const path = process.env.ROSTER_TEST_HOST;
  if (!path)
    throw new Error('set ROSTER_TEST_HOST to the program of `cargo build -p roster-tests --bin host`');
  return path;
}

/** Starts a host for one test, with a new data folder of its own; it ends with the test. */
export const test = base.extend<{ start: (...options: string[]) => Promise<RunningHost> }>({
  start: async ({ page: _ }, use) => {
    const ends: (() => Promise<void>)[] = [];
    await use(async (...options) => {
      const child = spawn(program(), ['--ui', ui, ...options], { stdio: ['ignore', 'pipe', 'inherit'] });
      const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      ends.push(async () => {
        child.kill('SIGINT');
        await ended;
      });
      const early = ended.then(() => Promise.reject(new Error('the host ended before it was ready')));
      const line = new Promise<string>((resolve) =>
        child.stdout.once('data', (data: Buffer) => resolve(String(data))),
      );
      return JSON.parse(await Promise.race([line, early])) as RunningHost;
    });
    for (const end of ends) await end();
  },
});
