import { AxeBuilder } from '@axe-core/playwright';
import { test as base, expect, type Page } from '@playwright/test';

export { expect };

/** What a new book begins with; see tests/fake/book.mjs. */
export interface Seed {
  accounts?: number;
  phase?: 'absent' | 'locked' | 'unlocked';
  problem?: { code: string; message: string; key_missing?: boolean } | null;
  preferences?: Record<string, string>;
  settings?: Record<string, unknown>;
  /** Calls that fail, all of them or the first so many. */
  fail?: {
    path: string;
    status: number;
    code: string;
    details?: Record<string, unknown>;
    times?: number;
  } | null;
  delay?: number;
  jobs?: unknown[];
  /** Pools with the ids of their members. */
  pools?: { name: string; platform: string; members?: string[]; [key: string]: unknown }[];
  /** What opening the vault had to mend. */
  notice?: Record<string, unknown>;
  /** The vault's past; see tests/fake/time.mjs. */
  time?: Record<string, unknown>;
  about?: Record<string, unknown>;
  /** What opens the vault; see tests/fake/keys.mjs. */
  keys?: Record<string, unknown>;
  /** Which platforms the accounts are on, in turn. */
  platforms?: string[];
  /** What platforms can do; see tests/fake/services.mjs. */
  services?: { read?: boolean; unreadable?: number };
  /** Which platform's kept answers are played; see tests/samples. */
  samples?: string;
  /** Whether codes come only when a test brings them. */
  slowCode?: boolean;
}

interface Fixtures {
  /** Starts a new book behind the page's address. */
  book: (seed: Seed) => Promise<void>;
  /** Moves the latest login on. */
  login: (change: Record<string, unknown>) => Promise<void>;
  /** Sends events as the engine would. */
  tell: (...events: unknown[]) => Promise<void>;
}

export const test = base.extend<Fixtures>({
  book: async ({ request }, use) => {
    await use(async (seed) => {
      expect((await request.post('/__fake', { data: seed })).ok()).toBe(true);
    });
  },
  login: async ({ request }, use) => {
    await use(async (change) => {
      expect((await request.post('/__fake/login', { data: change })).ok()).toBe(true);
    });
  },
  tell: async ({ request }, use) => {
    await use(async (...events) => {
      expect((await request.post('/__fake/tell', { data: events })).ok()).toBe(true);
    });
  },
  // Whatever the policy refuses or a script throws fails the test that saw it.
  page: async ({ page }, use) => {
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) faults.push(message.text());
    });
    await use(page);
    expect(faults, 'console and script errors').toEqual([]);
  },
});

/** axe finds nothing on what is on screen. */
export async function expectAccessible(page: Page): Promise<void> {
  // Fading and rising would be measured half transparent.
  await page.evaluate(() =>
    Promise.allSettled(
      document
        .getAnimations()
        // A spinner never ends.
        .filter((animation) => animation.effect?.getComputedTiming().endTime !== Infinity)
        .map((animation) => animation.finished),
    ),
  );
  const { violations } = await new AxeBuilder({ page }).analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join('\n')}`);
  expect(found).toEqual([]);
}

/** The rows of the account list that are in the document. */
export const rows = (page: Page) => page.getByRole('grid').locator('[role="row"][data-index]');
