import type { Api } from '$lib/client';
import { MAX_PAGE } from '$lib/client/accounts';
import type { AccountSummary, LoginMethod, PlatformView } from '$lib/client/wire';
import type { Events } from '../events';
import { remedyOf } from '../accounts/standing';
import { attempt } from '../fetched.svelte';
import { Login } from './login.svelte';

/** How an account of the round fared. */
export type Fate = 'done' | 'skipped' | 'other_person';

type Account = Pick<AccountSummary, 'account_id' | 'account_name' | 'platform' | 'status' | 'more'>;

/** What a round needs of the app. */
interface Surroundings {
  api: Api;
  events: Events;
  platforms: { get: (id: string) => PlatformView | undefined };
  accounts: { find: (ids: readonly string[]) => Promise<Account[]> };
}

/** One login after the other, over all accounts that need one. */
export class Round {
  queue = $state.raw<Account[]>([]);
  /** How many of those that were chosen need no login. */
  leftOut = $state(0);
  /** Which of them it is at. */
  at = $state(0);
  login = $state.raw<Login | undefined>();
  fates = $state.raw<Record<string, Fate>>({});
  loading = $state(true);

  readonly #api: Api;
  readonly #events: Events;
  readonly #platform: (id: string) => PlatformView | undefined;
  readonly #find: (ids: readonly string[]) => Promise<Account[]>;
  /** How the person logged in to a platform before in this round: they will want the same again. */
  readonly #methods = new Map<string, LoginMethod>();
  #closed = false;

  constructor({ api, events, platforms, accounts }: Surroundings) {
    this.#api = api;
    this.#events = events;
    this.#platform = (id) => platforms.get(id);
    this.#find = (ids) => accounts.find(ids);
  }

  /** Takes those of these that need a login, or all that have expired. Answers what went wrong. */
  async open(ids?: readonly string[]) {
    const error = await attempt(async () => {
      const found = withoutTwins(ids ? await this.#named(ids) : await this.#expired());
      this.queue = ids ? found.filter((account) => remedyOf(account) === 'login') : found;
      this.leftOut = found.length - this.queue.length;
    });
    // Nobody waits for it any more, and another round may be on screen.
    if (this.#closed) return undefined;
    this.loading = false;
    if (!error) this.#begin();
    return error;
  }

  get current(): Account | undefined {
    return this.queue[this.at];
  }

  get isOver(): boolean {
    return !this.loading && this.at >= this.queue.length;
  }

  /** The platform whose methods are to be chosen from; only where there are several and none was chosen yet. */
  get choosing(): PlatformView | undefined {
    return this.login || !this.current ? undefined : this.#platform(this.current.platform);
  }

  count(fate: Fate): number {
    return Object.values(this.fates).filter((other) => other === fate).length;
  }

  /** Those that still wait. */
  get skipped(): string[] {
    return Object.keys(this.fates).filter((id) => this.fates[id] === 'skipped');
  }

  choose(method: LoginMethod): void {
    const account = this.current;
    if (!account) return;
    this.#methods.set(account.platform, method);
    const purpose = {
      platform: account.platform,
      method,
      account: { id: account.account_id, name: account.account_name },
    };
    this.login = new Login(this.#api.logins, this.#events, purpose);
    void this.login.start();
  }

  /** Shows the ways to log in again. */
  otherWay(): void {
    void this.login?.close();
    this.login = undefined;
  }

  /** Goes on to the next one. What has not come to its end is called off. */
  next(): void {
    const account = this.current;
    if (!account) return;
    this.fates = { ...this.fates, [account.account_id]: this.#fate(account) };
    void this.login?.close();
    this.login = undefined;
    this.at += 1;
    this.#begin();
  }

  close(): void {
    this.#closed = true;
    void this.login?.close();
    this.login = undefined;
  }

  /** A login of somebody else went to another account, to a new one or to one that was there. */
  #fate(account: Account): Fate {
    const result = this.login?.view?.result;
    if (!result) return 'skipped';
    return result.account_id === account.account_id ? 'done' : 'other_person';
  }

  #begin(): void {
    const account = this.current;
    if (!account) return;
    const methods = this.#platform(account.platform)?.login_methods ?? [];
    const [only, ...more] = methods;
    const method = this.#methods.get(account.platform) ?? (more.length === 0 ? only : undefined);
    if (method) this.choose(method);
  }

  async #expired(): Promise<Account[]> {
    const found: Account[] = [];
    for (let offset = 0; ; offset += MAX_PAGE) {
      const query = { status: 'expired', sort: 'platform', offset, limit: MAX_PAGE } as const;
      const { accounts, total } = await this.#api.accounts.list(query);
      found.push(...accounts);
      if (found.length >= total || accounts.length === 0) return found;
    }
  }

  /** Those that are still there, by platform. */
  async #named(ids: readonly string[]): Promise<Account[]> {
    return (await this.#find(ids)).toSorted((left, right) => left.platform.localeCompare(right.platform));
  }
}

/** Pages that were read while the book changed may name an account twice. */
function withoutTwins(accounts: readonly Account[]): Account[] {
  return [...new Map(accounts.map((account) => [account.account_id, account])).values()];
}
