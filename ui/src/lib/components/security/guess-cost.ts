import type { SecurityView } from '$lib/client/wire';
import { currentLocale, type Locale } from '$lib/i18n/index.svelte';

/** What one guess of a password costs, in words. */
export interface GuessCost {
  memory: string;
  seconds: string;
}

/**
 * The memory that a guess needs, and the time one core takes for it: a core moves about one gibibyte a second
 * through Argon2id. A tenth of a second is the finest that can honestly be said.
 */
export function guessCost(kdf: SecurityView['kdf'], locale: Locale = currentLocale()): GuessCost {
  const seconds = Math.max(0.1, (kdf.memory_kib * kdf.passes) / 2 ** 20);
  const round = (value: number) => value.toLocaleString(locale, { maximumFractionDigits: 1 });
  const mebibytes = kdf.memory_kib / 1024;
  return {
    memory: mebibytes >= 1024 ? `${round(mebibytes / 1024)} GiB` : `${round(mebibytes)} MiB`,
    seconds: `${round(seconds)} ${locale === 'en' ? 's' : '秒'}`,
  };
}
