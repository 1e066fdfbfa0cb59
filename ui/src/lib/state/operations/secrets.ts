import { t } from '$lib/i18n/index.svelte';
import { humanised } from './schema';

/** What a kept secret is called: `kept.backup_codes` and `backup_codes` are the same one. */
export function secretName(name: string): string {
  const bare = name.replace(/^kept\./, '');
  return t.operations.secretNames[bare] ?? humanised(bare);
}
