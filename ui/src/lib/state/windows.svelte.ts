import { SvelteSet } from 'svelte/reactivity';
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
  /** The accounts whose windows are on their way. */
  readonly #opening = new SvelteSet<string>();
  /** Counts the times that the vault was closed: nothing of before is named after it. */
  #era = 0;

  readonly #api: Api;
  readonly #toasts: Toasts;

  constructor(api: Api, events: Events, toasts: Toasts) {
    this.#api = api;
    this.#toasts = toasts;
    events.on('window_closed', (event) => void this.#closed(event));
    events.on('vault_changed', ({ phase }) => {
      if (phase !== 'unlocked') this.#era += 1;
    });
  }

  /** Whether an account's window is on its way. */
  isOpening(account: string): boolean {
    return this.#opening.has(account);
  }

  /** Opens an account's window, or brings it to the front. */
  async open(account: string): Promise<void> {
    this.#opening.add(account);
    await this.#try(() => this.#api.detail.openWindow(account));
    this.#opening.delete(account);
  }

  async close(account: string): Promise<void> {
    await this.#try(() => this.#api.detail.closeWindow(account));
  }

  /** What came of it: a login that ended in there is worth a word, and so is one that was stored anew. */
  async #closed(event: Closed): Promise<void> {
    const otherProxy = event.reason === 'other_proxy';
    if (!event.logged_out && !otherProxy) {
      if (event.saved) this.#toasts.say({ title: t.operations.savedBack });
      return;
    }
    const era = this.#era;
    const name = await this.#nameOf(event.account_id);
    // A closed vault names nobody; and an account that is gone wants nothing.
    if (name === undefined || era !== this.#era) return;
    if (event.logged_out)
      this.#toasts.say({ severity: 'problem', title: t.operations.loggedOutInside(name) });
    else this.#toasts.say({ title: t.operations.otherProxy(name), text: t.operations.otherProxyText });
  }

  async #nameOf(account: string): Promise<string | undefined> {
    return this.#api.accounts.get(account).then(
      (found) => found.account_name,
      () => undefined,
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
