import { open, type Client } from './client';
import type { StartCheck } from './wire';

/** Calls about background work. */
export const jobCalls = (client: Client) => ({
  list: () => open(client.GET('/desktop/v1/jobs')),
  check: (body: StartCheck) => open(client.POST('/desktop/v1/checks', { body })),
  cancel: (id: string) => open(client.DELETE('/desktop/v1/jobs/{id}', { params: { path: { id } } })),
});
