import type { Api, ApiError } from '$lib/client';
import type { SnapshotsView } from '$lib/client/wire';
import { attempt, Fetched } from '../fetched.svelte';

/** The snapshots there are. */
export class Snapshots {
  readonly list: Fetched<SnapshotsView>;
  /** Whether one is being taken. */
  taking = $state(false);

  readonly #api: Api['data'];

  constructor(api: Api['data']) {
    this.#api = api;
    this.list = new Fetched(() => api.snapshots());
  }

  /** Takes one now. Answers what went wrong. */
  async take(): Promise<ApiError | undefined> {
    this.taking = true;
    const error = await attempt(() => this.#api.takeSnapshot());
    await this.list.load();
    this.taking = false;
    return error;
  }
}
