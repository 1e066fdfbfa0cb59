import { ApiError, type Api } from '$lib/client';
import type { WindowEnd } from '$lib/client/wire';
import { t } from '$lib/i18n/index.svelte';
import type { Events } from './events';
import type { Toasts } from './toasts.svelte';

interface Closed {
  account_id: string;
  saved: boolean;
  logged_out: boolean;
  reason: WindowEnd;
}

/** The platforms' own windows, in which accounts are open and logged in. */
export class Windows {
  /** The account whose window is on its way. */
  opening = $state<string | undefined>();

  readonly #api: Api;
  readonly #toasts: Toasts;

  constructor(api: Api, events: Events, toasts: Toasts) {
    this.#api = api;
    this.#toasts = toasts;
    events.on('window_closed', (event) => void this.#closed(event));
  }

  /** Opens an account's window, or brings it to the front. */
  async open(account: string): Promise<void> {
    this.opening = account;
    await this.#try(() => this.#api.detail.openWindow(account));
    this.opening = undefined;
  }

  async close(account: string): Promise<void> {
    await this.#try(() => this.#api.detail.closeWindow(account));
  }

  /** What came of it: a login that ended in there is worth a word, and so is one that was stored anew. */
  async #closed(event: Closed): Promise<void> {
    if (event.logged_out) {
      const name = await this.#nameOf(event.account_id);
      this.#toasts.say({ severity: 'problem', title: t.operations.loggedOutInside(name) });
    } else if (event.reason === 'other_proxy') {
      const name = await this.#nameOf(event.account_id);
      this.#toasts.say({ title: t.operations.otherProxy(name), text: t.operations.otherProxyText });
    } else if (event.saved) this.#toasts.say({ title: t.operations.savedBack });
  }

  async #nameOf(account: string): Promise<string> {
    return this.#api.accounts.get(account).then(
      (found) => found.account_name,
      () => account,
    );
  }

  async #try(run: () => Promise<unknown>): Promise<void> {
    try {
      await run();
    } catch (thrown) {
      this.#toasts.fail(ApiError.from(thrown));
    }
  }
}
