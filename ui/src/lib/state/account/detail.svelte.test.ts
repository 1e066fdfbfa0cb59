import { describe, expect, it, vi } from 'vitest';
import { ApiError, type Api } from '$lib/client';
import type { AccountDetail, PlatformView, QuotasView } from '$lib/client/wire';
import { Events } from '../events';
import { AccountPage } from './detail.svelte';

const can = { quotas: true, operations: true, numbers: true } as PlatformView['capabilities'];
const settled = () => new Promise((resolve) => setTimeout(resolve));

/** An account's page over an engine that notes what it is asked. */
function make() {
  const asked: string[] = [];
  const ask = <T>(what: string, value: T) => {
    asked.push(what);
    return Promise.resolve(value);
  };
  const quotas: { anew: boolean; answer: (read_at: string) => void }[] = [];
  const state = { fails: false };
  const api = {
    accounts: {
      get: () =>
        state.fails
          ? Promise.reject(new ApiError('INTERNAL', 500))
          : ask('account', { account_id: 'acc_1', status: 'active' } as AccountDetail),
    },
    detail: {
      history: () => ask('history', { records: [] }),
      stats: () => ask('stats', {}),
      cookies: () => ask('cookies', { cookies: [] }),
      numbers: () => ask('numbers', {}),
    },
    operations: { list: () => ask('operations', { operations: [] }) },
    wallet: {
      quotas: (_id: string, anew: boolean) => {
        asked.push('quotas');
        return new Promise<QuotasView>((resolve) =>
          quotas.push({ anew, answer: (read_at) => resolve({ read_at, age_s: 0, items: [] }) }),
        );
      },
    },
  } as unknown as Api;
  const events = new Events();
  const page = new AccountPage(api, 'acc_1');
  const changed = () =>
    events.dispatch({ version: 1, events: [{ type: 'accounts_changed', ids: ['acc_1'] }] });
  return { page, events, asked, quotas, state, changed };
}

describe('the page of an account', () => {
  it('reads what the platform can do once that is known, also when the account came at the second try', async () => {
    const { page, events, asked, state } = make();
    state.fails = true;
    page.open(events);
    page.begin(undefined);
    await settled();
    expect(page.account.error?.code).toBe('INTERNAL');
    state.fails = false;
    page.refresh();
    await settled();
    page.begin(can);
    page.begin(can);
    const extras = asked.filter((what) => ['quotas', 'operations', 'numbers'].includes(what));
    expect(extras.toSorted()).toEqual(['numbers', 'operations', 'quotas']);
  });

  it('has what is left anew when the account has changed, without asking the platform', async () => {
    const { page, events, quotas, changed } = make();
    page.open(events);
    await settled();
    page.begin(can);
    quotas[0]?.answer('first');
    await settled();
    changed();
    expect(quotas.map(({ anew }) => anew)).toEqual([false, false]);
    quotas[1]?.answer('second');
    await vi.waitFor(() => expect(page.quotas.value?.read_at).toBe('second'));
  });

  it('asks the platform after a change, and keeps its answer whatever comes in between', async () => {
    const { page, events, quotas, changed } = make();
    page.open(events);
    await page.quotasMayHaveChanged();
    expect(quotas).toEqual([]);
    page.begin(can);
    const reading = page.quotasMayHaveChanged();
    changed();
    expect(quotas.map(({ anew }) => anew)).toEqual([false, true]);
    quotas[1]?.answer('anew');
    await reading;
    expect(page.quotas.value?.read_at).toBe('anew');
    changed();
    expect(quotas.at(-1)?.anew).toBe(false);
  });
});
