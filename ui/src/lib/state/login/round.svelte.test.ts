import { describe, expect, it } from 'vitest';
import type { Api } from '$lib/client';
import type { AccountSummary, LoginView, PlatformView } from '$lib/client/wire';
import { sampleAccount } from '$lib/testing/account';
import { Events } from '../events';
import { Round } from './round.svelte';

const bilibili = { id: 'bilibili', login_methods: ['qr'] } as unknown as PlatformView;
const expired = (number: number) => sampleAccount(number, { status: 'expired' });
const settled = () => new Promise((resolve) => setTimeout(resolve));

/** A round over a book whose pages a test may hold back; each login ends as it says. */
function make(pages: AccountSummary[][], result: LoginView['result'] = null) {
  const started: string[] = [];
  let turn = 0;
  const total = pages.flat().length;
  const api = {
    accounts: {
      list: () => Promise.resolve({ accounts: pages[turn++] ?? [], total, limit: 500, offset: 0 }),
    },
    logins: {
      start: ({ account_id }: { account_id: string }) => {
        started.push(account_id);
        return Promise.resolve(view);
      },
      get: () => Promise.resolve(view),
      cancel: () => Promise.resolve({}),
    },
  } as unknown as Api;
  const phase = result ? 'done' : 'waiting';
  const view = { session_id: 'login_1', phase, result, expires_in: null, form: null } as LoginView;
  const round = new Round({
    api,
    events: new Events(),
    platforms: { get: (id) => (id === 'bilibili' ? bilibili : undefined) },
    accounts: {
      find: (ids) => Promise.resolve(pages.flat().filter(({ account_id }) => ids.includes(account_id))),
    },
  });
  return { round, started };
}

const result = (account_id: string, created: boolean): LoginView['result'] => ({
  account_id,
  account_name: 'somebody',
  created,
  avatar_url: null,
  status: 'active',
});

describe('a round of logins', () => {
  it('counts as done only what came back to the account itself', async () => {
    const cases = [
      [result('acc_1', false), 'done'],
      [result('acc_9', false), 'other_person'],
      [result('acc_10', true), 'other_person'],
      [null, 'skipped'],
    ] as const;
    for (const [came, fate] of cases) {
      const { round } = make([[expired(1)]], came);
      await round.open();
      await settled();
      round.next();
      expect(round.fates).toEqual({ acc_1: fate });
    }
  });

  it('begins nothing once it is closed, and says nothing of what went wrong', async () => {
    const { round, started } = make([[expired(1)]]);
    const opening = round.open();
    round.close();
    expect(await opening).toBeUndefined();
    await settled();
    expect([started, round.login]).toEqual([[], undefined]);
  });

  it('takes of the chosen ones those that need a login', async () => {
    const { round } = make([[expired(1), sampleAccount(2), sampleAccount(3), expired(4)]]);
    await round.open(['acc_1', 'acc_2', 'acc_3', 'acc_4']);
    expect(round.queue.map(({ account_id }) => account_id)).toEqual(['acc_1', 'acc_4']);
    expect(round.leftOut).toBe(2);
  });

  it('takes each account once, also when the book moved between two pages', async () => {
    const { round } = make([[expired(1), expired(2)], [expired(2)]]);
    await round.open();
    expect(round.queue.map(({ account_id }) => account_id)).toEqual(['acc_1', 'acc_2']);
  });
});
