import { ApiError, type Api } from '$lib/client';
import type { AccountDetail, PlatformView, ProxyTest, UpdateAccount } from '$lib/client/wire';
import type { Events } from '../events';
import { attempt, Fetched } from '../fetched.svelte';

/** What can be asked of the platform about an account. */
export type Errand = 'check' | 'renew' | 'logout';

/** One account and everything that belongs to it. Each part is read, and may fail, by itself. */
export class AccountPage {
  readonly id: string;
  readonly account;
  readonly history;
  readonly stats;
  readonly cookies;
  readonly numbers;
  readonly quotas;
  readonly operations;
  /** What the platform is being asked just now. */
  errand = $state<Errand | undefined>();

  readonly #api: Api;
  /** Whether the platform itself is asked for what is left, instead of what is known from before. */
  #askAnew = false;

  constructor(api: Api, id: string) {
    this.#api = api;
    this.id = id;
    this.account = new Fetched<AccountDetail>(() => api.accounts.get(id));
    this.history = new Fetched(async () => (await api.detail.history(id)).records);
    this.stats = new Fetched(() => api.detail.stats(id));
    this.cookies = new Fetched(async () => (await api.detail.cookies(id)).cookies);
    this.numbers = new Fetched(() => api.detail.numbers(id));
    this.quotas = new Fetched(() => api.wallet.quotas(id, this.#askAnew));
    this.operations = new Fetched(async () => (await api.operations.list(id)).operations);
  }

  /**
   * Reads all that is kept here, and once the creator's numbers where the platform has them and the session
   * lives. Answers how to stop following changes.
   */
  open(events: Events, can: (platform: string) => PlatformView['capabilities'] | undefined): () => void {
    this.refresh();
    void this.account.load().then(() => {
      const account = this.account.value;
      const abilities = account && can(account.platform);
      if (abilities?.numbers && account?.status === 'active') void this.numbers.load();
      if (abilities?.quotas) void this.quotas.load();
      if (abilities?.operations) void this.operations.load();
    });
    const stops = [
      events.on('accounts_changed', ({ ids }) => {
        if (ids === undefined || ids.includes(this.id)) this.refresh();
      }),
      events.on('pools_changed', () => void this.account.load()),
      events.on('window_opened', ({ account_id }) => this.#reread(account_id)),
      events.on('window_closed', ({ account_id }) => this.#reread(account_id)),
    ];
    return () => stops.forEach((stop) => stop());
  }

  /** Reads everything but the numbers: those are asked of the platform, which wants few questions. */
  refresh(): void {
    for (const part of [this.account, this.history, this.stats, this.cookies]) void part.load();
  }

  /** Asks the platform what is left. */
  async readQuotas(): Promise<void> {
    this.#askAnew = true;
    await this.quotas.load();
    this.#askAnew = false;
  }

  /** Changes what the owner may change. Answers what went wrong. */
  change(change: UpdateAccount): Promise<ApiError | undefined> {
    return attempt(async () => this.account.put(await this.#api.accounts.update(this.id, change)));
  }

  remove(): Promise<ApiError | undefined> {
    return attempt(() => this.#api.detail.remove(this.id));
  }

  /** Asks the platform whether the session is alive. */
  check(): Promise<{ healthy: boolean } | ApiError> {
    return this.#run('check', () => this.#api.detail.check(this.id));
  }

  /** Renews the session where the platform can. */
  renew(): Promise<{ renewed: boolean } | ApiError> {
    return this.#run('renew', () => this.#api.detail.renew(this.id));
  }

  /** Ends the session at the platform. */
  logout(): Promise<object | ApiError> {
    return this.#run('logout', () => this.#api.detail.logout(this.id));
  }

  /** Puts a cookie's value into the clipboard, which the app clears again. Answers what went wrong. */
  copyCookie(name: string, domain: string): Promise<{ cleared_in_seconds: number } | ApiError> {
    return this.#api.data.copyCookie(this.id, name, domain).catch(ApiError.from);
  }

  /** Reads one cookie's value to be looked at. */
  readCookie(name: string, domain: string): Promise<{ value: string }> {
    return this.#api.data.revealCookie(this.id, name, domain);
  }

  /** Puts a kept secret into the clipboard, which the app clears again. Answers what went wrong. */
  copySecret(name: string): Promise<{ cleared_in_seconds: number } | ApiError> {
    return this.#api.detail.copySecret(this.id, name).catch(ApiError.from);
  }

  /** Reads a kept secret to be looked at. */
  readSecret(name: string): Promise<{ value: string }> {
    return this.#api.detail.revealSecret(this.id, name);
  }

  /** Keeps a proxy for it, or none. Answers what went wrong. */
  setProxy(proxy: string | null): Promise<ApiError | undefined> {
    return attempt(async () => this.account.put(await this.#api.wallet.setProxy(this.id, proxy)));
  }

  /** Asks the platform's home page through a proxy: this one, or the account's own. */
  testProxy(proxy: string | null): Promise<ProxyTest | ApiError> {
    return this.#api.wallet.testProxy(proxy, this.id).catch(ApiError.from);
  }

  #reread(id: string): void {
    if (id === this.id) void this.account.load();
  }

  async #run<T>(errand: Errand, ask: () => Promise<T>): Promise<T | ApiError> {
    this.errand = errand;
    let answer: T | undefined;
    const error = await attempt(async () => {
      answer = await ask();
    });
    this.errand = undefined;
    this.refresh();
    return error ?? (answer as T);
  }
}
