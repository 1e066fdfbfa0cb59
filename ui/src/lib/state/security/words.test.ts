import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ApiError } from '$lib/client';
import { RecoveryEntry } from './recovery-entry.svelte';
import { loadWordList, splitWords, tidyWord } from './words';

const KIT = 'orbit ladder mimic rice paper thunder indoor seven bridge window spice arrow';

async function entry(): Promise<RecoveryEntry> {
  const made = new RecoveryEntry();
  made.know(await loadWordList());
  return made;
}

describe('the word list', () => {
  it('is the English list of BIP-39, to the byte', () => {
    const text = readFileSync(new URL('./english.txt', import.meta.url));
    const sum = createHash('sha256').update(text).digest('hex');
    expect(sum).toBe('2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda');
  });

  it('completes a beginning that only one word has', async () => {
    const list = await loadWordList();
    expect(list.complete('orbi')).toBe('orbit');
    expect(list.complete('act')).toBeUndefined();
    expect(list.complete('xyzz')).toBeUndefined();
  });
});

describe('typed words', () => {
  it('wide and large letters are made plain', () => {
    expect(tidyWord(' Ｏｒｂｉｔ　')).toBe('orbit');
  });

  it('numbers, lines and commas of the paper fall away', () => {
    expect(splitWords('1. orbit\n2. ladder，mimic')).toEqual(['orbit', 'ladder', 'mimic']);
  });

  it('all twelve pasted into any field fill every field', async () => {
    const made = await entry();
    made.type(5, KIT);
    expect(made.text).toBe(KIT);
    expect(made.check()).toBe(true);
  });

  it('a space leads to the next field and completes the word', async () => {
    const made = await entry();
    expect(made.type(0, 'orbi ')).toBe(1);
    expect(made.words[0]).toBe('orbit');
    expect(made.type(1, 'lad')).toBe(1);
  });

  it('a word in no kit is marked once its field is left, and named before anything is sent', async () => {
    const made = await entry();
    made.type(2, 'mimicc');
    expect(made.isMarked(2)).toBe(false);
    made.leave(2);
    expect(made.isMarked(2)).toBe(true);
    expect(made.check()).toBe(false);
    expect(made.fault).toEqual({ what: 'unknown', position: 3 });
    expect(made.firstWrong).toBe(2);
  });

  it('says how many are missing, and goes to the first of them', async () => {
    const made = await entry();
    made.type(0, 'orbit ladder mimic');
    expect(made.check()).toBe(false);
    expect(made.fault).toEqual({ what: 'missing', count: 9 });
    expect(made.firstWrong).toBe(3);
  });

  it('more than twelve is said', async () => {
    const made = await entry();
    made.type(0, `${KIT} arrow`);
    expect(made.fault).toEqual({ what: 'too_many' });
  });

  it('what the engine refuses is put in its words', async () => {
    const made = await entry();
    const no = (reason: string, index?: number) =>
      made.refused(new ApiError('INVALID_REQUEST', 400, { field: 'words', reason, index }));
    expect(no('checksum')).toBe(true);
    expect(made.fault).toEqual({ what: 'checksum' });
    no('unknown_word', 4);
    expect(made.fault).toEqual({ what: 'unknown', position: 4 });
    made.refused(new ApiError('WRONG_PASSWORD', 401));
    expect(made.fault).toEqual({ what: 'other_kit' });
    expect(made.refused(new ApiError('VAULT_DAMAGED', 409))).toBe(false);
  });

  it('nothing is left once they are wiped', async () => {
    const made = await entry();
    made.type(0, KIT);
    made.wipe();
    expect(made.words.join('')).toBe('');
  });
});
