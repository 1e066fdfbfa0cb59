import { currentLocale, type Locale } from './index.svelte';

/** A few words that an adapter brings in both languages. */
export interface Bilingual {
  zh: string;
  en: string;
}

/** They in the language spoken now. */
export function say(words: Bilingual, locale: Locale = currentLocale()): string {
  return locale === 'zh-CN' ? words.zh : words.en;
}
