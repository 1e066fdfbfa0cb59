import { ApiError, type Api } from '$lib/client';
import type { UpdateAccount } from '$lib/client/wire';
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
  /** What the platform is being asked just now. */
  errand = $state<Errand | undefined>();

  readonly #api: Api;

  constructor(api: Api, id: string) {
    this.#api = api;
    this.id = id;
    this.account = new Fetched(() => api.accounts.get(id));
    this.history = new Fetched(async () => (await api.detail.history(id)).records);
    this.stats = new Fetched(() => api.detail.stats(id));
    this.cookies = new Fetched(async () => (await api.detail.cookies(id)).cookies);
    this.numbers = new Fetched(() => api.detail.numbers(id));
  }

  /**
   * Reads all that is kept here, and once the creator's numbers where the platform has them and the session
   * lives. Answers how to stop following changes.
   */
  open(events: Events, hasNumbers: (platform: string) => boolean): () => void {
    this.refresh();
    void this.account.load().then(() => {
      const account = this.account.value;
      if (account?.status === 'active' && hasNumbers(account.platform)) void this.numbers.load();
    });
    const stops = [
      events.on('accounts_changed', ({ ids }) => {
        if (ids === undefined || ids.includes(this.id)) this.refresh();
      }),
      events.on('pools_changed', () => void this.account.load()),
    ];
    return () => stops.forEach((stop) => stop());
  }

  /** Reads everything but the numbers: those are asked of the platform, which wants few questions. */
  refresh(): void {
    for (const part of [this.account, this.history, this.stats, this.cookies]) void part.load();
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
