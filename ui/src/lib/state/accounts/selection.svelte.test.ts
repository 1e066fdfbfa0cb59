import { expect, it } from 'vitest';
import { Selection } from './selection.svelte';

const order = ['a', 'b', 'c', '', 'e'];

it('ticks and unticks', () => {
  const selection = new Selection();
  selection.toggle('a');
  selection.toggle('b');
  selection.toggle('a');
  expect([...selection.ids]).toEqual(['b']);
});

it('ticks a range in the order on screen, in both directions, without places that are not known yet', () => {
  const selection = new Selection();
  selection.toggle('e');
  selection.toggle('b', true, order);
  expect([...selection.ids].sort()).toEqual(['b', 'c', 'e']);
});

it('takes a range for one when its beginning is not on screen', () => {
  const selection = new Selection();
  selection.toggle('gone');
  selection.toggle('b', true, order);
  expect(selection.has('b')).toBe(true);
  expect(selection.size).toBe(2);
});
