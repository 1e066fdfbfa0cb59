import { open, type Client } from './client';
import type { AccountsQuery, BulkUpdate, UpdateAccount } from './wire';

/** The most rows that one page may hold. */
export const MAX_PAGE = 500;

/** Calls about accounts. */
export const accountCalls = (client: Client) => ({
  list: (query: AccountsQuery) =>
    open(client.GET('/api/v1/accounts', { params: { query: { ...query, view: 'full' } } })),
  facets: (query: Omit<AccountsQuery, 'sort' | 'order' | 'limit' | 'offset' | 'view'>) =>
    open(client.GET('/desktop/v1/accounts/facets', { params: { query } })),
  get: (id: string) =>
    open(client.GET('/api/v1/accounts/{id}', { params: { path: { id }, query: { view: 'full' } } })),
  update: (id: string, body: UpdateAccount) =>
    open(client.PUT('/api/v1/accounts/{id}', { params: { path: { id } }, body })),
  updateMany: (body: BulkUpdate) => open(client.POST('/desktop/v1/accounts/bulk-update', { body })),
  removeMany: (ids: string[]) =>
    open(client.POST('/desktop/v1/accounts/bulk-delete', { body: { account_ids: ids } })),
});
