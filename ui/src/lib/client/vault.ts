import { open, type Client } from './client';

/** Calls about the vault. */
export const vaultCalls = (client: Client) => ({
  view: () => open(client.GET('/desktop/v1/vault')),
  create: (password: string) => open(client.POST('/desktop/v1/vault', { body: { password } })),
  unlock: (password: string) => open(client.POST('/desktop/v1/vault/unlock', { body: { password } })),
  lock: () => open(client.POST('/desktop/v1/vault/lock')),
});
