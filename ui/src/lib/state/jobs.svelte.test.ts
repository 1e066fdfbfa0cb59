import { describe, expect, it } from 'vitest';
import type { Api } from '$lib/client';
import type { JobNews, JobView } from '$lib/client/wire';
import { Events } from './events';
import { Jobs } from './jobs.svelte';

const job = (change: Partial<JobView> = {}) =>
  ({ id: 'job_1', kind: 'check', state: 'running', done: 0, total: 2, results: [], ...change }) as JobView;

/** Background work whose answers a test gives when it wants. */
function make() {
  const events = new Events();
  const answers: ((jobs: JobView[]) => void)[] = [];
  const api = {
    list: () =>
      new Promise((resolve) => answers.push((jobs) => resolve({ jobs }))) as Promise<{ jobs: JobView[] }>,
  } as unknown as Api['jobs'];
  const jobs = new Jobs(api, events);
  const tell = (change: Partial<JobView>) => {
    const { results: _, ...news } = job(change);
    events.dispatch({ version: 1, events: [{ type: 'job_changed', job: news as JobNews }] });
  };
  return { jobs, tell, answers };
}

describe('background work', () => {
  it('stays at its end when the answer to its start comes after the news of it', async () => {
    const { jobs, tell } = make();
    let answer: (view: JobView) => void = () => undefined;
    const taking = jobs.take(new Promise((resolve) => (answer = resolve)));
    tell({ state: 'done', done: 2 });
    answer(job());
    await taking;
    expect(jobs.list.map(({ state, done }) => [state, done])).toEqual([['done', 2]]);
  });

  it('begins once more where a new one has the old name', async () => {
    const { jobs, tell } = make();
    tell({ state: 'done', done: 2 });
    await jobs.take(Promise.resolve(job()));
    expect(jobs.get('job_1')?.state).toBe('running');
  });

  it('shows a reading of what is left in the small place too, after checks', () => {
    const { jobs, tell } = make();
    tell({ id: 'job_read', kind: 'quotas' });
    expect(jobs.foremost?.id).toBe('job_read');
    tell({ id: 'job_check' });
    expect(jobs.foremost?.id).toBe('job_check');
  });

  it('keeps the news that came while the list was read, and takes the results from the list', async () => {
    const { jobs, tell, answers } = make();
    tell({ id: 'job_old', state: 'done' });
    const reading = jobs.refresh();
    tell({ state: 'done', done: 2 });
    tell({ id: 'job_new' });
    const results = [{ account_id: 'acc_1' }] as JobView['results'];
    answers[0]?.([job({ done: 1, results })]);
    await reading;
    expect(jobs.list.map(({ id, state }) => [id, state])).toEqual([
      ['job_new', 'running'],
      ['job_1', 'done'],
    ]);
    expect(jobs.get('job_1')?.results).toEqual(results);
  });
});
