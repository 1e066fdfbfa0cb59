import { currentLocale, type Locale } from './index.svelte';

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'];
/** Platforms give their limits in powers of two: 104,857,600 bytes are the 100 MB of the price list. */
const STEP = 1024;

/** A size in the unit that fits: "640 B", "1.2 MB". */
export function bytesText(bytes: number, locale: Locale = currentLocale()): string {
  const size = Math.max(1, bytes);
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log2(size) / 10));
  const value = bytes / STEP ** power;
  const digits = power > 0 && value < 10 ? 1 : 0;
  // 1,023.6 KB would be written as 1,024 KB.
  if (power < UNITS.length - 1 && Number(value.toFixed(digits)) >= STEP) {
    return bytesText(STEP ** (power + 1), locale);
  }
  const format = new Intl.NumberFormat(locale, { maximumFractionDigits: digits });
  return `${format.format(value)} ${UNITS[power] ?? ''}`;
}
