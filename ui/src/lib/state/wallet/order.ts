import type { WalletRow } from '$lib/client/wire';
import { shareLeft, urgencyOf } from '../quotas/words';

/** What stands on top: what runs out first, what is over first, or the accounts by name. */
export type WalletSort = 'left' | 'end' | 'account';

const DAY = 86_400_000;
/** So long before its end something is worth a warning, as with logins. */
const SOON = 3 * DAY;
const NEVER = Infinity;

const names = new Intl.Collator('zh-CN', { numeric: true });

/** Sorts rows without asking the same twice of one row. */
export function sorted(rows: readonly WalletRow[], by: WalletSort): WalletRow[] {
  const keyed = rows.map((row) => ({ row, keys: keysOf(row, by) }));
  keyed.sort((left, right) => {
    for (const [index, key] of left.keys.entries()) {
      const other = right.keys[index] ?? 0;
      if (key !== other) return key < other ? -1 : 1;
    }
    return names.compare(left.row.account_name, right.row.account_name);
  });
  return keyed.map(({ row }) => row);
}

function keysOf(row: WalletRow, by: WalletSort): number[] {
  if (by === 'account') return [];
  const left = scarcity(row);
  return by === 'left' ? [left, changeOf(row)] : [lossOf(row), changeOf(row), left];
}

/** 0 is gone, 1 is all there; what has no limit comes last. */
function scarcity({ quota }: WalletRow): number {
  if (quota.unlimited) return 3;
  return shareLeft(quota) ?? (quota.left === null ? 2 : quota.left <= 0 ? 0 : 1);
}

const time = (at: string | null) => (at === null ? NEVER : Date.parse(at));

/** When something is gone that does not come back by itself. */
const lossOf = ({ quota, membership_ends_at }: WalletRow) =>
  Math.min(time(quota.expires_at), time(membership_ends_at));

const changeOf = ({ quota }: WalletRow) => time(quota.expires_at ?? quota.resets_at);

/** Whether it is over soon: a membership, or credits that lapse. */
export function endsSoon(at: string | null, now: number): boolean {
  return time(at) - now < SOON;
}

/** Whether the owner should look at it: little is left, or it is over soon. */
export function runsOut({ quota, membership_ends_at }: WalletRow, now: number): boolean {
  return urgencyOf(quota) !== 'ok' || endsSoon(quota.expires_at, now) || endsSoon(membership_ends_at, now);
}
