import { expect, it } from 'vitest';
import { filterOf, isFiltered, parseSort, plainQuery, sortText } from './query';

it('says nothing about what is not filtered', () => {
  expect(filterOf({ ...plainQuery, text: '   ' })).toEqual({});
  expect(isFiltered({ ...plainQuery, text: '   ' })).toBe(false);
});

it('sends what is filtered', () => {
  const query = { ...plainQuery, status: 'expired' as const, needsMe: true, text: ' 林 ' };
  expect(filterOf(query)).toEqual({ status: 'expired', needs_me: true, text: '林' });
  expect(isFiltered(query)).toBe(true);
});

it('reads the sort that it wrote, and falls back on anything else', () => {
  const sort = { sort: 'last_check', descending: true } as const;
  expect(parseSort(sortText(sort))).toEqual(sort);
  expect(parseSort('-nonsense')).toEqual({ sort: 'number', descending: false });
  expect(parseSort('')).toEqual({ sort: 'number', descending: false });
});
