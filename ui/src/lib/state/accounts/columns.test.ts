import { describe, expect, it } from 'vitest';
import { columnsOf, fitting, moved, plainColumns, toggled, tracks } from './columns';

describe('the columns of the list', () => {
  it('are what the settings keep, in that order, without names of another version', () => {
    expect(columnsOf([])).toEqual(plainColumns);
    expect(columnsOf(['priority', 'from_later', 'status'])).toEqual(['priority', 'status']);
    expect(columnsOf(['from_later'])).toEqual(plainColumns);
  });

  it('come and go and move, but one always stays', () => {
    expect(toggled(['status'], 'tags')).toEqual(['status', 'tags']);
    expect(toggled(['status', 'tags'], 'status')).toEqual(['tags']);
    expect(toggled(['status'], 'status')).toEqual(['status']);
    expect(moved(['tags', 'status', 'pools'], 'status', -1)).toEqual(['status', 'tags', 'pools']);
    expect(moved(['tags', 'status', 'pools'], 'status', 1)).toEqual(['tags', 'pools', 'status']);
    expect(moved(['tags', 'status'], 'tags', -1)).toEqual(['tags', 'status']);
  });

  it('leave one after the other as the room shrinks, and keep their order', () => {
    expect(fitting(plainColumns, 90)).toEqual(plainColumns);
    expect(fitting(plainColumns, 56)).toEqual(['tags', 'status', 'expires', 'quota']);
    expect(fitting(plainColumns, 50)).toEqual(['status', 'expires', 'quota']);
    expect(fitting(plainColumns, 20)).toEqual(['status']);
    expect(fitting(['pools'], 10)).toEqual(['pools']);
  });

  it('never ask for more width than there is, down to a narrow window', () => {
    for (let room = 24; room < 95; room++) {
      const shown = fitting([...plainColumns, 'proxy', 'platform', 'priority', 'uses', 'added'], room);
      const least = [...tracks(shown, room).matchAll(/(?:minmax\()?([\d.]+)rem/g)].map(([, rem]) =>
        Number(rem),
      );
      const gaps = (least.length - 1) * 0.75 + 0.75;
      expect(
        least.reduce((sum, one) => sum + one, gaps),
        `at ${room} rem`,
      ).toBeLessThanOrEqual(room);
    }
  });
});
