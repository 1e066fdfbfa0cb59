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
  it('changes all, and lists those that stayed as they were', async () => {
    const changed: string[] = [];
    const work = bulk({
      update: (id: string) => {
        if (id === 'acc_7') return Promise.reject(new ApiError('ACCOUNT_NOT_FOUND', 404));
        changed.push(id);
        return Promise.resolve();
      },
    });
    const progress = await work.setStatus(ids, 'inactive');
    expect(changed).toHaveLength(24);
    expect(progress).toMatchObject({ kind: 'disable', done: 25, total: 25, running: false });
    expect(progress.failed.map(({ id, error }) => [id, error.code])).toEqual([
      ['acc_7', 'ACCOUNT_NOT_FOUND'],
    ]);
    expect(work.progress).toBeUndefined();
  });

  it('stops when it is told to: what is under way ends, the rest is not begun', async () => {
    let begun = 0;
    const work = bulk({
      update: () => {
        begun += 1;
        if (begun === 6) work.cancel();
        return Promise.resolve();
      },
    });
    const progress = await work.setStatus(ids, 'active');
    expect(begun).toBeLessThan(12);
    expect(progress.done).toBe(begun);
  });

  it('adds a label to those an account has', async () => {
    const sent: unknown[] = [];
    const work = bulk({
      get: () => Promise.resolve({ more: { tags: { old: '1' } } }),
      update: (_: string, body: unknown) => Promise.resolve(sent.push(body)),
    });
    await work.tag(['acc_1'], 'new', '2');
    expect(sent).toEqual([{ tags: { old: '1', new: '2' } }]);
  });

  it('deletes by chunks and tells which were left', async () => {
    const many = Array.from({ length: 450 }, (_, index) => `acc_${index}`);
    const sizes: number[] = [];
    const work = bulk({
      removeMany: (chunk: string[]) => {
        sizes.push(chunk.length);
        const skipped = sizes.length === 2 ? [{ account_id: chunk[0], code: 'ACCOUNT_NOT_FOUND' }] : [];
        return Promise.resolve({ done: chunk, skipped });
      },
    });
    const progress = await work.remove(many);
    expect(sizes).toEqual([200, 200, 50]);
    expect(progress.failed.map(({ id }) => id)).toEqual(['acc_200']);
  });
});
