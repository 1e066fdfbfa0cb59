import { describe, expect, it } from 'vitest';
import { ApiError, type Api } from '$lib/client';
import type { Jobs } from '../jobs.svelte';
import { Bulk } from './bulk.svelte';

const ids = Array.from({ length: 25 }, (_, index) => `acc_${index}`);

/** An API of which only what a test needs is there. */
function bulk(calls: Partial<Record<keyof Api['accounts'], unknown>>): Bulk {
  return new Bulk(calls as Api['accounts'], {} as Jobs);
}

describe('bulk work', () => {
  it('changes all in one step, and lists those that stayed as they were', async () => {
    const sent: unknown[] = [];
    const work = bulk({
      updateMany: (body: unknown) => {
        sent.push(body);
        return Promise.resolve({ done: [], skipped: [{ account_id: 'acc_7', code: 'ACCOUNT_NOT_FOUND' }] });
      },
    });
    const progress = await work.setStatus(ids, 'inactive');
    expect(sent).toEqual([{ account_ids: ids, status: 'inactive' }]);
    expect(progress).toMatchObject({ kind: 'disable', done: 25, total: 25, running: false });
    expect(progress.failed.map(({ id, error }) => [id, error.code])).toEqual([
      ['acc_7', 'ACCOUNT_NOT_FOUND'],
    ]);
    expect(work.progress).toBeUndefined();
  });

  it('says of every account that a failed call left it as it was', async () => {
    const work = bulk({ updateMany: () => Promise.reject(new ApiError('VAULT_LOCKED', 423)) });
    const progress = await work.setStatus(ids, 'active');
    expect(progress.failed).toHaveLength(25);
    expect(progress.failed[24]?.error.code).toBe('VAULT_LOCKED');
  });

  it('adds a label and leaves the others alone', async () => {
    const sent: unknown[] = [];
    const updateMany = (body: unknown) => {
      sent.push(body);
      return Promise.resolve({ done: ['acc_1'], skipped: [] });
    };
    await bulk({ updateMany }).tag(['acc_1'], 'new', '2');
    expect(sent).toEqual([{ account_ids: ['acc_1'], add_tags: { new: '2' } }]);
  });

  it('deletes by as many as a call takes, stops when told to, and tells which were left', async () => {
    const many = Array.from({ length: 25_000 }, (_, index) => `acc_${index}`);
    const sizes: number[] = [];
    const work = bulk({
      removeMany: (chunk: string[]) => {
        sizes.push(chunk.length);
        if (sizes.length === 2) work.cancel();
        const skipped = sizes.length === 2 ? [{ account_id: chunk[0], code: 'ACCOUNT_NOT_FOUND' }] : [];
        return Promise.resolve({ done: chunk, skipped });
      },
    });
    const progress = await work.remove(many);
    expect(sizes).toEqual([10_000, 10_000]);
    expect(progress).toMatchObject({ done: 20_000, total: 25_000 });
    expect(progress.failed.map(({ id }) => id)).toEqual(['acc_10000']);
  });
});
