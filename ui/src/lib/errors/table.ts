import type { ApiError } from '$lib/client';
import { say, type Bilingual } from '$lib/i18n/bilingual';
import { t } from '$lib/i18n/index.svelte';

/** How loudly an error speaks: the owner can go on, has to do something, or has lost something. */
export type Severity = 'note' | 'problem' | 'grave';

/** An error as the screen shows it. */
export interface ErrorWords {
  title: string;
  remedy: string;
  severity: Severity;
  incident: string | undefined;
}

/** What the disk refuses concerns everything that is kept, whatever was asked for. */
const graveReasons = new Set(['disk_full', 'read_only', 'no_permission', 'disk_error']);

const severities: Partial<Record<string, Severity>> = {
  VAULT_DAMAGED: 'grave',
  HOST_UNREACHABLE: 'grave',
  VAULT_LOCKED: 'note',
  CONFLICT: 'note',
  OFFLINE: 'note',
  RATE_LIMITED: 'note',
  LOGIN_NOT_FOUND: 'note',
};

/** The words for an error: the platform's reason says more than the code, where there is one. */
export function errorWords(error: ApiError): ErrorWords {
  const reasons: Record<string, string[]> = t.errors.reasons;
  const codes: Record<string, string[]> = t.errors.codes;
  const byReason = error.reason === undefined ? undefined : reasons[error.reason];
  const [title = '', remedy = ''] = byReason ?? codes[error.code] ?? t.errors.codes.UNEXPECTED_ANSWER;
  const own = ownRemedy(error);
  const disk = error.reason !== undefined && graveReasons.has(error.reason);
  const severity = disk ? 'grave' : (severities[error.code] ?? 'problem');
  // "Another reason" would stand above the reason itself.
  const named = own !== undefined && error.reason === 'other' ? t.errors.notDone : title;
  return { title: named, remedy: own ?? remedy, severity, incident: error.incident };
}

/** What the adapter advises, where it knows better than a table for all platforms. */
function ownRemedy(error: ApiError): string | undefined {
  const { remedy } = error.details as { remedy?: Partial<Bilingual> | null };
  const { zh, en } = remedy ?? {};
  return zh && en ? say({ zh, en }) : undefined;
}

/** What the platform itself said, for a small line. */
export function platformSaid(error: ApiError): string | undefined {
  if (error.code !== 'PLATFORM_ERROR') return undefined;
  // Where the platform names no code of its own, "refused" stands for it.
  const code = error.details.code === 'refused' ? '' : error.details.code;
  const said = [code, error.details.message].filter((part) => typeof part === 'string' && part !== '');
  return said.length === 0 ? undefined : t.operations.said(said.join(' · '));
}
