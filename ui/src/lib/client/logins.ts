import { open, type Client } from './client';

const named = (id: string) => ({ params: { path: { id } } });

/** Calls about logins under way. */
export const loginCalls = (client: Client) => ({
  start: (platform: string, account?: string) =>
    open(
      client.POST('/desktop/v1/logins', {
        body: { platform, method: 'qr', ...(account === undefined ? {} : { account_id: account }) },
      }),
    ),
  get: (id: string) => open(client.GET('/desktop/v1/logins/{id}', named(id))),
  refresh: (id: string) => open(client.POST('/desktop/v1/logins/{id}/refresh', named(id))),
  acceptNew: (id: string) => open(client.POST('/desktop/v1/logins/{id}/accept-new', named(id))),
  cancel: (id: string) => open(client.DELETE('/desktop/v1/logins/{id}', named(id))),
});
