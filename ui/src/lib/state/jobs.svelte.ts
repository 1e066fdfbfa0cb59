import { SvelteSet } from 'svelte/reactivity';
import { ApiError, type Api } from '$lib/client';
import type { JobNews, JobView, StartCheck } from '$lib/client/wire';
import type { Events } from './events';

/** Background work: what runs, what waits and why. */
export class Jobs {
  list = $state.raw<JobView[]>([]);

  readonly #api: Api['jobs'];
  /** Ended work that its owner has taken note of. */
  readonly #seen = new SvelteSet<string>();

  constructor(api: Api['jobs'], events: Events) {
    this.#api = api;
    events.on('job_changed', ({ job }) => this.#put(job));
    events.on('vault_changed', ({ phase }) => {
      if (phase === 'unlocked') return;
      this.list = [];
      this.#seen.clear();
    });
  }

  /** The job to show in a small place: what runs, else what is held up, else what comes next. */
  get foremost(): JobView | undefined {
    const checks = this.list.filter((job) => job.kind !== 'quotas');
    return (
      checks.find((job) => job.state === 'running') ??
      this.list.find((job) => job.state === 'running') ??
      checks.find((job) => job.state === 'paused') ??
      checks.find((job) => job.state === 'failed' && job.kind === 'periodic_check') ??
      checks.find((job) => job.state === 'idle' && job.next_at)
    );
  }

  get(id: string): JobView | undefined {
    return this.list.find((job) => job.id === id);
  }

  /** The one of a kind that runs, else one that has ended and that nobody has taken note of. */
  latest(kind: JobView['kind']): JobView | undefined {
    const own = this.list.filter((job) => job.kind === kind && !this.#seen.has(job.id));
    return own.find((job) => job.state === 'running') ?? own[0];
  }

  /** What has ended of a kind has been taken note of. */
  dismiss(kind: JobView['kind']): void {
    for (const job of this.list) if (job.kind === kind && job.state !== 'running') this.#seen.add(job.id);
  }

  async refresh(): Promise<void> {
    const before = this.list;
    const { jobs } = await this.#api.list();
    const news = this.list.filter((job) => !before.includes(job));
    this.list = [
      ...news.filter(({ id }) => !jobs.some((job) => job.id === id)),
      ...jobs.map((job) => newer(job, news)),
    ];
  }

  /** Starts a check of these accounts. */
  check(selection: StartCheck): Promise<JobView> {
    return this.take(this.#api.check(selection));
  }

  /** Follows a job that is just being started. */
  async take(starting: Promise<JobView>): Promise<JobView> {
    const before = this.list;
    const job = await starting;
    // News that came before the answer are newer than it: a short job may have ended already.
    const known = this.get(job.id);
    if (!known || before.includes(known)) this.#put(job);
    return job;
  }

  /** Stops a job. Answers what went wrong. */
  async cancel(id: string): Promise<ApiError | undefined> {
    try {
      await this.#api.cancel(id);
      return undefined;
    } catch (thrown) {
      return ApiError.from(thrown);
    }
  }

  #put(news: JobNews): void {
    const index = this.list.findIndex((other) => other.id === news.id);
    const job = { ...news, results: news.results ?? this.list[index]?.results ?? [] };
    this.list = index < 0 ? [job, ...this.list] : this.list.with(index, job);
  }
}

/** What is newest of a job: news that came while the list was read, with the results that only the list has. */
function newer(job: JobView, news: readonly JobView[]): JobView {
  const told = news.find(({ id }) => id === job.id);
  return told ? { ...told, results: job.results } : job;
}
