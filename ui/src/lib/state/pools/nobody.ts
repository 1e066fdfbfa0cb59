import type { ApiError } from '$lib/client';
import type { NobodyReady } from '$lib/client/wire';

const keys = ['members', 'pending', 'expired', 'restricted', 'disabled'] as const;

/** What keeps the members out of a choice, as it comes with `NO_AVAILABLE_ACCOUNT`. */
export function nobodyOf(error: ApiError): NobodyReady {
  const why = (error.details.why ?? {}) as Record<string, unknown>;
  const number = (key: keyof NobodyReady) => (typeof why[key] === 'number' ? why[key] : 0);
  return Object.fromEntries(keys.map((key) => [key, number(key)])) as unknown as NobodyReady;
}
