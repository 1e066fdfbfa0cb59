import type { AccountSummary, Reason } from '$lib/client/wire';

type Account = Pick<AccountSummary, 'status' | 'more'>;

/** What an account's status comes to for its owner. Finer than the contract's four words. */
export type Standing = 'ok' | 'soon' | 'expired' | 'restricted' | 'stranger' | 'unknown' | 'off' | 'pending';

/** Reasons that say that nothing reached the platform, or nothing came back. */
const noAnswer = new Set<Reason>([
  'dns',
  'connect',
  'tls',
  'timeout',
  'proxy',
  'server_error',
  'not_json',
  'offline',
  'rate_limited',
  'host_changed',
  'unexpected_shape',
]);

/** Where an account stands, read from its status and its last check. */
export function standingOf(account: Account): Standing {
  const check = account.more?.last_check;
  switch (account.status) {
    case 'expired':
      return 'expired';
    case 'inactive':
      // An account that its owner set aside wants nothing, whatever the last check said.
      if (account.more?.needs_me === 'other_person') return 'stranger';
      return account.more?.needs_me === 'restricted' ? 'restricted' : 'off';
    case 'pending':
      return check && noAnswer.has(check.reason) ? 'unknown' : 'pending';
    case 'active':
      if (check && (check.verdict === 'unknown' || check.verdict === 'platform_changed')) return 'unknown';
      return account.more?.forecast?.soon ? 'soon' : 'ok';
  }
}

/** What helps: log in again, look again, let it work again, or read the history. */
export type Remedy = 'login' | 'check' | 'enable' | 'open';

const remedies: Record<Standing, Remedy> = {
  ok: 'check',
  soon: 'login',
  expired: 'login',
  restricted: 'open',
  stranger: 'login',
  unknown: 'check',
  off: 'enable',
  pending: 'check',
};

/** What to offer for an account. Without a stored login there is nothing to check: a login comes first. */
export function remedyOf(account: Account): Remedy {
  const remedy = remedies[standingOf(account)];
  return remedy === 'check' && account.more?.has_credential === false ? 'login' : remedy;
}
