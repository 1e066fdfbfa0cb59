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
  /** How many questions to the platform itself for what is left are under way. */
  #asking = 0;
  /** What its platform can do, once that is known. */
  #can: PlatformView['capabilities'] | undefined;

  constructor(api: Api, id: string) {
    this.#api = api;
    this.id = id;
    this.account = new Fetched<AccountDetail>(() => api.accounts.get(id));
    this.history = new Fetched(async () => (await api.detail.history(id)).records);
    this.stats = new Fetched(() => api.detail.stats(id));
    this.cookies = new Fetched(async () => (await api.detail.cookies(id)).cookies);
    this.numbers = new Fetched(() => api.detail.numbers(id));
    this.quotas = new Fetched(() => api.wallet.quotas(id, this.#asking > 0));
    this.operations = new Fetched(async () => (await api.operations.list(id)).operations);
  }

  /** Reads all that is kept here. Answers how to stop following changes. */
  open(events: Events): () => void {
    this.refresh();
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

  /**
   * The account is here, and what its platform can do is known: reads what that is, once. The creator's numbers are
   * asked of the platform, which wants few questions: only where the session lives.
   */
  begin(can: PlatformView['capabilities'] | undefined): void {
    if (this.#can || !can) return;
    this.#can = can;
    if (can.numbers && this.account.value?.status === 'active') void this.numbers.load();
    if (can.quotas) void this.quotas.load();
    if (can.operations) void this.operations.load();
  }

  /** Reads everything that is known here: nothing is asked of the platform. */
  refresh(): void {
    for (const part of [this.account, this.history, this.stats, this.cookies]) void part.load();
    // An answer of the platform that is on its way will be newer than what is known.
    if (this.#can?.quotas && this.#asking === 0) void this.quotas.load();
  }

  /** Asks the platform what is left. */
  async readQuotas(): Promise<void> {
    this.#asking += 1;
    await this.quotas.load();
    this.#asking -= 1;
  }

  /** Something was changed at the platform: what is left may be another amount now. */
  async quotasMayHaveChanged(): Promise<void> {
    if (this.#can?.quotas) await this.readQuotas();
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
