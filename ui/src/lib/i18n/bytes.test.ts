import { expect, it } from 'vitest';
import { bytesText } from './bytes';

it('writes a size in the unit that fits', () => {
  expect(bytesText(0, 'en')).toBe('0 B');
  expect(bytesText(640, 'en')).toBe('640 B');
  expect(bytesText(1_300_000, 'en')).toBe('1.2 MB');
  expect(bytesText(48_300, 'zh-CN')).toBe('47 KB');
  expect(bytesText(3 * 1024 ** 3, 'en')).toBe('3 GB');
});

it('writes a limit as the platform does', () => {
  expect(bytesText(10_485_760, 'en')).toBe('10 MB');
  expect(bytesText(104_857_600, 'zh-CN')).toBe('100 MB');
});

it('goes to the next unit before it would write all of one', () => {
  expect(bytesText(1_048_200, 'en')).toBe('1 MB');
  expect(bytesText(1023, 'en')).toBe('1,023 B');
});
