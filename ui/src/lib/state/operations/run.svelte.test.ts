import { describe, expect, it } from 'vitest';
import { ApiError, type Api } from '$lib/client';
import type { OperateBody, Operated, OperationView } from '$lib/client/wire';
import type { Draft } from './draft';
import { OperationRun } from './run.svelte';

const input = {
  type: 'object',
  properties: {
    name: { type: 'string' },
    users: { type: 'array', items: { type: 'object', properties: { id: { type: 'integer' } } } },
    preferences: { type: 'object', properties: { theme: { type: 'string' } } },
  },
};

/** An operation, and who does it: a test settles it. */
function make(risk: OperationView['risk'] = 'write') {
  const operation = {
    operation: 'change',
    title: { zh: '', en: '' },
    about: { zh: '', en: '' },
    warning: null,
    risk,
    audience: 'user',
    input,
    output: {},
  } as unknown as OperationView;
  const asked: OperateBody[] = [];
  const waiting: { resolve: (answer: Operated) => void; reject: (error: ApiError) => void }[] = [];
  const api = {
    run: (_account: string, _operation: string, body: OperateBody) => {
      asked.push(body);
      return new Promise<Operated>((resolve, reject) => waiting.push({ resolve, reject }));
    },
  } as unknown as Api['operations'];
  const run = new OperationRun(api, 'acc_1', operation);
  /** Sends what stands in the form and has it refused. */
  const refused = async (details: Record<string, unknown>, draft: Record<string, Draft> = {}) => {
    run.draft = { ...(run.draft as Record<string, Draft>), ...draft };
    const sending = run.submit();
    waiting.shift()?.reject(new ApiError('INVALID_REQUEST', 400, details));
    await sending;
  };
  return { run, asked, waiting, refused };
}

describe('an operation that is refused', () => {
  it('says it at the field that the answer names, also where empty entries stood before it', async () => {
    const { run, asked, refused } = make();
    const users = [{ id: '' }, { id: '7' }];
    await refused({ field: 'input.users[0].id', reason: 'out_of_range' }, { users });
    expect(asked[0]?.input).toEqual({ users: [{ id: 7 }] });
    expect(run.problems).toEqual({ 'users[1].id': 'out_of_range' });
    expect(run.error).toBeUndefined();
    await refused({ field: 'input.preferences', reason: 'missing' });
    expect(run.problems).toEqual({ preferences: 'missing' });
  });

  it('says it above the form where no field of it is meant', async () => {
    const { run, refused } = make();
    await refused({ field: 'input.preferences.colour', reason: 'unknown' });
    expect([run.error?.code, run.about]).toEqual(['INVALID_REQUEST', 'preferences.colour']);
    expect(run.problems).toEqual({});
    await refused({ field: 'input.name', reason: 'malformed' });
    expect([run.error, run.about]).toEqual([undefined, undefined]);
  });
});

describe('an operation under way', () => {
  it('is waited for, unless it only looks something up', async () => {
    for (const risk of ['read', 'write'] as const) {
      const { run, waiting } = make(risk);
      expect(run.holds).toBe(false);
      const sending = run.submit();
      expect(run.holds).toBe(risk === 'write');
      waiting[0]?.reject(new ApiError('PLATFORM_ERROR', 502));
      await sending;
      expect(run.holds).toBe(false);
    }
  });
});
