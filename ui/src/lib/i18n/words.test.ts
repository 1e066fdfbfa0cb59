import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { en } from './en';
import { zhCN } from './zh-CN';

/** Every text of a catalogue with its place; functions are asked with stand-ins. */
function texts(node: unknown, place: string): [string, string][] {
  if (typeof node === 'string') return [[place, node]];
  if (typeof node === 'function') {
    const words = node as (...args: unknown[]) => unknown;
    if (place.endsWith('listJoin')) return [];
    return [1, 3, 12_000].flatMap((count) => texts(words(count, count, count, count), place));
  }
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) => texts(value, `${place}.${key}`));
}

describe('words', () => {
  it('Chinese text has Chinese punctuation', () => {
    const half = /[\u4e00-\u9fff」][,:;?!()]|[,:;?!()][\u4e00-\u9fff「]/;
    const wrong = texts(zhCN, 'zh-CN').filter(([, text]) => half.test(text));
    expect(wrong).toEqual([]);
  });

  it('English text has no Chinese in it but names', () => {
    const allowed = /\.language/;
    const wrong = texts(en, 'en').filter(
      ([place, text]) => /[\u4e00-\u9fff]/.test(text) && !allowed.test(place),
    );
    expect(wrong).toEqual([]);
  });

  it('English counts have a form for one and one for the rest', () => {
    expect(en.accounts.total(1)).toBe('1 account');
    expect(en.accounts.total(12_000)).toBe('12,000 accounts');
    expect(zhCN.accounts.total(12_000)).toContain('12,000');
  });

  it('every error code and every reason of the API has words in both languages', () => {
    const file = new URL('../../../../crates/api/openapi.json', import.meta.url);
    const { schemas } = (JSON.parse(readFileSync(file, 'utf8')) as Api).components;
    const codes = schemas.ErrorCode.enum.map(wireName);
    expect(codes.length).toBeGreaterThan(20);
    for (const words of [en.errors, zhCN.errors]) {
      expect(Object.keys(words.codes)).toEqual(expect.arrayContaining(codes));
      expect(Object.keys(words.reasons)).toEqual(expect.arrayContaining(schemas.Reason.enum));
    }
  });
});

interface Api {
  components: { schemas: Record<'ErrorCode' | 'Reason', { enum: string[] }> };
}

/** `WrongPassword` and `WRONG_PASSWORD` both as the latter, which is what travels. */
function wireName(name: string): string {
  return /[a-z]/.test(name) ? name.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase() : name;
}
