import { ApiError, type Api } from '$lib/client';
import type { AccountStatus, BulkView } from '$lib/client/wire';
import type { Jobs } from '../jobs.svelte';

/** Something that is done to many accounts. */
export type BulkKind = 'enable' | 'disable' | 'tag' | 'proxy' | 'delete';

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

/** So many accounts one call takes. Each call is one step that can be undone. */
const CHUNK = 10_000;

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
    const kind = status === 'active' ? 'enable' : 'disable';
    return this.#inChunks(kind, ids, (chunk) => this.#api.updateMany({ account_ids: chunk, status }));
  }

  /** Gives them a label; those they have stay. */
  tag(ids: string[], name: string, value: string): Promise<BulkProgress> {
    const change = { add_tags: { [name]: value } };
    return this.#inChunks('tag', ids, (chunk) => this.#api.updateMany({ account_ids: chunk, ...change }));
  }

  /** Gives them this proxy, or none any more. */
  setProxy(ids: string[], proxy: string | null): Promise<BulkProgress> {
    return this.#inChunks('proxy', ids, (chunk) => this.#api.updateMany({ account_ids: chunk, proxy }));
  }

  remove(ids: string[]): Promise<BulkProgress> {
    return this.#inChunks('delete', ids, (chunk) => this.#api.removeMany(chunk));
  }

  /** Stops after what is under way; what has been done stays done. */
  cancel(): void {
    this.#cancelled = true;
  }

  async #inChunks(
    kind: BulkKind,
    ids: string[],
    call: (chunk: string[]) => Promise<BulkView>,
  ): Promise<BulkProgress> {
    let progress = this.#begin(kind, ids.length);
    for (let from = 0; from < ids.length && !this.#cancelled; from += CHUNK) {
      const chunk = ids.slice(from, from + CHUNK);
      progress = this.#step(progress, chunk.length, await failures(chunk, call));
    }
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

/** Those that stayed as they were: each of its own reason, or all of them because the call failed. */
async function failures(
  chunk: string[],
  call: (chunk: string[]) => Promise<BulkView>,
): Promise<BulkFailure[]> {
  try {
    const { skipped } = await call(chunk);
    return skipped.map(({ account_id, code }) => ({ id: account_id, error: new ApiError(code, 0) }));
  } catch (thrown) {
    const error = ApiError.from(thrown);
    return chunk.map((id) => ({ id, error }));
  }
}
