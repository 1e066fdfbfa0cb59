import { expect, it } from 'vitest';
import { ApiError } from '$lib/client';
import { attempt, Fetched } from './fetched.svelte';

it('passes over an answer that a later question has overtaken', async () => {
  const answers: ((value: string) => void)[] = [];
  const fetched = new Fetched(() => new Promise<string>((resolve) => answers.push(resolve)));
  const first = fetched.load();
  const second = fetched.load();
  answers[1]?.('new');
  await second;
  answers[0]?.('old');
  await first;
  expect(fetched.value).toBe('new');
  expect(fetched.busy).toBe(false);
});

it('keeps what it had beside the error, and forgets the error with the next answer', async () => {
  let fails = false;
  const fetched = new Fetched(() =>
    fails ? Promise.reject(new ApiError('OFFLINE', 0)) : Promise.resolve('here'),
  );
  await fetched.load();
  fails = true;
  await fetched.load();
  expect(fetched.value).toBe('here');
  expect(fetched.error?.code).toBe('OFFLINE');
  fails = false;
  await fetched.load();
  expect(fetched.error).toBeUndefined();
});

it('a value put in by hand beats an answer on its way', async () => {
  let answer: (value: string) => void = () => undefined;
  const fetched = new Fetched(() => new Promise<string>((resolve) => (answer = resolve)));
  const loading = fetched.load();
  fetched.put('changed');
  answer('stale');
  await loading;
  expect(fetched.value).toBe('changed');
});

it('attempt answers what went wrong, and nothing when nothing did', async () => {
  expect(await attempt(() => Promise.resolve(1))).toBeUndefined();
  expect((await attempt(() => Promise.reject(new Error('x'))))?.code).toBe('UNEXPECTED_ANSWER');
});
