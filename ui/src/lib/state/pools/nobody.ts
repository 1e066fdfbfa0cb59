import type { ApiError } from '$lib/client';
import type { AccountStatus, MemberView } from '$lib/client/wire';

/** What keeps members out of a choice, counted. */
export interface Nobody {
  members: number;
  pending: number;
  expired: number;
  restricted: number;
  disabled: number;
}

const keys = ['members', 'pending', 'expired', 'restricted', 'disabled'] as const;

/** The counts that come with `NO_AVAILABLE_ACCOUNT`; where an older engine sends none, the members are counted. */
export function nobodyOf(error: ApiError, members: readonly MemberView[]): Nobody {
  const why = (error.details.why ?? error.details) as Record<string, unknown>;
  if (keys.some((key) => typeof why[key] === 'number')) {
    const number = (key: keyof Nobody) => (typeof why[key] === 'number' ? (why[key] as number) : 0);
    return {
      members: typeof why.members === 'number' ? why.members : members.length,
      pending: number('pending'),
      expired: number('expired'),
      restricted: number('restricted'),
      disabled: number('disabled'),
    };
  }
  const having = (status: AccountStatus) => members.filter((member) => member.status === status).length;
  return {
    members: members.length,
    pending: having('pending'),
    expired: having('expired'),
    restricted: having('inactive'),
    disabled: 0,
  };
}
