/**
 * What travels about snapshots, trash, undo, export and import, as agreed with the engine's part. Stands here by hand
 * until the API's own description has it.
 */
export type SnapshotReason =
  | 'lock'
  | 'daily'
  | 'owner'
  | 'before_import'
  | 'before_restore'
  | 'before_erase'
  | 'before_delete'
  | 'before_migration';

export interface SnapshotView {
  snapshot_id: string;
  taken_at: string;
  reason: SnapshotReason;
  accounts: number;
  bytes: number;
  verified: boolean;
}

export interface SnapshotsView {
  snapshots: SnapshotView[];
  keep_newest: number;
  keep_daily: number;
}

export interface PreviewItem {
  account_id: string;
  name: string;
  platform: string;
}

export interface RestorePreview {
  snapshot: SnapshotView;
  comes_back: PreviewItem[];
  goes_away: PreviewItem[];
  changes: PreviewItem[];
  same: number;
  pools_changed: number;
}

export interface RestoredView {
  restored: number;
  changed: number;
  removed: number;
  undo_id: string | null;
}

export interface TrashItem {
  trash_id: string;
  kind: 'account' | 'pool';
  name: string;
  platform: string | null;
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

export interface ExportedView {
  cancelled: boolean;
  file_name: string | null;
  accounts: number;
  bytes: number;
}

export type ImportSource = 'export' | 'legacy';
export type ImportWhat = 'new' | 'update' | 'same' | 'conflict' | 'unreadable';

export interface ImportItem {
  item_id: string;
  name: string;
  platform: string | null;
  what: ImportWhat;
  reason: string | null;
}

export interface ImportView {
  import_id: string;
  source: ImportSource;
  items: ImportItem[];
  new: number;
  update: number;
  same: number;
  conflict: number;
  unreadable: number;
}

export interface OpenedImport {
  cancelled: boolean;
  import: ImportView | null;
}

export interface ImportedView {
  imported: number;
  updated: number;
  skipped: number;
  undo_id: string | null;
}

export interface ErasedView {
  freed_bytes: number;
  purged: number;
  snapshots_removed: number;
}

export interface HistoryEntry {
  at: string;
  what: string;
  count: number | null;
  detail: string | null;
}

export interface SetAside {
  name: string;
  at: string;
  parts: string[];
  bytes: number;
}

export interface HistoryView {
  entries: HistoryEntry[];
  set_aside: SetAside[];
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
  '/desktop/v1/vault/snapshots': Get<SnapshotsView> & Post<SnapshotView>;
  '/desktop/v1/vault/snapshots/{id}/preview': Get<RestorePreview, Named>;
  '/desktop/v1/vault/snapshots/{id}/restore': Post<RestoredView, { account_ids: string[] | null }, Named>;
  '/desktop/v1/trash': Get<{ items: TrashItem[] }>;
  '/desktop/v1/trash/restore': Post<TrashRestored, { trash_ids: string[] }>;
  '/desktop/v1/trash/purge': Post<{ purged: number }, { trash_ids: string[] | null }>;
  '/desktop/v1/undo': Get<{ items: UndoItem[] }>;
  '/desktop/v1/undo/{undo_id}': Post<UndoneView, undefined, { undo_id: string }>;
  '/desktop/v1/export': Post<ExportedView, { password: string; account_ids: string[] | null }>;
  '/desktop/v1/import': Post<OpenedImport, { source: ImportSource; secret: string }>;
  '/desktop/v1/import/{import_id}/apply': Post<
    ImportedView,
    { item_ids: string[] | null },
    { import_id: string }
  >;
  '/desktop/v1/import/{import_id}/discard': Post<object, undefined, { import_id: string }>;
  '/desktop/v1/vault/erase': Post<ErasedView, { password: string }>;
  '/desktop/v1/vault/history': Get<HistoryView>;
  '/desktop/v1/accounts/{id}/cookies/{name}/copy': Post<
    { cleared_in_seconds: number },
    { domain: string },
    { id: string; name: string }
  >;
  '/desktop/v1/accounts/{id}/cookies/{name}/reveal': Post<
    { value: string },
    { domain: string },
    { id: string; name: string }
  >;
}
