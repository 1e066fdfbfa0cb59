import { describe, expect, it } from 'vitest';
import type { QuotaItem } from '$lib/client/wire';
import { setLocale } from '$lib/i18n/index.svelte';
import { leftText, moneyText, quotaLine, quotaName, shareLeft, urgencyOf } from './words';

const quota = (change: Partial<QuotaItem>): QuotaItem => ({
  key: 'resumes',
  unit: 'count',
  currency: null,
  used: null,
  limit: null,
  unlimited: false,
  left: null,
  resets_at: null,
  expires_at: null,
  ...change,
});

describe('quotas', () => {
  it('say what is left in their unit', () => {
    setLocale('en');
    expect(leftText(quota({ left: 850, limit: 1000 }))).toBe('850 / 1,000');
    expect(leftText(quota({ unit: 'bytes', left: 94_371_840, limit: 104_857_600 }))).toBe('90 MB / 100 MB');
    expect(leftText(quota({ unit: 'credits', left: 66 }))).toBe('66');
    expect(leftText(quota({ used: 8, unlimited: true }))).toBe('No limit');
    expect(leftText(quota({ used: 8 }))).toBe('8 used');
    expect(leftText(quota({ unit: 'seconds', left: 7200 }))).toBe('2 hours');
    setLocale('zh-CN');
    expect(leftText(quota({ unlimited: true }))).toBe('不限');
  });

  it('say in one line what is left only where something is', () => {
    setLocale('en');
    const line = (change: Partial<QuotaItem>) => quotaLine(quota({ key: 'requests', ...change }));
    expect(line({ left: 850, limit: 1000 })).toBe('Requests: 850 / 1,000 left');
    expect(line({ used: 8, unlimited: true })).toBe('Requests: No limit');
    expect(line({ used: 12 })).toBe('Requests: 12 used');
    setLocale('zh-CN');
    expect(line({ unlimited: true })).toBe('请求次数：不限');
  });

  it('write money by its code, by the platform’s own sign, or bare', () => {
    setLocale('en');
    expect(moneyText(12.5, 'USD')).toBe('$12.50');
    expect(moneyText(-3, '¥')).toBe('-¥3.00');
    expect(moneyText(0.000_42, 'USD')).toBe('$0.00042');
    expect(moneyText(7, null)).toBe('7');
  });

  it('know how near the end is', () => {
    expect(shareLeft(quota({ left: 1, limit: 4 }))).toBe(0.25);
    expect(shareLeft(quota({ left: 1 }))).toBeUndefined();
    expect(urgencyOf(quota({ left: 0 }))).toBe('bad');
    expect(urgencyOf(quota({ left: 15, limit: 100 }))).toBe('soon');
    expect(urgencyOf(quota({ left: 0, unlimited: true }))).toBe('ok');
    expect(urgencyOf(quota({ used: 8 }))).toBe('ok');
  });

  it('that have no words are called by their key', () => {
    expect(quotaName('video_minutes')).toBe('Video minutes');
  });
});
