import { expect, it } from 'vitest';
import { bytesText } from './bytes';

it('writes a size in the unit that fits', () => {
  expect(bytesText(0, 'en')).toBe('0 B');
  expect(bytesText(640, 'en')).toBe('640 B');
  expect(bytesText(1_240_000, 'en')).toBe('1.2 MB');
  expect(bytesText(48_300, 'zh-CN')).toBe('48 KB');
  expect(bytesText(3_000_000_000, 'en')).toBe('3 GB');
});

it('goes to the next unit before it would write a thousand of one', () => {
  expect(bytesText(999_600, 'en')).toBe('1 MB');
  expect(bytesText(999, 'en')).toBe('999 B');
});
