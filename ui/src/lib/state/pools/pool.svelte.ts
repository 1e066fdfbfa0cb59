import { ApiError, type Api } from '$lib/client';
import type { AccountSummary, MemberView, PoolChange, SelectedView } from '$lib/client/wire';
import type { Events } from '../events';
import { attempt, Fetched } from '../fetched.svelte';

/** A member with its account; an account beyond the first page is known by its membership alone. */
export interface Seat {
  member: MemberView;
  account: AccountSummary | undefined;
}

/** The most accounts that one page of the list holds. */
const PAGE_OF_ACCOUNTS = 500;

/** One pool: its members and its choices. */
export class PoolPage {
  readonly id: string;
  readonly pool;
  readonly seats: Fetched<Seat[]>;
  /** The last choice, or why there was none. */
  outcome = $state.raw<SelectedView | ApiError | undefined>();
  selecting = $state(false);

  readonly #api: Api;

  constructor(api: Api, id: string) {
    this.#api = api;
    this.id = id;
    this.pool = new Fetched(() => api.pools.get(id));
    this.seats = new Fetched(() => this.#readSeats());
  }

  /** Reads it. Answers how to stop following changes. */
  open(events: Events): () => void {
    this.refresh();
    const reload = () => this.refresh();
    const stops = [events.on('pools_changed', reload), events.on('accounts_changed', reload)];
    return () => stops.forEach((stop) => stop());
  }

  refresh(): void {
    void this.pool.load();
    void this.seats.load();
  }

  change(change: PoolChange): Promise<ApiError | undefined> {
    return attempt(async () => this.pool.put(await this.#api.pools.change(this.id, change)));
  }

  remove(): Promise<ApiError | undefined> {
    return attempt(() => this.#api.pools.remove(this.id));
  }

  /** Lets the pool choose, and says why. */
  async select(): Promise<void> {
    this.selecting = true;
    try {
      this.outcome = await this.#api.pools.select(this.id);
      void this.seats.load();
    } catch (thrown) {
      this.outcome = ApiError.from(thrown);
    } finally {
      this.selecting = false;
    }
  }

  /** Takes accounts in, one after the other; stops at the first that cannot. Answers what went wrong. */
  async add(accounts: readonly string[]): Promise<ApiError | undefined> {
    const error = await attempt(async () => {
      for (const account of accounts) await this.#api.pools.addMember(this.id, account);
    });
    this.refresh();
    return error;
  }

  removeMember(account: string): Promise<ApiError | undefined> {
    return this.#andRefresh(() => this.#api.pools.removeMember(this.id, account));
  }

  /** Without a priority the account's own counts. */
  setPriority(account: string, priority: number | undefined): Promise<ApiError | undefined> {
    return this.#andRefresh(() => this.#api.pools.setPriority(this.id, account, priority));
  }

  async #readSeats(): Promise<Seat[]> {
    const [{ members }, { accounts }] = await Promise.all([
      this.#api.pools.members(this.id),
      this.#api.accounts.list({ pool: this.id, limit: PAGE_OF_ACCOUNTS }),
    ]);
    const byId = new Map(accounts.map((account) => [account.account_id, account]));
    return members.map((member) => ({ member, account: byId.get(member.account_id) }));
  }

  async #andRefresh(change: () => Promise<unknown>): Promise<ApiError | undefined> {
    const error = await attempt(change);
    this.refresh();
    return error;
  }
}

const PAGE = 50;

/** Looks for accounts of the pool's platform that are not in it yet. */
export class MemberPicker {
  text = $state('');
  chosen = $state.raw<ReadonlySet<string>>(new Set());
  readonly found: Fetched<AccountSummary[]>;

  readonly #platform: string;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(api: Api['accounts'], platform: string, members: ReadonlySet<string>) {
    this.#platform = platform;
    this.found = new Fetched(async () => {
      const text = this.text.trim();
      const page = await api.list({
        platform: this.#platform,
        sort: 'name',
        // Members take up places on the page, so it is asked for with room for them.
        limit: Math.min(500, PAGE + members.size),
        ...(text === '' ? {} : { text }),
      });
      return page.accounts.filter((account) => !members.has(account.account_id)).slice(0, PAGE);
    });
    void this.found.load();
  }

  search(text: string): void {
    this.text = text;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.found.load(), 150);
  }

  toggle(id: string): void {
    const next = new Set(this.chosen);
    if (!next.delete(id)) next.add(id);
    this.chosen = next;
  }
}
