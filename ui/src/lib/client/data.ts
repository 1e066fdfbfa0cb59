import { open, type Client } from './client';
import type { ImportSource } from './wire';

const named = (id: string) => ({ params: { path: { id } } });
const ofImport = (import_id: string) => ({ params: { path: { import_id } } });
const ofCookie = (id: string, name: string, domain: string) => ({
  params: { path: { id, name } },
  body: { domain },
});

/** Calls about the vault's past: snapshots, trash, undo, what it did; and about what leaves it or comes in. */
export const dataCalls = (client: Client) => ({
  snapshots: () => open(client.GET('/desktop/v1/vault/snapshots')),
  takeSnapshot: () => open(client.POST('/desktop/v1/vault/snapshots')),
  preview: (id: string) => open(client.GET('/desktop/v1/vault/snapshots/{id}/preview', named(id))),
  /** Without ids everything goes back to how it was. */
  restore: (id: string, account_ids: string[] | null) =>
    open(client.POST('/desktop/v1/vault/snapshots/{id}/restore', { ...named(id), body: { account_ids } })),
  trash: () => open(client.GET('/desktop/v1/trash')),
  restoreTrash: (trash_ids: string[]) =>
    open(client.POST('/desktop/v1/trash/restore', { body: { trash_ids } })),
  /** Without ids the whole trash. */
  purge: (trash_ids: string[] | null) =>
    open(client.POST('/desktop/v1/trash/purge', { body: { trash_ids } })),
  undoList: () => open(client.GET('/desktop/v1/undo')),
  undo: (undo_id: string) => open(client.POST('/desktop/v1/undo/{id}', named(undo_id))),
  /** Asks where to save. Without ids all accounts. */
  exportTo: (password: string, account_ids: string[] | null) =>
    open(client.POST('/desktop/v1/export', { body: { password, account_ids } })),
  /** Asks for the file and reads it; nothing is written. */
  openImport: (source: ImportSource, secret: string) =>
    open(client.POST('/desktop/v1/import', { body: { source, secret } })),
  applyImport: (id: string, item_ids: string[]) =>
    open(client.POST('/desktop/v1/import/{import_id}/apply', { ...ofImport(id), body: { item_ids } })),
  discardImport: (id: string) => open(client.POST('/desktop/v1/import/{import_id}/discard', ofImport(id))),
  erase: (password: string) => open(client.POST('/desktop/v1/vault/erase', { body: { password } })),
  history: () => open(client.GET('/desktop/v1/vault/history')),
  copyCookie: (id: string, name: string, domain: string) =>
    open(client.POST('/desktop/v1/accounts/{id}/cookies/{name}/copy', ofCookie(id, name, domain))),
  revealCookie: (id: string, name: string, domain: string) =>
    open(client.POST('/desktop/v1/accounts/{id}/cookies/{name}/reveal', ofCookie(id, name, domain))),
});
