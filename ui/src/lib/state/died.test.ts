import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { onDied } from './died';
import { Events } from './events';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const died = (account_id: string) => ({
  version: 1,
  events: [
    { type: 'account_died', account_id, name: account_id, platform: 'bilibili', reason: 'not_logged_in' },
  ],
});

it('tells those that die together once, and each only once', () => {
  const events = new Events();
  const told: string[][] = [];
  const stop = onDied(events, (all) => told.push(all.map(({ name }) => name)));
  events.dispatch(died('a'));
  events.dispatch(died('b'));
  events.dispatch(died('a'));
  vi.runAllTimers();
  events.dispatch(died('c'));
  vi.runAllTimers();
  expect(told).toEqual([['a', 'b'], ['c']]);
  stop();
  events.dispatch(died('d'));
  vi.runAllTimers();
  expect(told).toHaveLength(2);
});
