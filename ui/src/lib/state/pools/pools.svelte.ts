import type { Api, ApiError } from '$lib/client';
import type { NewPool, PoolView } from '$lib/client/wire';
import type { Events } from '../events';
import { attempt, Fetched } from '../fetched.svelte';

/** The pools. */
export class Pools {
  readonly list;
  readonly #api: Api['pools'];

  constructor(api: Api['pools']) {
    this.#api = api;
    this.list = new Fetched(async () => (await api.list()).pools);
  }

  /** Reads them. Answers how to stop following changes. */
  open(events: Events): () => void {
    void this.list.load();
    const reload = () => void this.list.load();
    const stops = [events.on('pools_changed', reload), events.on('accounts_changed', reload)];
    return () => stops.forEach((stop) => stop());
  }

  async create(pool: NewPool): Promise<PoolView | ApiError> {
    let made: PoolView | undefined;
    const error = await attempt(async () => {
      made = await this.#api.create(pool);
    });
    if (error) return error;
    void this.list.load();
    return made as PoolView;
  }
}
