import { describe, expect, it } from 'vitest';
import { ApiError } from '$lib/client';
import type { PoolView } from '$lib/client/wire';
import { PoolDraft } from './draft.svelte';
import { nobodyOf } from './nobody';

const pool = { name: 'A', platform: 'toutiao', description: '', strategy: 'random', max_size: 5 } as PoolView;

describe('a pool in a form', () => {
  it('wants a name, and a limit that is a whole number or nothing', () => {
    const draft = new PoolDraft(undefined, 'bilibili');
    expect(draft.isWhole).toBe(false);
    draft.name = '  日常  ';
    expect(draft.isWhole).toBe(true);
    for (const bad of ['0', '-1', '1.5', 'ten', '1e3']) {
      draft.max = bad;
      expect(draft.isWhole).toBe(false);
    }
    draft.max = ' 12 ';
    expect(draft.pool).toEqual({
      name: '日常',
      platform: 'bilibili',
      description: '',
      strategy: 'round_robin',
      max_size: 12,
    });
  });

  it('says nothing of a limit for a new pool, and 0 to take one away', () => {
    const fresh = new PoolDraft(undefined, 'bilibili');
    expect(fresh.pool).not.toHaveProperty('max_size');
    const changed = new PoolDraft(pool, 'bilibili');
    expect(changed.max).toBe('5');
    expect(changed.platform).toBe('toutiao');
    changed.max = '';
    expect(changed.pool.max_size).toBe(0);
  });
});

it('reads what keeps members out from the error, and 0 for what it does not say', () => {
  const why = { members: 3, expired: 2, pending: 1 };
  const error = new ApiError('NO_AVAILABLE_ACCOUNT', 409, { pool_id: 'pool_1', why });
  expect(nobodyOf(error)).toEqual({ members: 3, expired: 2, pending: 1, restricted: 0, disabled: 0 });
  expect(nobodyOf(new ApiError('NO_AVAILABLE_ACCOUNT', 409)).members).toBe(0);
});
