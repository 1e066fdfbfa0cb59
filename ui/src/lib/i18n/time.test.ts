import { expect, it } from 'vitest';
import { ageText, clockText, durationText, relativeTime } from './time';

const now = Date.parse('2026-11-20T10:00:00Z');
const minute = 60_000;

it('tells how long ago in the largest unit that fits', () => {
  expect(relativeTime(now - 3 * minute, now, 'zh-CN')).toBe('3分钟前');
  expect(relativeTime(now - 90 * minute, now, 'en')).toBe('1 hr. ago');
  expect(relativeTime(now + 26 * 60 * minute, now, 'en')).toBe('in 1 day');
});

it('calls the last minute now', () => {
  expect(relativeTime(now - 20_000, now, 'zh-CN')).toBe('刚刚');
  expect(relativeTime(now, now, 'en')).toBe('just now');
});

it('takes an age that the clock on screen has not reached yet for now', () => {
  expect(ageText(now + 4_000, now, 'zh-CN')).toBe('刚刚');
});

it('writes lengths of time and countdowns', () => {
  expect(durationText(8 * 30 * 86_400, 'en')).toBe('8 months');
  expect(durationText(7200, 'zh-CN')).toBe('2小时');
  expect(clockText(247)).toBe('4:07');
  expect(clockText(0.2)).toBe('0:01');
  expect(clockText(-3)).toBe('0:00');
});
