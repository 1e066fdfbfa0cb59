import { open, type Client } from './client';

const named = (id: string) => ({ params: { path: { id } } });

/** Calls about one account and what belongs to it. */
export const detailCalls = (client: Client) => ({
  remove: (id: string) => open(client.DELETE('/api/v1/accounts/{id}', named(id))),
  check: (id: string) => open(client.POST('/api/v1/accounts/{id}/health-check', named(id))),
  history: (id: string) => open(client.GET('/api/v1/accounts/{id}/health', named(id))),
  stats: (id: string) => open(client.GET('/api/v1/accounts/{id}/stats', named(id))),
  numbers: (id: string) => open(client.GET('/api/v1/accounts/{id}/numbers', named(id))),
  cookies: (id: string) => open(client.GET('/desktop/v1/accounts/{id}/cookies', named(id))),
  renew: (id: string) => open(client.POST('/api/v1/accounts/{id}/renew', named(id))),
  logout: (id: string) => open(client.POST('/api/v1/accounts/{id}/logout', named(id))),
});
