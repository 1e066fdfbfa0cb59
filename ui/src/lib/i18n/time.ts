import { currentLocale, type Locale } from './index.svelte';

type Unit = 'second' | 'minute' | 'hour' | 'day' | 'month' | 'year';

const steps: [Unit, number][] = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

const relative = new Map<string, Intl.RelativeTimeFormat>();
const absolute = new Map<string, Intl.DateTimeFormat>();

/**
 * "3 分钟前", "in 2 days"; under a minute "刚刚", "just now" for the past. The clock for ages may be a quarter of a
 * minute behind: what it takes for the nearest future has just been.
 */
export function relativeTime(at: string | number, now: number, locale: Locale = currentLocale()): string {
  const seconds = Math.round((new Date(at).getTime() - now) / 1000);
  const [unit, size] = steps.find(([, size]) => Math.abs(seconds) >= size) ?? ['second', 1];
  if (unit === 'second' && seconds > -60 && seconds < 20) return locale === 'en' ? 'just now' : '刚刚';
  return formatter(locale).format(Math.trunc(seconds / size), unit);
}

/** How long ago something was. The clock on screen lags a little behind: what it takes for future is now. */
export function ageText(at: string | number, now: number, locale: Locale = currentLocale()): string {
  return relativeTime(Math.min(new Date(at).getTime(), now), now, locale);
}

/** The same in the width of a table cell: "3 min. ago", "3分钟前". */
function formatter(locale: Locale): Intl.RelativeTimeFormat {
  let format = relative.get(locale);
  if (!format) {
    format = new Intl.RelativeTimeFormat(locale, {
      numeric: 'always',
      style: locale === 'en' ? 'short' : 'long',
    });
    relative.set(locale, format);
  }
  return format;
}

/** A date and a time of day, for titles and details. */
export function dateTime(at: string | number, locale: Locale = currentLocale()): string {
  return dateFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(at));
}

/** A date alone. */
export function dateOnly(at: string | number, locale: Locale = currentLocale()): string {
  return dateFormat(locale, { dateStyle: 'medium' }).format(new Date(at));
}

function dateFormat(locale: Locale, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale}${JSON.stringify(options)}`;
  let format = absolute.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(locale, options);
    absolute.set(key, format);
  }
  return format;
}

/** Seconds as `4:07`, for countdowns. */
export function clockText(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

/** A length of time in its largest unit: "3 hours", "2 年". */
export function durationText(seconds: number, locale: Locale = currentLocale()): string {
  const [unit, size] = steps.find(([, size]) => seconds >= size) ?? (['second', 1] as const);
  const value = Math.round(seconds / size);
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(value);
}
