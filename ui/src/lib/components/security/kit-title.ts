import { t } from '$lib/i18n/index.svelte';
import type { KitStep } from '$lib/state/security/kit.svelte';

/** What each step of making a kit is called. */
export function kitTitle(step: KitStep): string {
  const { title, wordsTitle, testTitle, doneTitle } = t.security.kit;
  return { explain: title, words: wordsTitle, test: testTitle, done: doneTitle }[step];
}
