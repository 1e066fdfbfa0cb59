import type { AccountFilter, AccountsQuery, AccountStatus, SortKey } from '$lib/client/wire';

/** What the list shows and in which order. */
export interface ListQuery {
  status: AccountStatus | undefined;
  platform: string | undefined;
  tag: string | undefined;
  needsMe: boolean;
  text: string;
  sort: SortKey;
  descending: boolean;
}

export const plainQuery: ListQuery = {
  status: undefined,
  platform: undefined,
  tag: undefined,
  needsMe: false,
  text: '',
  sort: 'number',
  descending: false,
};

/** Whether anything is left out of the list. */
export function isFiltered(query: ListQuery): boolean {
  return Boolean(query.status ?? query.platform ?? query.tag) || query.needsMe || query.text.trim() !== '';
}

/** The filter as the API takes it; what says nothing is left out. */
export function filterOf(
  query: ListQuery,
): AccountFilter & Omit<AccountsQuery, 'needs_me'> & { needs_me?: true } {
  const text = query.text.trim();
  return {
    ...(query.status && { status: query.status }),
    ...(query.platform && { platform: query.platform }),
    ...(query.tag && { tag: query.tag }),
    ...(query.needsMe && { needs_me: true as const }),
    ...(text !== '' && { text }),
  };
}

/** The sort as the settings keep it: the key, with `-` before it for backwards. */
export function sortText(query: Pick<ListQuery, 'sort' | 'descending'>): string {
  return `${query.descending ? '-' : ''}${query.sort}`;
}

const sortKeys: readonly string[] = [
  'number',
  'name',
  'platform',
  'status',
  'priority',
  'use_count',
  'last_used',
  'last_check',
  'expires_at',
  'created_at',
  'updated_at',
] satisfies SortKey[];

/** Reads what [`sortText`] wrote; anything else means the order in which accounts were made. */
export function parseSort(text: string): Pick<ListQuery, 'sort' | 'descending'> {
  const descending = text.startsWith('-');
  const key = descending ? text.slice(1) : text;
  return sortKeys.includes(key)
    ? { sort: key as SortKey, descending }
    : { sort: 'number', descending: false };
}
