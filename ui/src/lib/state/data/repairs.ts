import type { VaultNotice } from '$lib/client/wire';
import { t } from '$lib/i18n/index.svelte';

/** So many names are said; the page about it has the rest. */
const NAMED = 5;

/** What opening the vault had to mend, in one sentence and with the names of what is lost; nothing when all was well. */
export function repairsOf(
  notice: VaultNotice,
): { title: string; text?: string; severity: 'note' | 'grave' } | undefined {
  const names = notice.lost_names;
  if (names.length > 0) {
    const some = t.common.listJoin(names.slice(0, NAMED));
    const text = t.data.lostNames(
      names.length > NAMED ? t.data.namesAndMore(some, names.length - NAMED) : some,
    );
    return { title: t.data.lostTitle(names.length), text, severity: 'grave' };
  }
  if (notice.set_aside > 0) return { title: t.vault.setAside(notice.set_aside), severity: 'grave' };
  if (notice.lost) return { title: t.data.deeds.lost(0), severity: 'grave' };
  if (notice.rebuilt || notice.replayed > 0) return { title: t.vault.recovered, severity: 'note' };
  return undefined;
}
