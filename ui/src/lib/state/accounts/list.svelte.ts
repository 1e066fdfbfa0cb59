import { ApiError, type Api } from '$lib/client';
import { MAX_PAGE } from '$lib/client/accounts';
import type { AccountSummary, Facets, SortKey } from '$lib/client/wire';
import type { Events } from '../events';
import { Pages, UNKNOWN } from './pages.svelte';
import { filterOf, isFiltered, plainQuery, sortText, type ListQuery } from './query';
import { Selection } from './selection.svelte';

/** How long typing in the search field may pause before it is asked for, in milliseconds. */
const TYPING_PAUSE = 140;

/** The list of accounts: what it shows, in which order, and what is ticked. */
export class AccountList {
  query = $state.raw<ListQuery>(plainQuery);
  facets = $state.raw<Facets | undefined>();
  error = $state.raw<ApiError | undefined>();
  /** Whether the first answer to this query is still awaited. */
  waiting = $state(true);
  /** The place that the keyboard is at. */
  active = $state(0);
  readonly selection = new Selection();
  readonly pages: Pages;

  readonly #api: Api['accounts'];
  #visible = { from: 0, to: 0 };
  #typing: ReturnType<typeof setTimeout> | undefined;
  #loading = false;
  #again = false;
  #counted = false;

  constructor(api: Api['accounts'], events: Events) {
    this.#api = api;
    this.pages = new Pages((offset, limit) =>
      api.list({ ...filterOf(this.query), sort: this.query.sort, order: this.#direction, offset, limit }),
    );
    events.on('accounts_changed', () => this.refresh());
    events.on('pools_changed', () => this.refresh());
    events.on('window_opened', () => this.refresh());
    events.on('window_closed', () => this.refresh());
    events.on('vault_changed', ({ phase }) => {
      if (phase !== 'unlocked') this.forget();
    });
  }

  get order(): readonly string[] {
    return this.pages.order;
  }

  get filtered(): boolean {
    return isFiltered(this.query);
  }

  /** Whether there is no account at all. */
  get empty(): boolean {
    return !this.waiting && !this.error && !this.filtered && this.order.length === 0;
  }

  /** The sort as the settings keep it. */
  get sortText(): string {
    return sortText(this.query);
  }

  row(id: string): AccountSummary | undefined {
    return this.pages.rows.get(id);
  }

  /** What is on screen: fetched when it is not there yet. */
  show(from: number, to: number): void {
    this.#visible = { from, to };
    void this.#load();
  }

  /** Asks anew; what is on screen stays until the answer is there. */
  refresh(): void {
    this.pages.stale();
    this.#counted = false;
    void this.#load();
  }

  /** How many of the ticked ones are not in the list now; unknown while parts of it have not come. */
  get hiddenSelected(): number | undefined {
    if (!this.filtered || this.selection.size === 0) return 0;
    const shown = new Set(this.order);
    if (shown.has(UNKNOWN)) return undefined;
    return [...this.selection.ids].filter((id) => !shown.has(id)).length;
  }

  /** Shows something else. */
  change(change: Partial<ListQuery>): void {
    this.query = { ...this.query, ...change };
    this.active = 0;
    this.waiting ||= this.order.length === 0;
    this.#visible = { from: 0, to: 0 };
    this.refresh();
  }

  /** Searches once the typing pauses. */
  search(text: string): void {
    this.query = { ...this.query, text };
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => this.change({}), TYPING_PAUSE);
  }

  clearFilters(): void {
    const { sort, descending } = this.query;
    this.change({ ...plainQuery, sort, descending });
  }

  /** Sorts by this, or the other way round when it is so already. */
  sortBy(sort: SortKey): void {
    const descending = this.query.sort === sort && !this.query.descending;
    this.change({ sort, descending });
  }

  /** Ticks everything that passes the filters, seen or not. */
  async selectAll(): Promise<void> {
    const total = this.order.length;
    for (let offset = 0; offset < total; offset += MAX_PAGE) {
      const page = await this.#api.list({ ...filterOf(this.query), offset, limit: MAX_PAGE });
      this.selection.add(page.accounts.map((account) => account.account_id));
    }
  }

  /** These accounts, as far as they are still there, in this order. What has been on screen is known. */
  async find(ids: readonly string[]): Promise<AccountSummary[]> {
    const missing = ids.filter((id) => !this.row(id));
    const found = new Map<string, AccountSummary>();
    for (let from = 0; from < missing.length; from += MAX_PAGE) {
      const some = missing.slice(from, from + MAX_PAGE).join(',');
      const { accounts } = await this.#api.list({ ids: some, limit: MAX_PAGE });
      for (const account of accounts) found.set(account.account_id, account);
    }
    return ids.flatMap((id) => this.row(id) ?? found.get(id) ?? []);
  }

  /** The vault is closed: nothing of it stays in memory here. */
  forget(): void {
    clearTimeout(this.#typing);
    this.pages.reset();
    this.selection.clear();
    this.facets = undefined;
    this.error = undefined;
    this.waiting = true;
    this.query = { ...plainQuery, sort: this.query.sort, descending: this.query.descending };
  }

  get #direction(): 'asc' | 'desc' {
    return this.query.descending ? 'desc' : 'asc';
  }

  /** One question at a time: what changes meanwhile is asked for when the answer is there. */
  async #load(): Promise<void> {
    if (this.#loading) {
      this.#again = true;
      return;
    }
    this.#loading = true;
    try {
      do {
        this.#again = false;
        await this.#ask();
      } while (this.#again);
    } finally {
      this.#loading = false;
    }
  }

  async #ask(): Promise<void> {
    const query = this.query;
    try {
      await Promise.all([this.pages.need(this.#visible.from, this.#visible.to), this.#count()]);
      if (query !== this.query) return;
      this.error = undefined;
    } catch (thrown) {
      if (query !== this.query) return;
      this.error = ApiError.from(thrown);
    }
    this.waiting = false;
  }

  /** Counts what the filters would show. Scrolling changes nothing about that. */
  async #count(): Promise<void> {
    if (this.#counted) return;
    this.#counted = true;
    try {
      const query = this.query;
      const facets = await this.#api.facets(filterOf(query));
      if (query === this.query) this.facets = facets;
    } catch (thrown) {
      this.#counted = false;
      throw thrown;
    }
  }
}
