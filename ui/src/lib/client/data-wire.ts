import type { components } from '$lib/api/schema';

/**
 * What travels about trash, undo and the vault's history, as agreed with the engine's part. Stands here by hand
 * until the API's own description has it.
 */
export interface TrashItem {
  trash_id: string;
  kind: 'account' | 'pool';
  name: string;
  platform: string;
  deleted_at: string;
  gone_at: string;
}

export interface TrashRestored {
  restored: number;
  failed: { trash_id: string; reason: string }[];
}

export interface UndoItem {
  undo_id: string;
  what: string;
  count: number;
  at: string;
}

export interface UndoneView {
  what: string;
  undone: number;
  skipped: number;
}

export interface HistoryEntry {
  at: string;
  what: string;
  count: number | null;
  detail: string | null;
}

export interface SetAside {
  name: string;
  at: string | null;
  parts: string[];
  bytes: number;
}

export interface HistoryView {
  entries: HistoryEntry[];
  set_aside: SetAside[];
}

type BulkView = components['schemas']['BulkView'];

/** A change of several accounts. */
export interface BulkUpdate {
  account_ids: string[];
  status?: 'active' | 'inactive';
  add_tags?: Record<string, string>;
  remove_tags?: string[];
}

interface Operation<Data, Body, Path> {
  parameters: { query?: never; header?: never; cookie?: never } & (Path extends undefined
    ? { path?: never }
    : { path: Path });
  requestBody: Body extends undefined ? never : { content: { 'application/json': Body } };
  responses: { 200: { headers: Record<string, unknown>; content: { 'application/json': { data: Data } } } };
}
type Get<Data, Path = undefined> = { get: Omit<Operation<Data, undefined, Path>, 'requestBody'> };
type Post<Data, Body = undefined, Path = undefined> = {
  post: Body extends undefined
    ? Omit<Operation<Data, Body, Path>, 'requestBody'>
    : Operation<Data, Body, Path>;
};
interface Named {
  id: string;
}

export interface DataPaths {
  '/desktop/v1/trash': Get<{ items: TrashItem[] }>;
  '/desktop/v1/trash/restore': Post<TrashRestored, { trash_ids: string[] }>;
  '/desktop/v1/trash/purge': Post<{ purged: number }, { trash_ids: string[] | null }>;
  '/desktop/v1/undo': Get<{ items: UndoItem[] }>;
  '/desktop/v1/undo/{id}': Post<UndoneView, undefined, Named>;
  '/desktop/v1/accounts/bulk-update': Post<BulkView, BulkUpdate>;
  '/desktop/v1/vault/history': Get<HistoryView>;
}
