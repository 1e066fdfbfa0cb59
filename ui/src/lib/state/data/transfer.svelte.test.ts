import { describe, expect, it } from 'vitest';
import { ApiError, type Api } from '$lib/client';
import type { ImportItem, ImportWhat } from '$lib/client/wire';
import { Export } from './export.svelte';
import { canTake, Import } from './import.svelte';

type Calls = Partial<Record<keyof Api['data'], unknown>>;
const api = (calls: Calls) => calls as Api['data'];

const kinds: ImportWhat[] = ['new', 'update', 'same', 'conflict', 'unreadable'];
const items: ImportItem[] = kinds.map((what) => ({
  item_id: what,
  name: what,
  platform: 'bilibili',
  what,
  reason: what === 'conflict' ? 'newer_here' : null,
}));
const view = {
  import_id: 'i1',
  source: 'export',
  items,
  new: 1,
  update: 1,
  same: 1,
  conflict: 1,
  unreadable: 1,
};

describe('import', () => {
  const opened = async (calls: Calls) => {
    const work = new Import(
      api({ openImport: () => Promise.resolve({ cancelled: false, import: view }), ...calls }),
    );
    work.secret = 'paper boat';
    await work.open();
    return work;
  };

  it('ticks what makes nothing worse, and leaves conflicts to the owner', async () => {
    const work = await opened({});
    expect([...work.selection.ids]).toEqual(['new', 'update']);
    expect(
      canTake({ item_id: '9', name: '', platform: null, what: 'conflict', reason: 'other_person' }),
    ).toBe(false);
    expect(items.filter(canTake).map((item) => item.what)).toEqual(['new', 'update', 'conflict']);
  });

  it('forgets the secret once the file is open', async () => {
    const work = await opened({});
    expect(work.step).toBe('look');
    expect(work.secret).toBe('');
  });

  it('a range never ticks what cannot be taken', async () => {
    const work = await opened({});
    work.selection.clear();
    work.tick('new', false);
    work.tick('conflict', true);
    expect([...work.selection.ids].toSorted()).toEqual(['conflict', 'new', 'update']);
  });

  it('writes only what is ticked, and not before it is told to', async () => {
    const written: string[][] = [];
    const work = await opened({
      applyImport: (_: string, ids: string[]) => {
        written.push(ids);
        return Promise.resolve({ imported: 1, updated: 0, skipped: 4, undo_id: null });
      },
    });
    expect(written).toEqual([]);
    work.tick('update', false);
    await work.apply();
    expect(written).toEqual([['new']]);
    expect(work.step).toBe('done');
  });

  it('leaving before the end tells the engine to forget the file; afterwards there is nothing to forget', async () => {
    const forgotten: string[] = [];
    const calls = {
      discardImport: (id: string) => Promise.resolve(void forgotten.push(id)),
      applyImport: () => Promise.resolve({ imported: 2, updated: 0, skipped: 0, undo_id: null }),
    };
    await (await opened(calls)).leave();
    expect(forgotten).toEqual(['i1']);
    const done = await opened(calls);
    await done.apply();
    await done.leave();
    expect(forgotten).toEqual(['i1']);
  });

  it('a wrong secret keeps the place, a closed dialog too', async () => {
    const work = new Import(api({ openImport: () => Promise.reject(new ApiError('WRONG_PASSWORD', 401)) }));
    await work.open();
    expect([work.step, work.refused]).toEqual(['file', true]);
    const closed = new Import(api({ openImport: () => Promise.resolve({ cancelled: true, import: null }) }));
    await closed.open();
    expect([closed.step, closed.cancelled, closed.refused]).toEqual(['file', true, false]);
  });
});

describe('export', () => {
  it('takes the ticked ones, or all, and wipes the password once the file is there', async () => {
    const asked: unknown[] = [];
    const work = new Export(
      api({
        exportTo: (_: string, ids: string[] | null) => {
          asked.push(ids);
          return Promise.resolve({ cancelled: asked.length < 2, file_name: 'a', accounts: 2, bytes: 9 });
        },
      }),
      ['acc_1', 'acc_2'],
    );
    work.password.password = work.password.again = 'paper boat nine lamps';
    await work.run();
    expect([work.cancelled, work.result, work.password.password]).toEqual([
      true,
      undefined,
      'paper boat nine lamps',
    ]);
    work.onlySelected = false;
    await work.run();
    expect(asked).toEqual([['acc_1', 'acc_2'], null]);
    expect(work.result?.accounts).toBe(2);
    expect([work.password.password, work.password.again]).toEqual(['', '']);
  });
});
