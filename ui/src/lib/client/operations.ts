import { open, type Client } from './client';
import type { OperateBody } from './wire';

const named = (id: string) => ({ params: { path: { id } } });

/** Calls about what a platform can do beyond login and health. */
export const operationCalls = (client: Client) => ({
  list: (id: string) => open(client.GET('/api/v1/accounts/{id}/operations', named(id))),
  run: (id: string, operation: string, body: OperateBody) =>
    open(
      client.POST('/desktop/v1/accounts/{id}/operations/{operation}', {
        params: { path: { id, operation } },
        body,
      }),
    ),
});
