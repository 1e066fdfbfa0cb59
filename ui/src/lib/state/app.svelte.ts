import { createContext } from 'svelte';
import { makeApi, type Api } from '$lib/client';
import type { Host } from '$lib/host';
import { Attention } from './accounts/attention.svelte';
import { Bulk } from './accounts/bulk.svelte';
import { AccountList } from './accounts/list.svelte';
import { parseSort } from './accounts/query';
import { Clock } from './clock.svelte';
import { Undo } from './data/undo.svelte';
import { Events } from './events';
import { Jobs } from './jobs.svelte';
import { Strangers } from './login/strangers.svelte';
import { Overlays } from './overlays.svelte';
import { Platforms } from './platforms.svelte';
import { Preferences } from './preferences.svelte';
import { Settings } from './settings.svelte';
import { Toasts } from './toasts.svelte';
import { Vault } from './vault.svelte';
import { Windows } from './windows.svelte';

/** Everything that outlives a page, put together once. */
export class App {
  readonly api: Api;
  readonly host: Host;
  readonly events = new Events();
  readonly clock = new Clock();
  readonly toasts = new Toasts();
  readonly overlays = new Overlays();
  readonly vault: Vault;
  readonly preferences: Preferences;
  readonly settings: Settings;
  readonly platforms: Platforms;
  readonly jobs: Jobs;
  readonly accounts: AccountList;
  readonly attention: Attention;
  readonly bulk: Bulk;
  readonly undo: Undo;
  readonly windows: Windows;
  readonly strangers: Strangers;

  constructor(host: Host) {
    this.host = host;
    this.api = makeApi(host);
    this.vault = new Vault(this.api, this.events, () => void this.#afterUnlock());
    this.preferences = new Preferences(this.api.app, this.events);
    this.settings = new Settings(this.api.app, this.events);
    this.platforms = new Platforms(this.api.app);
    this.jobs = new Jobs(this.api.jobs, this.events);
    this.accounts = new AccountList(this.api.accounts, this.events);
    this.attention = new Attention(this.api.accounts, this.events);
    this.bulk = new Bulk(this.api.accounts, this.jobs);
    this.windows = new Windows(this.api, this.events, this.toasts);
    this.strangers = new Strangers(this.api, this.events, this.toasts);
    this.undo = new Undo(this.api.data, this.events, this.toasts);
    this.events.on('vault_changed', ({ phase }) => {
      if (phase === 'unlocked') return;
      this.toasts.clear();
      this.overlays.closeTransfers();
    });
  }

  /** Starts to listen, then asks how things stand. */
  async start(): Promise<void> {
    this.clock.start();
    const listening = this.host.onEvents((batch) => this.events.dispatch(batch));
    await Promise.allSettled([listening, this.preferences.refresh()]);
    await this.vault.refresh();
  }

  /** Reads what can be read only while the vault is open. */
  async #afterUnlock(): Promise<void> {
    const settings = this.settings.refresh().then(() => {
      this.accounts.change(parseSort(this.settings.current?.list_sort ?? ''));
    });
    const others = [
      this.platforms.refresh(),
      this.jobs.refresh(),
      this.attention.refresh(),
      this.strangers.refresh(),
    ];
    await Promise.allSettled([settings, ...others]);
  }
}

export const [useApp, provideApp] = createContext<App>();
