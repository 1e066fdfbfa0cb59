import { ApiError, type Api } from '$lib/client';
import type { AccountStatus } from '$lib/client/wire';
import type { Jobs } from '../jobs.svelte';

/** Something that is done to many accounts, one after the other. */
export type BulkKind = 'enable' | 'disable' | 'tag' | 'delete';

/** One account that stayed as it was, and why. */
export interface BulkFailure {
  id: string;
  error: ApiError;
}

/** How far it has come. */
export interface BulkProgress {
  kind: BulkKind;
  done: number;
  total: number;
  running: boolean;
  failed: BulkFailure[];
}

/** So many changes are under way at once. */
const WIDTH = 4;
/** So many accounts are deleted by one call. */
const CHUNK = 200;

/** Changes to what is ticked: with progress, an end before the end, and a list of what did not work. */
export class Bulk {
  progress = $state.raw<BulkProgress | undefined>();
  /** The check that was started from here, to show its result. */
  checkId = $state<string | undefined>();
  /** The check whose end the owner has been told of. */
  toldId: string | undefined;

  readonly #api: Api['accounts'];
  readonly #jobs: Jobs;
  #cancelled = false;

  constructor(api: Api['accounts'], jobs: Jobs) {
    this.#api = api;
    this.#jobs = jobs;
  }

  /** Starts a check of these. Its progress is the job's. */
  async check(ids: string[]): Promise<void> {
    const job = await this.#jobs.check({ account_ids: ids });
    this.checkId = job.id;
  }

  /** Puts them to use, or keeps them out of use. */
  setStatus(ids: string[], status: Extract<AccountStatus, 'active' | 'inactive'>): Promise<BulkProgress> {
    const change = async (id: string) => void (await this.#api.update(id, { status }));
    return this.#each(status === 'active' ? 'enable' : 'disable', ids, change);
  }

  /** Gives them a label; those they have stay. */
  tag(ids: string[], name: string, value: string): Promise<BulkProgress> {
    return this.#each('tag', ids, async (id) => {
      const { more } = await this.#api.get(id);
      await this.#api.update(id, { tags: { ...more?.tags, [name]: value } });
    });
  }

  async remove(ids: string[]): Promise<BulkProgress> {
    let progress = this.#begin('delete', ids.length);
    for (let from = 0; from < ids.length && !this.#cancelled; from += CHUNK) {
      const chunk = ids.slice(from, from + CHUNK);
      const failed = await this.#removeChunk(chunk);
      progress = this.#step(progress, chunk.length, failed);
    }
    return this.#end(progress);
  }

  /** Stops after what is under way; what has been done stays done. */
  cancel(): void {
    this.#cancelled = true;
  }

  async #removeChunk(ids: string[]): Promise<BulkFailure[]> {
    try {
      const { skipped } = await this.#api.removeMany(ids);
      return skipped.map(({ account_id, code }) => ({ id: account_id, error: new ApiError(code, 0) }));
    } catch (thrown) {
      const error = ApiError.from(thrown);
      return ids.map((id) => ({ id, error }));
    }
  }

  async #each(kind: BulkKind, ids: string[], change: (id: string) => Promise<void>): Promise<BulkProgress> {
    let progress = this.#begin(kind, ids.length);
    const waiting = ids.values();
    const worker = async () => {
      for (const id of waiting) {
        const failed = await attempt(id, change);
        progress = this.#step(progress, 1, failed);
        if (this.#cancelled) return;
      }
    };
    await Promise.all(Array.from({ length: WIDTH }, worker));
    return this.#end(progress);
  }

  #begin(kind: BulkKind, total: number): BulkProgress {
    this.#cancelled = false;
    return (this.progress = { kind, done: 0, total, running: true, failed: [] });
  }

  #step(progress: BulkProgress, done: number, failed: BulkFailure[]): BulkProgress {
    const next = { ...progress, done: progress.done + done, failed: [...progress.failed, ...failed] };
    return (this.progress = next);
  }

  #end(progress: BulkProgress): BulkProgress {
    this.progress = undefined;
    return { ...progress, running: false };
  }
}

async function attempt(id: string, change: (id: string) => Promise<void>): Promise<BulkFailure[]> {
  try {
    await change(id);
    return [];
  } catch (thrown) {
    return [{ id, error: ApiError.from(thrown) }];
  }
}
