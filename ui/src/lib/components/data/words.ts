import { t } from '$lib/i18n/index.svelte';

/** Why a snapshot was taken, in words; a reason of a later version says only that Roster took it. */
export function reasonWords(reason: string | null): string {
  return (reason === null ? undefined : t.data.reasons[reason]) ?? t.data.otherReason;
}

/** Why an entry of an import is not simply new: in words where there are some. */
export function importReason(reason: string | null): string {
  return reason === null ? '' : (t.data.importReasons[reason] ?? '');
}

/** What a line of the history says besides: the way to open the vault in words, names as they are. */
export function detailWords(what: string, detail: string | null): string {
  if (detail === null) return '';
  return what.startsWith('slot_') ? (t.data.slotKinds[detail] ?? '') : detail;
}

/** One line of what the vault did. */
export function deedWords(what: string, count: number | null): string {
  const deeds: Partial<Record<string, (n: number) => string>> = t.data.deeds;
  return deeds[what]?.(count ?? 0) ?? t.data.otherDeed;
}
