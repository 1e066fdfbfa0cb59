import type { AccountSummary, SettingsBody } from '$lib/client/wire';
import { t } from '$lib/i18n/index.svelte';
import type { App } from '$lib/state/app.svelte';
import type { BulkProgress } from '$lib/state/accounts/bulk.svelte';
import type { Remedy } from '$lib/state/accounts/standing';
import { ApiError } from '$lib/client';

/** A question to the owner before something is done to these accounts. */
export type WorkDialog =
  | { what: 'delete'; ids: string[]; name: string | undefined }
  | { what: 'tag'; ids: string[] }
  | { what: 'proxy'; ids: string[] }
  | { what: 'result' }
  | { what: 'columns' };

/** What can be done from the list, with the words for how it went. */
export class ListWork {
  dialog = $state.raw<WorkDialog | undefined>();

  readonly #app: App;

  constructor(app: App) {
    this.#app = app;
  }

  /** What is ticked; nothing ticked means the row that the keyboard is at. */
  chosen(): string[] {
    const { selection, order, active } = this.#app.accounts;
    if (selection.size > 0) return [...selection.ids];
    const id = order[active];
    return id ? [id] : [];
  }

  remedy(remedy: Remedy, account: AccountSummary, open: () => void): void {
    const ids = [account.account_id];
    const runs: Record<Remedy, () => void> = {
      login: () => this.loginAgain(account),
      check: () => void this.check(ids),
      enable: () => void this.setStatus(ids, 'active'),
      open,
    };
    runs[remedy]();
  }

  loginAgain({ account_id: id, account_name: name, platform }: AccountSummary): void {
    this.#app.overlays.loginAgain({ id, name, platform });
  }

  async check(ids: string[]): Promise<void> {
    if (ids.length === 0) return;
    await this.#try(() => this.#app.bulk.check(ids));
  }

  async setStatus(ids: string[], status: 'active' | 'inactive'): Promise<void> {
    this.#app.undo.name('update_accounts', status === 'active' ? t.accounts.enabled : t.accounts.disabled);
    this.#tell(await this.#app.bulk.setStatus(ids, status));
  }

  async tag(ids: string[], name: string, value: string): Promise<void> {
    this.dialog = undefined;
    this.#app.undo.name('update_accounts', t.accounts.tagged);
    this.#tell(await this.#app.bulk.tag(ids, name, value));
  }

  askDelete(account?: AccountSummary): void {
    const { selection } = this.#app.accounts;
    const one = account && !selection.has(account.account_id) ? account : undefined;
    const ids = one ? [one.account_id] : [...selection.ids];
    if (ids.length > 0) this.dialog = { what: 'delete', ids, name: one?.account_name };
  }

  async remove(ids: string[]): Promise<void> {
    this.dialog = undefined;
    const progress = await this.#app.bulk.remove(ids);
    const stayed = new Set(progress.failed.map((failure) => failure.id));
    this.#app.accounts.selection.drop(ids.filter((id) => !stayed.has(id)));
    this.#tell(progress);
  }

  /** Offers to export what is ticked, or all. */
  export(): void {
    this.#app.overlays.exportAccounts([...this.#app.accounts.selection.ids]);
  }

  async copyId({ account_id }: AccountSummary): Promise<void> {
    await navigator.clipboard.writeText(account_id);
    this.#app.toasts.say({ title: t.common.copied });
  }

  /** Keeps how the list looks, in the vault. */
  async remember(change: Partial<SettingsBody>): Promise<void> {
    const error = await this.#app.settings.change(change);
    if (error) this.#app.toasts.fail(error);
  }

  /** Says what did not work; what did is told together with the offer to undo it. */
  #tell({ failed }: BulkProgress): void {
    this.#app.accounts.refresh();
    const [first] = failed;
    if (first) {
      this.#app.toasts.fail(first.error);
      if (failed.length > 1) {
        this.#app.toasts.say({ title: t.accounts.someFailed(failed.length), severity: 'problem' });
      }
    }
  }

  async #try(action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (thrown) {
      this.#app.toasts.fail(ApiError.from(thrown));
    }
  }
}
