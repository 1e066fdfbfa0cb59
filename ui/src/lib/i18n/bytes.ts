import { currentLocale, type Locale } from './index.svelte';

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'];

/** A size in the unit that fits: "640 B", "1.2 MB". */
export function bytesText(bytes: number, locale: Locale = currentLocale()): string {
  const power = Math.max(0, Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  const value = bytes / 1000 ** power;
  const digits = power > 0 && value < 10 ? 1 : 0;
  // 999.6 KB would be written as 1,000 KB.
  if (power < UNITS.length - 1 && Number(value.toFixed(digits)) >= 1000) {
    return bytesText(1000 ** (power + 1), locale);
  }
  const format = new Intl.NumberFormat(locale, { maximumFractionDigits: digits });
  return `${format.format(value)} ${UNITS[power] ?? ''}`;
}
