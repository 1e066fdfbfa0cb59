import type { Api, ApiError } from '$lib/client';
import type { JobResult, JobView, Reason, WalletRow } from '$lib/client/wire';
import type { Clock } from '../clock.svelte';
import type { Events } from '../events';
import { attempt, Fetched } from '../fetched.svelte';
import type { Jobs } from '../jobs.svelte';
import { runsOut, sorted, type WalletSort } from './order';

/** What all accounts have left, side by side. */
export class Wallet {
  readonly view;
  platform = $state<string | undefined>();
  /** Whether only what runs out is shown. */
  scarce = $state(false);
  sort = $state<WalletSort>('left');

  readonly #api: Api['wallet'];
  readonly #jobs: Jobs;
  readonly #clock: Pick<Clock, 'now'>;
  #loading = false;
  #again = false;

  readonly #all = $derived.by(() => this.view.value?.rows ?? []);
  readonly #sorted = $derived.by(() => sorted(this.#all, this.sort));

  /** The platforms that have rows, with how many. */
  readonly platforms = $derived.by(() => {
    const counts = new Map<string, number>();
    for (const { platform } of this.#all) counts.set(platform, (counts.get(platform) ?? 0) + 1);
    return [...counts];
  });

  /** How many rows want a look. */
  readonly scarceCount = $derived.by(() => this.#all.filter((row) => runsOut(row, this.#clock.now)).length);

  /** What is shown, in the order that was chosen. */
  readonly rows = $derived.by((): WalletRow[] =>
    this.#sorted.filter(
      (row) =>
        (this.platform === undefined || row.platform === this.platform) &&
        (!this.scarce || runsOut(row, this.#clock.now)),
    ),
  );

  constructor(api: Api['wallet'], jobs: Jobs, clock: Pick<Clock, 'now'>) {
    this.#api = api;
    this.#jobs = jobs;
    this.#clock = clock;
    this.view = new Fetched(() => api.wallet());
  }

  /** Reads what is known. Answers how to stop following changes. */
  open(events: Events): () => void {
    void this.#load();
    // It may have been begun, and may have ended, while another page was open.
    void attempt(() => this.#jobs.refresh());
    const stops = [
      events.on('accounts_changed', () => void this.#load()),
      // What could not be read is told with the job's results, which no event brings.
      events.on('job_changed', ({ job }) => {
        if (job.kind === 'quotas' && job.state !== 'running') void attempt(() => this.#jobs.refresh());
      }),
    ];
    return () => stops.forEach((stop) => stop());
  }

  /** The reading of all accounts that is under way, if any. */
  get reading(): JobView | undefined {
    return this.#job?.state === 'running' ? this.#job : undefined;
  }

  /** The accounts that the last reading got no answer of, by why. */
  get unread(): [reason: Reason, results: JobResult[]][] {
    const job = this.#job;
    if (!job || job.state === 'running') return [];
    const byReason = new Map<Reason, JobResult[]>();
    for (const result of job.results) {
      if (result.verdict === 'alive') continue;
      byReason.set(result.reason, [...(byReason.get(result.reason) ?? []), result]);
    }
    return [...byReason];
  }

  /** Whether the last reading found no account whose platform says what is left. */
  get nobodyToAsk(): boolean {
    return this.#job?.state === 'done' && this.#job.total === 0;
  }

  /** Asks all platforms. Answers what went wrong. */
  readAll() {
    this.dismiss();
    return attempt(() => this.#jobs.take(this.#api.refreshWallet()));
  }

  /** Ends the reading. Answers what went wrong. */
  async stop(): Promise<ApiError | undefined> {
    return this.reading && this.#jobs.cancel(this.reading.id);
  }

  /** What the last reading could not read has been taken note of. */
  dismiss(): void {
    this.#jobs.dismiss('quotas');
  }

  clearFilters(): void {
    this.platform = undefined;
    this.scarce = false;
  }

  get #job(): JobView | undefined {
    return this.#jobs.latest('quotas');
  }

  /** One question at a time: news that come meanwhile are asked for when the answer is there. */
  async #load(): Promise<void> {
    this.#again = this.#loading;
    if (this.#loading) return;
    this.#loading = true;
    do {
      this.#again = false;
      await this.view.load();
    } while (this.#again as boolean);
    this.#loading = false;
  }
}
