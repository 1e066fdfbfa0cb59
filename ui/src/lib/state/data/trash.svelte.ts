import type { Api, ApiError } from '$lib/client';
import type { TrashItem, TrashRestored } from '$lib/client/wire';
import { Selection } from '../accounts/selection.svelte';
import type { Events } from '../events';
import { attempt, Fetched } from '../fetched.svelte';

/** What was deleted and is not gone yet. */
export class Trash {
  readonly items: Fetched<TrashItem[]>;
  readonly selection = new Selection();
  busy = $state(false);

  readonly #api: Api['data'];

  constructor(api: Api['data']) {
    this.#api = api;
    this.items = new Fetched(async () => (await api.trash()).items);
  }

  /** Reads it, and again when something changes. Answers how to stop. */
  open(events: Events): () => void {
    void this.items.load();
    const again = () => void this.items.load();
    const stops = [events.on('accounts_changed', again), events.on('pools_changed', again)];
    return () => stops.forEach((stop) => stop());
  }

  /** Puts these back where they were. */
  restore(ids: string[]): Promise<TrashRestored | ApiError> {
    return this.#run(ids, () => this.#api.restoreTrash(ids));
  }

  /** Deletes these for good; without ids everything. */
  purge(ids: string[] | null): Promise<{ purged: number } | ApiError> {
    return this.#run(ids, () => this.#api.purge(ids));
  }

  async #run<T>(ids: string[] | null, ask: () => Promise<T>): Promise<T | ApiError> {
    this.busy = true;
    let answer: T | undefined;
    const error = await attempt(async () => {
      answer = await ask();
    });
    await this.items.load();
    const left = new Set(this.items.value?.map((item) => item.trash_id));
    this.selection.drop([...(ids ?? this.selection.ids)].filter((id) => !left.has(id)));
    this.busy = false;
    return error ?? (answer as T);
  }
}
