import { describe, expect, it } from 'vitest';
import { ApiError, type Api } from '$lib/client';
import type { BulkUpdate } from '$lib/client/wire';
import { sampleAccount } from '$lib/testing/account';
import type { Jobs } from '../jobs.svelte';
import { BulkProxy } from './bulk-proxy.svelte';
import { Bulk } from './bulk.svelte';

const ADDRESS = 'socks5://127.0.0.1:1080';
const accounts = [
  sampleAccount(1, { platform: 'north' }),
  sampleAccount(2, { platform: 'south', more: { proxied: true } }),
  sampleAccount(3, { platform: 'south' }),
];

const through = { scheme: 'http', host: 'proxy.example', port: 8080, has_user: false };

/** A dialog over three accounts; what the API refuses is said by a test. */
async function opened(refuse: (ids: string[]) => { account_id: string; code: string }[] = () => []) {
  const sent: BulkUpdate[] = [];
  const asked: [string | null, string | null][] = [];
  const updateMany = (body: BulkUpdate) => {
    sent.push(body);
    return Promise.resolve({ done: [], skipped: refuse(body.account_ids) });
  };
  const testProxy = (proxy: string | null, id: string | null) => {
    asked.push([proxy, id]);
    if (proxy === 'nonsense') return Promise.reject(new ApiError('INVALID_REQUEST', 400, { field: 'proxy' }));
    return Promise.resolve({ ok: id !== 'acc_2', reason: 'ok', duration_ms: 5, asked: 'a.example', through });
  };
  const bulk = new Bulk({ updateMany } as unknown as Api['accounts'], {} as Jobs);
  const work = new BulkProxy({ testProxy } as unknown as Api['wallet'], bulk);
  await work.open(Promise.resolve(accounts));
  return { work, sent, asked };
}

describe('one proxy for many', () => {
  it('says what becomes of each, and changes only those it changes anything for', async () => {
    const { work, sent } = await opened();
    expect([work.fates.map(({ fate }) => fate), work.ready]).toEqual([['given', 'replaced', 'given'], false]);
    work.choose('clear');
    expect(work.fates.map(({ fate }) => fate)).toEqual(['stays', 'taken', 'stays']);
    await work.keep();
    expect(sent).toEqual([{ account_ids: ['acc_2'], proxy: null }]);
    expect(work.outcome).toEqual({ changed: 1, failed: [] });
  });

  it('is tried at every platform once, and what was said goes with the address', async () => {
    const { work, asked } = await opened();
    work.type(ADDRESS);
    await work.test();
    expect(asked).toEqual([
      [ADDRESS, 'acc_1'],
      [ADDRESS, 'acc_2'],
    ]);
    expect(work.trials.map(({ platform }) => platform)).toEqual(['north', 'south']);
    work.type('nonsense');
    expect(work.trials).toEqual([]);
    await work.test();
    expect([work.error?.code, work.trials, work.doing]).toEqual(['INVALID_REQUEST', [], undefined]);
  });

  it('tells who stayed as he was, and tries those again', async () => {
    let first = true;
    const { work, sent } = await opened(() => {
      const refused = first ? [{ account_id: 'acc_3', code: 'STORAGE_ERROR' }] : [];
      first = false;
      return refused;
    });
    work.type(ADDRESS);
    await work.keep();
    expect(work.outcome).toMatchObject({ changed: 2, failed: [{ id: 'acc_3' }] });
    await work.keep(['acc_3']);
    expect(work.outcome).toEqual({ changed: 3, failed: [] });
    expect(sent.map(({ account_ids }) => account_ids)).toEqual([['acc_1', 'acc_2', 'acc_3'], ['acc_3']]);
  });

  it('is asked for again when it was no address', async () => {
    const { work } = await opened((ids) =>
      ids.map((account_id) => ({ account_id, code: 'INVALID_REQUEST' })),
    );
    work.type('nonsense');
    await work.keep();
    expect([work.error?.code, work.outcome]).toEqual(['INVALID_REQUEST', undefined]);
  });
});
