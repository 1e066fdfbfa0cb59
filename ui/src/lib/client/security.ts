import { open, type Client } from './client';

/** Calls about what opens the vault and about its keys. */
export const securityCalls = (client: Client) => ({
  view: () => open(client.GET('/desktop/v1/vault/security')),
  unlockWithWords: (words: string) =>
    open(client.POST('/desktop/v1/vault/unlock/recovery', { body: { words } })),
  unlockWithKeychain: () => open(client.POST('/desktop/v1/vault/unlock/keychain')),
  unlockWithKeyFile: () => open(client.POST('/desktop/v1/vault/unlock/key-file')),
  setPassword: (old: string | null, fresh: string) =>
    open(client.PUT('/desktop/v1/vault/password', { body: { old, new: fresh } })),
  makeKit: (password: string | null) =>
    open(client.POST('/desktop/v1/vault/recovery-kit', { body: { password } })),
  confirmKit: (words: string[]) =>
    open(client.POST('/desktop/v1/vault/recovery-kit/confirm', { body: { words } })),
  addKeychain: (password: string) =>
    open(client.POST('/desktop/v1/vault/slots/keychain', { body: { password } })),
  addKeyFile: (password: string) =>
    open(client.POST('/desktop/v1/vault/slots/key-file', { body: { password } })),
  removeSlot: (slot_id: string, password: string) =>
    open(
      client.POST('/desktop/v1/vault/slots/{slot_id}/remove', {
        params: { path: { slot_id } },
        body: { password },
      }),
    ),
  rotate: (password: string) => open(client.POST('/desktop/v1/vault/rotate', { body: { password } })),
});
