import type { components, operations } from '$lib/api/schema';

/**
 * Short names for what travels between the UI and the API. All but the events are generated from the API's own
 * description. Times are RFC 3339 texts; ids are opaque.
 */
type Schemas = components['schemas'];

export type AccountStatus = Schemas['AccountStatus'];
export type Verdict = Schemas['Verdict'];
export type Reason = Schemas['Reason'];
export type AccountSummary = Schemas['AccountSummary'];
export type AccountDetail = Schemas['AccountDetail'];
export type AccountMore = Schemas['AccountMore'];
export type AccountPage = Schemas['AccountPageView'];
export type AccountsQuery = NonNullable<operations['list_accounts']['parameters']['query']>;
export type AccountFilter = Schemas['FilterBody'];
export type UpdateAccount = Schemas['UpdateAccountRequest'];
export type BulkUpdate = Schemas['BulkUpdateRequest'];
export type SortKey = NonNullable<AccountsQuery['sort']>;
export type Facets = Schemas['FacetsView'];
export type BulkView = Schemas['BulkView'];
export type PlatformView = Schemas['PlatformView'];
export type VaultView = Schemas['VaultView'];
export type VaultNotice = Schemas['VaultNoticeView'];
export type VaultPhase = Schemas['VaultPhase'];
export type PreferencesBody = Schemas['PreferencesBody'];
export type SettingsBody = Schemas['SettingsBody'];
export type JobView = Schemas['JobView'];
export type JobResult = Schemas['JobResultView'];
export type StartCheck = Schemas['StartCheckRequest'];
export type AboutView = Schemas['AboutView'];
export type LoginView = Schemas['LoginView'];
export type LoginPhase = Schemas['LoginPhase'];
export type LoginMethod = Schemas['LoginMethod'];
export type LoginForm = Schemas['LoginFormView'];
export type FormField = Schemas['LoginFieldView'];
export type FormProblem = Schemas['FormProblemView'];
export type LoginError = Schemas['LoginErrorView'];
export type OperationView = Schemas['OperationView'];
export type Operated = Schemas['OperatedView'];
export type OperateBody = Schemas['OwnerOperateRequest'];
export type QuotaItem = Schemas['QuotaView'];
export type QuotasView = Schemas['QuotasView'];
export type WalletRow = Schemas['WalletRowView'];
export type WalletView = Schemas['WalletView'];
export type ProxyView = Schemas['ProxyView'];
export type ProxyTest = Schemas['ProxyTestView'];
export type ProfileView = Schemas['ProfileView'];
export type HealthRecord = Schemas['HealthRecordView'];
export type AccountStats = Schemas['AccountStatsView'];
export type UsageLog = Schemas['UsageView'];
export type NumbersView = Schemas['NumbersView'];
export type CookieView = Schemas['CookieView'];
export type Strategy = Schemas['Strategy'];
export type PoolView = Schemas['PoolView'];
export type NewPool = Schemas['CreatePoolRequest'];
export type PoolChange = Schemas['UpdatePoolRequest'];
export type MemberView = Schemas['MemberView'];
export type SelectedView = Schemas['SelectedView'];
export type NobodyReady = Schemas['NobodyReadyView'];
export type Explanation = Schemas['ExplanationView'];
export type SlotKind = Schemas['SlotKind'];
export type SlotView = Schemas['SlotView'];
export type SecurityView = Schemas['SecurityView'];
export type VaultNeed = Schemas['Need'];

export type SnapshotView = Schemas['SnapshotView'];
export type SnapshotsView = Schemas['SnapshotListView'];
export type PreviewItem = Schemas['SnapshotItemView'];
export type RestorePreview = Schemas['SnapshotPreviewView'];
export type RestoredView = Schemas['RestoredView'];
export type ExportedView = Schemas['ExportedView'];
export type ImportSource = Schemas['ImportSource'];
export type ImportWhat = Schemas['ImportWhat'];
export type ImportItem = Schemas['ImportItemView'];
export type ImportView = Schemas['ImportView'];
export type ImportedView = Schemas['ImportedView'];
export type ErasedView = Schemas['ErasedView'];
export type TrashItem = Schemas['TrashItemView'];
export type TrashRestored = Schemas['TrashRestoredView'];
export type UndoItem = Schemas['UndoItemView'];
export type UndoneView = Schemas['UndoneView'];
export type UndoWhat = Schemas['UndoWhat'];
export type WindowEnd = Schemas['WindowEnd'];
export type HistoryEntry = Schemas['HistoryEntryView'];
export type Deed = Schemas['Deed'];
export type SetAside = Schemas['SetAsideView'];

/** A job as an event tells it: without its results. */
export type JobNews = Omit<JobView, 'results'> & { results?: JobResult[] };

/** What happened in the engine (`Event` in crates/engine/src/events.rs). */
export type RosterEvent =
  | { type: 'vault_changed'; phase: VaultPhase }
  | { type: 'accounts_changed'; ids?: string[] }
  | { type: 'login_changed'; session_id: string }
  | { type: 'job_changed'; job: JobNews }
  | { type: 'pools_changed' }
  | { type: 'settings_changed' }
  | { type: 'preferences_changed' }
  | { type: 'window_opened'; account_id: string }
  | { type: 'window_closed'; account_id: string; saved: boolean; logged_out: boolean; reason: WindowEnd }
  | { type: 'other_person_found'; account_id: string; session_id: string }
  | { type: 'undo_offered'; undo_id: string; what: UndoWhat; count: number }
  | { type: 'account_died'; account_id: string; name: string; platform: string; reason: Reason };
