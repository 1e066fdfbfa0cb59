import { describe, expect, it } from 'vitest';
import type { Api } from '$lib/client';
import { Restore } from './restore.svelte';

const item = (account_id: string) => ({ account_id, name: account_id, platform: 'bilibili' });
const preview = {
  snapshot: {},
  comes_back: [item('gone')],
  changes: [item('edited')],
  goes_away: [item('later')],
  same: 7,
  pools_changed: 1,
};

function restore(asked: unknown[] = []) {
  const calls = {
    preview: () => Promise.resolve(preview),
    restore: (_: string, ids: string[] | null) => {
      asked.push(ids);
      return Promise.resolve({ restored: 1, changed: 1, removed: 1, undo_id: 'u1' });
    },
  };
  return new Restore(calls as unknown as Api['data'], 'snap_1');
}

describe('restore', () => {
  it('everything means everything, with what was added since', async () => {
    const asked: unknown[] = [];
    const work = restore(asked);
    await work.look();
    expect(work.chosen.map((one) => one.account_id)).toEqual(['gone', 'edited', 'later']);
    await work.run();
    expect(asked).toEqual([null]);
    expect(work.step).toBe('done');
  });

  it('choosing begins with what comes and changes back; nothing goes away unasked', async () => {
    const asked: unknown[] = [];
    const work = restore(asked);
    await work.look();
    work.scope = 'chosen';
    expect([work.count('comesBack'), work.count('changes'), work.count('goesAway')]).toEqual([1, 1, 0]);
    work.selection.toggle('edited');
    await work.run();
    expect(asked).toEqual([['gone']]);
  });

  it('with nothing chosen there is nothing to do', async () => {
    const work = restore();
    await work.look();
    work.scope = 'chosen';
    work.selection.clear();
    expect(work.changesAnything).toBe(false);
    work.scope = 'everything';
    expect(work.changesAnything).toBe(true);
  });
});
