import { beforeEach, expect, it } from 'vitest';
import { setLocale } from '$lib/i18n/index.svelte';
import { repairsOf } from './repairs';

const well = {
  logins_resumed: 0,
  lost: false,
  lost_names: [],
  rebuilt: false,
  replayed: 0,
  set_aside: 0,
};

beforeEach(() => setLocale('en'));

it('says nothing when all was well', () => {
  expect(repairsOf(well)).toBeUndefined();
});

it('tells of a crash quietly, of a loss gravely', () => {
  expect(repairsOf({ ...well, replayed: 3 })?.severity).toBe('note');
  expect(repairsOf({ ...well, replayed: 3, set_aside: 1 })?.severity).toBe('grave');
  expect(repairsOf({ ...well, lost: true })?.severity).toBe('grave');
});

it('names what is lost, and counts the names that would be too many', () => {
  const named = repairsOf({ ...well, lost: true, lost_names: ['Nora', 'Tea'] });
  expect(named).toMatchObject({ severity: 'grave', text: 'Lost: Nora, Tea' });
  const names = Array.from({ length: 9 }, (_, n) => `A${n}`);
  expect(repairsOf({ ...well, lost_names: names })?.text).toBe('Lost: A0, A1, A2, A3, A4 and 4 more');
});
