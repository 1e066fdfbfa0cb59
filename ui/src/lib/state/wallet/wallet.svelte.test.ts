import { describe, expect, it, vi } from 'vitest';
import { ApiError, type Api } from '$lib/client';
import type { JobView, QuotaItem, WalletRow } from '$lib/client/wire';
import { Events } from '../events';
import { Jobs } from '../jobs.svelte';
import { runsOut, sorted } from './order';
import { Wallet } from './wallet.svelte';

const now = Date.parse('2026-11-20T12:00:00Z');

const row = (
  account_name: string,
  quota: Partial<QuotaItem> = {},
  more: Partial<Omit<WalletRow, 'quota'>> = {},
) =>
  ({
    account_name,
    platform: 'north',
    membership_ends_at: null,
    quota: { unlimited: false, left: null, limit: null, resets_at: null, expires_at: null, ...quota },
    ...more,
  }) as WalletRow;
const named = (rows: WalletRow[]) => rows.map(({ account_name }) => account_name);

describe('the order of the wallet', () => {
  it('has what runs out first on top', () => {
    const rows = [
      row('free', { unlimited: true }),
      row('unknown', {}),
      row('stock', { left: 66 }),
      row('half', { left: 5, limit: 10 }),
      row('half, soon', { left: 5, limit: 10, expires_at: '2026-11-21T00:00:00Z' }),
      row('gone', { left: 0 }),
      row('nearly', { left: 1, limit: 100 }),
    ];
    expect(named(sorted(rows, 'left'))).toEqual([
      'gone',
      'nearly',
      'half, soon',
      'half',
      'stock',
      'unknown',
      'free',
    ]);
  });

  it('has what is over first on top, memberships too, and what only starts anew after that', () => {
    const rows = [
      row('b, no end', { left: 1 }),
      row('a, no end', { left: 1 }),
      row('renews', { left: 1, resets_at: '2026-11-20T13:00:00Z' }),
      row('member', {}, { membership_ends_at: '2026-11-22T00:00:00Z' }),
      row('lapses', { left: 9, expires_at: '2026-11-21T00:00:00Z' }),
    ];
    expect(named(sorted(rows, 'end'))).toEqual(['lapses', 'member', 'renews', 'a, no end', 'b, no end']);
    expect(named(sorted([row('号 10'), row('号 9')], 'account'))).toEqual(['号 9', '号 10']);
  });

  it('calls for a look where little is left or something is over within three days', () => {
    expect(runsOut(row('fine', { left: 9, limit: 10 }), now)).toBe(false);
    expect(runsOut(row('renews', { left: 9, limit: 10, resets_at: '2026-11-20T13:00:00Z' }), now)).toBe(
      false,
    );
    expect(runsOut(row('little', { left: 1, limit: 10 }), now)).toBe(true);
    expect(runsOut(row('lapses', { left: 9, expires_at: '2026-11-22T00:00:00Z' }), now)).toBe(true);
    expect(runsOut(row('member', {}, { membership_ends_at: '2026-11-22T00:00:00Z' }), now)).toBe(true);
    expect(runsOut(row('later', {}, { membership_ends_at: '2026-12-22T00:00:00Z' }), now)).toBe(false);
  });
});

describe('the wallet', () => {
  const job = (change: Partial<JobView>) =>
    ({ id: 'job_1', kind: 'quotas', results: [], ...change }) as JobView;

  function wallet(rows: WalletRow[], known: JobView[] = []) {
    const asked = vi.fn(() => Promise.resolve({ rows, reading: false }));
    const results = [
      { account_id: 'a', verdict: 'alive', reason: 'ok' },
      { account_id: 'b', verdict: 'unknown', reason: 'timeout' },
      { account_id: 'c', verdict: 'unknown', reason: 'timeout' },
    ];
    let listed = known;
    const cancel = vi.fn(() => Promise.reject(new ApiError('JOB_NOT_FOUND', 404)));
    const jobs = { list: () => Promise.resolve({ jobs: listed }), cancel };
    const calls = {
      wallet: asked,
      refreshWallet: () => {
        listed = [job({ state: 'done', results } as Partial<JobView>)];
        return Promise.resolve(job({ state: 'running' }));
      },
    };
    const events = new Events();
    const it = new Wallet(
      calls as unknown as Api['wallet'],
      new Jobs(jobs as unknown as Api['jobs'], events),
      {
        now,
      },
    );
    return { it, events, asked };
  }

  it('shows one platform, or only what runs out, and counts both', async () => {
    const rows = [row('a', { left: 1, limit: 10 }), row('b', { left: 9, limit: 10 }, { platform: 'south' })];
    const { it, events } = wallet(rows);
    const stop = it.open(events);
    await vi.waitFor(() => expect(named(it.rows)).toEqual(['a', 'b']));
    expect([it.platforms, it.scarceCount]).toEqual([
      [
        ['north', 1],
        ['south', 1],
      ],
      1,
    ]);
    it.scarce = true;
    expect(named(it.rows)).toEqual(['a']);
    it.platform = 'south';
    expect(it.rows).toEqual([]);
    it.clearFilters();
    expect(it.rows).toHaveLength(2);
    stop();
  });

  it('asks once for any number of changes that come while it asks', async () => {
    const { it, events, asked } = wallet([]);
    it.open(events);
    for (let n = 0; n < 20; n++) events.dispatch({ version: 1, events: [{ type: 'accounts_changed' }] });
    await vi.waitFor(() => expect(it.view.busy).toBe(false));
    await Promise.resolve();
    expect(asked).toHaveBeenCalledTimes(2);
  });

  it('says whom it could not read, by why, until that has been seen', async () => {
    const { it, events } = wallet([]);
    it.open(events);
    expect(await it.readAll()).toBeUndefined();
    expect([it.reading?.id, it.unread]).toEqual(['job_1', []]);
    events.dispatch({ version: 1, events: [{ type: 'job_changed', job: job({ state: 'done' }) }] });
    await vi.waitFor(() => expect(it.unread.map(([why, of]) => [why, of.length])).toEqual([['timeout', 2]]));
    expect(it.reading).toBeUndefined();
    it.dismiss();
    expect(it.unread).toEqual([]);
  });

  it('finds the reading that another visit began, stops it and says when that fails', async () => {
    const { it: here, events } = wallet([], [job({ state: 'running', done: 1, total: 9 })]);
    here.open(events);
    await vi.waitFor(() => expect(here.reading?.done).toBe(1));
    expect((await here.stop())?.code).toBe('JOB_NOT_FOUND');
  });

  it('says what an earlier reading could not read, and no more after a new one has begun', async () => {
    const results = [{ account_id: 'b', verdict: 'unknown', reason: 'timeout' }];
    const earlier = job({ id: 'job_0', state: 'done', results } as Partial<JobView>);
    const { it: here, events } = wallet([], [earlier]);
    here.open(events);
    await vi.waitFor(() => expect(here.unread).toHaveLength(1));
    await here.readAll();
    expect([here.reading?.id, here.unread]).toEqual(['job_1', []]);
  });
});
