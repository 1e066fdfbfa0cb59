import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError, type Api } from '$lib/client';
import { sampleAccount } from '$lib/testing/account';
import { Events } from '../events';
import { AccountList } from './list.svelte';

const facets = { status: {}, platform: {}, tag: {}, needs_me: 0, total: 600 };
const list = vi.fn<Api['accounts']['list']>();
const count = vi.fn<Api['accounts']['facets']>();

/** A list over 600 accounts, and what tells it news. */
function make() {
  const events = new Events();
  const api = { list, facets: count } as unknown as Api['accounts'];
  return { events, accounts: new AccountList(api, events) };
}

const settled = () => vi.waitFor(() => expect(list.mock.settledResults.length).toBe(list.mock.calls.length));

beforeEach(() => {
  list.mockReset().mockImplementation(({ ids, offset = 0, limit = 50 }) => {
    const all = Array.from({ length: 600 }, (_, index) => sampleAccount(index));
    const named =
      ids === undefined ? all : all.filter(({ account_id }) => ids.split(',').includes(account_id));
    return Promise.resolve({
      accounts: named.slice(offset, offset + limit),
      total: named.length,
      limit,
      offset,
    });
  });
  count.mockReset().mockResolvedValue(facets);
});

describe('the list of accounts', () => {
  it('counts once for a query, however far one scrolls', async () => {
    const { accounts } = make();
    accounts.refresh();
    await vi.waitFor(() => expect(accounts.waiting).toBe(false));
    accounts.show(250, 270);
    await vi.waitFor(() => expect(accounts.row('acc_250')).toBeDefined());
    accounts.show(450, 470);
    await vi.waitFor(() => expect(accounts.row('acc_450')).toBeDefined());
    expect(count).toHaveBeenCalledTimes(1);
    accounts.change({ needsMe: true });
    await vi.waitFor(() => expect(count).toHaveBeenCalledTimes(2));
  });

  it('puts many news into one question while an answer is awaited', async () => {
    const { accounts, events } = make();
    accounts.refresh();
    await vi.waitFor(() => expect(accounts.waiting).toBe(false));
    const before = list.mock.calls.length;
    for (let news = 0; news < 20; news++) {
      events.dispatch({ version: 1, events: [{ type: 'accounts_changed' }] });
    }
    await settled();
    await vi.waitFor(() => expect(list.mock.calls.length).toBe(before + 2));
  });

  it('keeps nothing once the vault is locked', async () => {
    const { accounts, events } = make();
    accounts.refresh();
    await vi.waitFor(() => expect(accounts.row('acc_1')).toBeDefined());
    accounts.selection.toggle('acc_1');
    accounts.change({ text: 'private' });
    events.dispatch({ version: 1, events: [{ type: 'vault_changed', phase: 'locked' }] });
    expect(accounts.order).toEqual([]);
    expect(accounts.row('acc_1')).toBeUndefined();
    expect(accounts.selection.size).toBe(0);
    expect(accounts.query.text).toBe('');
    expect(accounts.facets).toBeUndefined();
  });

  it('says what went wrong, and forgets it when the next answer is good', async () => {
    const { accounts } = make();
    list.mockRejectedValueOnce(new ApiError('INTERNAL', 500));
    accounts.refresh();
    await vi.waitFor(() => expect(accounts.error?.code).toBe('INTERNAL'));
    expect(accounts.empty).toBe(false);
    accounts.refresh();
    await vi.waitFor(() => expect(accounts.error).toBeUndefined());
  });

  it('ticks all that pass the filters, seen or not', async () => {
    const { accounts } = make();
    accounts.refresh();
    await vi.waitFor(() => expect(accounts.waiting).toBe(false));
    await accounts.selectAll();
    expect(accounts.selection.has('acc_599')).toBe(true);
  });

  it('finds accounts among its rows, and asks for the rest in one call', async () => {
    const { accounts } = make();
    accounts.refresh();
    await vi.waitFor(() => expect(accounts.waiting).toBe(false));
    const before = list.mock.calls.length;
    const named = async (ids: string[]) => (await accounts.find(ids)).map((one) => one.account_id);
    expect(await named(['acc_7', 'acc_3'])).toEqual(['acc_7', 'acc_3']);
    expect(list.mock.calls.length).toBe(before);
    expect(await named(['acc_450', 'acc_3'])).toEqual(['acc_450', 'acc_3']);
    expect(list.mock.calls.length).toBe(before + 1);
    expect(await named(['acc_gone', 'acc_3'])).toEqual(['acc_3']);
    expect(list.mock.calls.length).toBe(before + 2);
  });
});
