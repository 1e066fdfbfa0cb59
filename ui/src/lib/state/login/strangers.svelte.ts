import { ApiError, type Api } from '$lib/client';
import type { LoginView } from '$lib/client/wire';
import { t } from '$lib/i18n/index.svelte';
import type { Events } from '../events';
import type { Toasts } from '../toasts.svelte';

/** Other people who logged in in accounts' windows: their sessions wait for the owner's word. */
export class Strangers {
  waiting = $state.raw<LoginView[]>([]);
  /** The login that an answer is awaited about. */
  busy = $state<string | undefined>();

  readonly #api: Api;
  readonly #toasts: Toasts;

  constructor(api: Api, events: Events, toasts: Toasts) {
    this.#api = api;
    this.#toasts = toasts;
    events.on('other_person_found', (event) => void this.#found(event));
    events.on('login_changed', ({ session_id }) => {
      if (this.waiting.some((login) => login.session_id === session_id)) void this.refresh();
    });
    events.on('vault_changed', ({ phase }) => {
      if (phase !== 'unlocked') this.waiting = [];
    });
  }

  /** The one in this account's window. */
  of(account: string): LoginView | undefined {
    return this.waiting.find((login) => login.account_id === account);
  }

  async refresh(): Promise<void> {
    const logins = await this.#api.logins.list().then(
      (list) => list.logins,
      () => [],
    );
    this.waiting = logins.filter((login) => login.phase === 'wrong_person' && login.account_id !== null);
  }

  /** Keeps the other person's session: in their own account here, or as a new one. Answers that account's id. */
  async keep(login: LoginView): Promise<string | undefined> {
    const kept = await this.#decide(login, () => this.#api.logins.acceptNew(login.session_id));
    if (kept?.result) this.#toasts.say({ title: t.login.announceDone(kept.result.account_name) });
    return kept?.result?.account_id;
  }

  async discard(login: LoginView): Promise<void> {
    const gone = await this.#decide(login, () => this.#api.logins.cancel(login.session_id));
    if (gone) this.#toasts.say({ title: t.login.discarded });
  }

  async #found(event: { account_id: string }): Promise<void> {
    await this.refresh();
    const name = await this.#api.accounts.get(event.account_id).then(
      (account) => account.account_name,
      () => event.account_id,
    );
    this.#toasts.say({ severity: 'problem', title: t.login.strangerIn(name), text: t.login.strangerWhere });
  }

  async #decide<T>(login: LoginView, run: () => Promise<T>): Promise<T | undefined> {
    this.busy = login.session_id;
    try {
      return await run();
    } catch (thrown) {
      this.#toasts.fail(ApiError.from(thrown));
    } finally {
      await this.refresh();
      this.busy = undefined;
    }
    return undefined;
  }
}
