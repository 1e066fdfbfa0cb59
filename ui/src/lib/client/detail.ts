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
  /** Opens its platform's page, logged in, in a window of its own; brings it to the front when it is open. */
  openWindow: (id: string) => open(client.POST('/desktop/v1/accounts/{id}/open', named(id))),
  closeWindow: (id: string) => open(client.POST('/desktop/v1/accounts/{id}/close-window', named(id))),
  revealSecret: (id: string, name: string) =>
    open(client.POST('/desktop/v1/accounts/{id}/secrets/{name}/reveal', { params: { path: { id, name } } })),
  copySecret: (id: string, name: string) =>
    open(client.POST('/desktop/v1/accounts/{id}/secrets/{name}/copy', { params: { path: { id, name } } })),
  logout: (id: string) => open(client.POST('/api/v1/accounts/{id}/logout', named(id))),
});
