import { open, type Client } from './client';
import type { NewPool, PoolChange } from './wire';

const pool = (pool_id: string) => ({ params: { path: { pool_id } } });
const member = (pool_id: string, account_id: string) => ({ params: { path: { pool_id, account_id } } });

/** Calls about pools, their members and the choosing. */
export const poolCalls = (client: Client) => ({
  list: () => open(client.GET('/api/v1/pools')),
  get: (id: string) => open(client.GET('/api/v1/pools/{pool_id}', pool(id))),
  create: (body: NewPool) => open(client.POST('/api/v1/pools', { body })),
  change: (id: string, body: PoolChange) =>
    open(client.PUT('/api/v1/pools/{pool_id}', { ...pool(id), body })),
  remove: (id: string) => open(client.DELETE('/api/v1/pools/{pool_id}', pool(id))),
  members: (id: string) => open(client.GET('/api/v1/pools/{pool_id}/members', pool(id))),
  addMember: (id: string, account_id: string) =>
    open(client.POST('/api/v1/pools/{pool_id}/members', { ...pool(id), body: { account_id } })),
  /** Without a priority the account's own counts. */
  setPriority: (id: string, account: string, priority?: number) =>
    open(
      client.PUT('/api/v1/pools/{pool_id}/members/{account_id}', {
        ...member(id, account),
        body: priority === undefined ? {} : { priority },
      }),
    ),
  removeMember: (id: string, account: string) =>
    open(client.DELETE('/api/v1/pools/{pool_id}/members/{account_id}', member(id, account))),
  select: (id: string) =>
    open(client.POST('/api/v1/pools/{pool_id}/select', { ...pool(id), body: { explain: true } })),
});
