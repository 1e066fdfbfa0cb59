import { expect, it } from 'vitest';
import { parseTag, withoutTag, withTags } from './tags';

it('reads a name alone, or with a value, with either colon', () => {
  expect(parseTag(' region ')).toEqual(['region', '']);
  expect(parseTag('region: 杭州')).toEqual(['region', '杭州']);
  expect(parseTag('用途\uff1a主号')).toEqual(['用途', '主号']);
  expect(parseTag('url:https://a')).toEqual(['url', 'https://a']);
  expect(parseTag('  ')).toBeUndefined();
  expect(parseTag(':x')).toBeUndefined();
});

it('adds several at once and takes the newer value', () => {
  expect(withTags({ a: '1' }, 'b, c:2\uff0ca:9')).toEqual({ a: '9', b: '', c: '2' });
  expect(withTags({ a: '1' }, '')).toEqual({ a: '1' });
});

it('takes one away', () => {
  expect(withoutTag({ a: '1', b: '' }, 'a')).toEqual({ b: '' });
});
