import type { QuotaItem } from '$lib/client/wire';
import { bytesText } from '$lib/i18n/bytes';
import { currentLocale, t } from '$lib/i18n/index.svelte';
import { durationText, relativeTime } from '$lib/i18n/time';
import { humanised } from '../operations/schema';

/** What a quota is called. One that nobody has given words is called by its key. */
export function quotaName(key: string): string {
  return t.quotas.names[key] ?? humanised(key);
}

/** An amount of money with its currency: an ISO code, or the sign that the platform itself shows. */
export function moneyText(value: number, currency: string | null | undefined): string {
  const digits = Math.abs(value) < 0.01 && value !== 0 ? 6 : 2;
  const format = (options: Intl.NumberFormatOptions) =>
    new Intl.NumberFormat(currentLocale(), { maximumFractionDigits: digits, ...options }).format(value);
  if (!currency) return format({});
  if (/^[A-Z]{3}$/.test(currency))
    return format({ style: 'currency', currency, currencyDisplay: 'narrowSymbol' });
  return `${value < 0 ? '-' : ''}${currency}${format({ signDisplay: 'never', minimumFractionDigits: 2 })}`;
}

/** A number of whatever the quota counts. */
export function amountText(value: number, { unit, currency }: Pick<QuotaItem, 'unit' | 'currency'>): string {
  switch (unit) {
    case 'bytes':
      return bytesText(value);
    case 'money':
      return moneyText(value, currency);
    case 'seconds':
      return durationText(value);
    case 'count':
    case 'credits':
      return value.toLocaleString(currentLocale(), { maximumFractionDigits: 2 });
  }
}

/** What is left, of how much where that is known: "850 / 1,000", "不限". */
export function leftText(quota: QuotaItem): string {
  if (quota.unlimited) return t.quotas.unlimited;
  const amount = (value: number) => amountText(value, quota);
  if (quota.left === null) return quota.used === null ? '–' : t.quotas.used(amount(quota.used));
  return quota.limit === null ? amount(quota.left) : `${amount(quota.left)} / ${amount(quota.limit)}`;
}

/** The whole of it in one line, by its name: what is left, or that there is no end to it, or what was used. */
export function quotaLine(quota: QuotaItem): string {
  const name = quotaName(quota.key);
  const counted = !quota.unlimited && quota.left !== null;
  return (counted ? t.quotas.leftOf : t.quotas.of)(name, leftText(quota));
}

/** How much of it is left, from 0 to 1, where it has a limit. */
export function shareLeft({ unlimited, left, limit }: QuotaItem): number | undefined {
  if (unlimited || left === null || limit === null) return undefined;
  return limit <= 0 ? 0 : Math.min(1, Math.max(0, left / limit));
}

/** When it is gone, or else starts anew, in words. */
export function endOf(
  { resets_at, expires_at }: QuotaItem,
  now: number,
): { at: string; text: string } | undefined {
  if (expires_at !== null) return { at: expires_at, text: t.quotas.expires(relativeTime(expires_at, now)) };
  return resets_at === null
    ? undefined
    : { at: resets_at, text: t.quotas.resets(relativeTime(resets_at, now)) };
}

/** How near the end it is: by its share, and what is gone is gone. */
export function urgencyOf(quota: QuotaItem): 'ok' | 'soon' | 'bad' {
  if (quota.unlimited) return 'ok';
  const share = shareLeft(quota) ?? (quota.left === null || quota.left > 0 ? 1 : 0);
  if (share <= 0.05) return 'bad';
  return share <= 0.2 ? 'soon' : 'ok';
}
