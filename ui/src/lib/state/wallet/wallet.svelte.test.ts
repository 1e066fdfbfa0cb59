import { describe, expect, it } from 'vitest';
import type { QuotaItem, WalletRow } from '$lib/client/wire';
import { bySoonest } from './wallet.svelte';

const row = (account_name: string, quota: Partial<QuotaItem>) =>
  ({
    account_name,
    quota: { unlimited: false, left: null, limit: null, resets_at: null, expires_at: null, ...quota },
  }) as WalletRow;

describe('the wallet', () => {
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
    expect(rows.toSorted(bySoonest).map(({ account_name }) => account_name)).toEqual([
      'gone',
      'nearly',
      'half, soon',
      'half',
      'stock',
      'unknown',
      'free',
    ]);
  });
});
