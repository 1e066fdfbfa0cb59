import { en, type Catalogue } from './en';
import { zhCN } from './zh-CN';

export type Locale = 'zh-CN' | 'en';

const catalogues: Record<Locale, Catalogue> = { 'zh-CN': zhCN, en };

let locale = $state<Locale>('zh-CN');

/** The language spoken now. */
export function currentLocale(): Locale {
  return locale;
}

/** Speaks another language from now on; everything on screen follows. */
export function setLocale(next: Locale): void {
  locale = next;
}

/** The language that fits what the system asks for: Chinese for any Chinese, else English. */
export function systemLocale(languages: readonly string[] = navigator.languages): Locale {
  return languages[0]?.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
}

/** The words of the language spoken now, by area: `t.accounts.title`. */
export const t = new Proxy({} as Catalogue, {
  get: (_, area) => catalogues[locale][area as keyof Catalogue],
});
