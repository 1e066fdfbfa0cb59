import type { SortKey } from '$lib/client/wire';

/** The columns that the list can show besides the name, which always comes first. */
export const COLUMNS = [
  'tags',
  'status',
  'expires',
  'quota',
  'pools',
  'proxy',
  'lastUsed',
  'platform',
  'priority',
  'uses',
  'added',
] as const;

export type Column = (typeof COLUMNS)[number];

/** What the list shows until the owner has chosen. */
export const plainColumns: readonly Column[] = ['tags', 'status', 'expires', 'quota', 'pools', 'lastUsed'];

/** What a column sorts by, where it can. */
export const sortOf: Partial<Record<Column, SortKey>> = {
  status: 'status',
  expires: 'expires_at',
  lastUsed: 'last_used',
  platform: 'platform',
  priority: 'priority',
  uses: 'use_count',
  added: 'created_at',
};

/** The least width in rem, and the share of what is left. */
const widths: Record<Column, [least: number, share: number]> = {
  tags: [4.5, 1.1],
  status: [12, 1],
  expires: [5.5, 0.7],
  quota: [8, 2],
  pools: [5, 0.9],
  proxy: [4.5, 0.5],
  lastUsed: [5.5, 0.7],
  platform: [5.5, 0.7],
  priority: [4, 0.4],
  uses: [4, 0.4],
  added: [5.5, 0.7],
};

/** Which goes first where there is no room for all. The status never goes. */
const leaving: readonly Column[] = [
  'added',
  'uses',
  'priority',
  'platform',
  'proxy',
  'pools',
  'lastUsed',
  'tags',
  'expires',
  'quota',
];

/** Check box, name, row actions, the gaps beside them and the padding. */
const AROUND = 2.5 + 8.5 + 4.25 + 2 * 0.75 + 0.75;
const GAP = 0.75;
/** Below this many rem name and status make do with less, and the status goes without its age. */
const NARROW = 32;

/** What the settings keep, as columns: names of another version are passed over. */
export function columnsOf(kept: readonly string[]): readonly Column[] {
  const known = COLUMNS.filter((column) => kept.includes(column));
  if (known.length === 0) return plainColumns;
  return known.toSorted((left, right) => kept.indexOf(left) - kept.indexOf(right));
}

/** Shows a column at the end, or hides it. The last one stays. */
export function toggled(columns: readonly Column[], column: Column): readonly Column[] {
  if (!columns.includes(column)) return [...columns, column];
  return columns.length === 1 ? columns : columns.filter((other) => other !== column);
}

/** Moves a column by so many places. */
export function moved(columns: readonly Column[], column: Column, by: -1 | 1): readonly Column[] {
  const from = columns.indexOf(column);
  const to = from + by;
  if (from < 0 || to < 0 || to >= columns.length) return columns;
  const next = columns.filter((other) => other !== column);
  next.splice(to, 0, column);
  return next;
}

/** Those that fit into so many rem. */
export function fitting(columns: readonly Column[], room: number): readonly Column[] {
  let shown = columns;
  for (const column of leaving) {
    const needed = shown.reduce((sum, one) => sum + widths[one][0] + GAP, AROUND);
    if (needed <= room) break;
    if (shown.length > 1) shown = shown.filter((other) => other !== column);
  }
  return shown;
}

/** The tracks of the grid, from the check box to the row's actions. */
export function tracks(columns: readonly Column[], room: number): string {
  const narrow = room < NARROW;
  const least = (column: Column) => (narrow && column === 'status' ? 8 : widths[column][0]);
  const middle = columns.map((column) => `minmax(${least(column)}rem, ${widths[column][1]}fr)`);
  return ['2.5rem', `minmax(${narrow ? 7 : 8.5}rem, 3.2fr)`, ...middle, narrow ? '2.5rem' : '4.25rem'].join(
    ' ',
  );
}
