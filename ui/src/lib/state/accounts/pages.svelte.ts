import { SvelteMap } from 'svelte/reactivity';
import type { AccountPage, AccountSummary } from '$lib/client/wire';

/** How many rows are fetched at once. */
export const PAGE = 100;

/** A place in the list whose account is not known yet. */
export const UNKNOWN = '';

type Fetch = (offset: number, limit: number) => Promise<AccountPage>;

/**
 * The rows of one list, fetched by page as they come into view. The order (ids) and the rows (by id) are kept
 * apart: a changed row touches one entry, a new order replaces one array.
 */
export class Pages {
  /** The id at each place; [`UNKNOWN`] where the page has not come yet. */
  order = $state.raw<string[]>([]);
  readonly rows = new SvelteMap<string, AccountSummary>();

  readonly #fetch: Fetch;
  readonly #asked = new Map<number, Promise<void>>();
  #fresh = new Set<number>();
  #era = 0;

  constructor(fetch: Fetch) {
    this.#fetch = fetch;
  }

  /** Fetches what is missing or stale between two places. */
  async need(from: number, to: number): Promise<void> {
    const first = Math.floor(Math.max(0, from) / PAGE);
    const last = Math.floor(Math.max(0, to) / PAGE);
    const wanted = [];
    for (let page = first; page <= last; page++) {
      if (!this.#fresh.has(page)) wanted.push(this.#load(page));
    }
    await Promise.all(wanted);
  }

  /** What is known may have changed: it stays on screen until its page has been fetched anew. */
  stale(): void {
    this.#era++;
    this.#fresh = new Set();
    this.#asked.clear();
  }

  /** Another list altogether: nothing of the old one holds. */
  reset(): void {
    this.stale();
    this.order = [];
    this.rows.clear();
  }

  #load(page: number): Promise<void> {
    let asked = this.#asked.get(page);
    if (!asked) {
      const era = this.#era;
      asked = this.#fetch(page * PAGE, PAGE)
        .then((answer) => this.#take(page, answer, era))
        .finally(() => {
          if (era === this.#era) this.#asked.delete(page);
        });
      this.#asked.set(page, asked);
    }
    return asked;
  }

  #take(page: number, answer: AccountPage, era: number): void {
    if (era !== this.#era) return;
    this.#fresh.add(page);
    for (const row of answer.accounts) this.rows.set(row.account_id, row);
    const ids = answer.accounts.map((row) => row.account_id);
    const order = this.order.slice(0, answer.total);
    while (order.length < answer.total) order.push(UNKNOWN);
    ids.forEach((id, index) => (order[page * PAGE + index] = id));
    if (!sameIds(order, this.order)) this.order = order;
  }
}

function sameIds(left: string[], right: string[]): boolean {
  return left.length === right.length && left.every((id, index) => id === right[index]);
}
