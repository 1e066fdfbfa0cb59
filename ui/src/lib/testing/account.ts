import type { AccountSummary } from '$lib/client/wire';

type More = NonNullable<AccountSummary['more']>;

/** An account for tests: well, and named by its number. */
export function sampleAccount(
  number: number,
  change: Omit<Partial<AccountSummary>, 'more'> & { more?: Partial<More> } = {},
): AccountSummary {
  const { more, ...rest } = change;
  const at = '2026-11-01T08:00:00Z';
  return {
    account_id: `acc_${number}`,
    platform: 'bilibili',
    account_name: `Account ${number}`,
    status: 'active',
    priority: 5,
    use_count: 0,
    success_count: 0,
    fail_count: 0,
    last_used_at: null,
    ...rest,
    more: {
      id: number,
      account_type: 'personal',
      name_is_own: false,
      identity: String(number),
      profile: null,
      last_check: { at, verdict: 'alive', reason: 'ok' },
      checking: false,
      site: null,
      proxied: false,
      quota: null,
      can_open: false,
      window_open: false,
      duplicate_of: null,
      first_expired_at: null,
      next_check_at: null,
      forecast: null,
      needs_me: null,
      has_credential: true,
      generation: 1,
      last_error: null,
      tags: {},
      metadata: {},
      user_id: null,
      project_id: null,
      note: '',
      pools: [],
      created_at: at,
      updated_at: at,
      ...more,
    },
  };
}
