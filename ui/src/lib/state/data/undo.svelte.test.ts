import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError, type Api } from '$lib/client';
import { setLocale } from '$lib/i18n/index.svelte';
import { Events } from '../events';
import { Toasts } from '../toasts.svelte';
import { Undo } from './undo.svelte';

type Calls = Partial<Record<keyof Api['data'], unknown>>;

function start(calls: Calls) {
  const events = new Events();
  const toasts = new Toasts();
  const undo = new Undo(calls as Api['data'], events, toasts);
  const offer = (undo_id: string, what: string, count: number) =>
    events.dispatch({ version: 1, events: [{ type: 'undo_offered', undo_id, what, count }] });
  const titles = () => toasts.list.map((toast) => toast.title);
  return { events, toasts, undo, offer, titles };
}

beforeEach(() => {
  vi.useFakeTimers();
  setLocale('en');
});

describe('undo', () => {
  it('offers what was done, and takes it back', async () => {
    const asked: string[] = [];
    const { toasts, offer, undo, titles } = start({
      undo: (id: string) => {
        asked.push(id);
        return Promise.resolve({ what: 'delete_accounts', undone: 3, skipped: 0 });
      },
    });
    offer('u1', 'delete_accounts', 3);
    expect(titles()).toEqual(['3 accounts deleted']);
    expect(toasts.list[0]?.action?.label).toBe('Undo');
    await undo.latest();
    expect(asked).toEqual(['u1']);
    expect(titles()).toEqual(['Undone: 3 records']);
  });

  it('tells the parts of one long action as one, and takes them back from the last to the first', async () => {
    const asked: string[] = [];
    const { offer, undo, titles } = start({
      undo: (id: string) => {
        asked.push(id);
        return Promise.resolve({ what: 'delete_accounts', undone: 200, skipped: 0 });
      },
    });
    offer('u1', 'delete_accounts', 200);
    offer('u2', 'delete_accounts', 200);
    expect(titles()).toEqual(['400 accounts deleted']);
    await undo.latest();
    expect(asked).toEqual(['u2', 'u1']);
    expect(titles()).toEqual(['Undone: 400 records']);
  });

  it('calls a change what the one who asked for it calls it', () => {
    const { offer, undo, titles } = start({});
    undo.name('update_accounts', (n) => `${n} put aside`);
    offer('u1', 'update_accounts', 2);
    expect(titles()).toEqual(['2 put aside']);
  });

  it('keeps apart what was done at another time', () => {
    const { offer, titles } = start({});
    offer('u1', 'delete_accounts', 1);
    vi.advanceTimersByTime(3_000);
    offer('u2', 'delete_accounts', 1);
    expect(titles()).toEqual(['1 account deleted', '1 account deleted']);
  });

  it('says what had changed since and was left', async () => {
    const { offer, undo, titles } = start({
      undo: () => Promise.resolve({ what: 'delete_accounts', undone: 2, skipped: 1 }),
    });
    offer('u1', 'delete_accounts', 3);
    await undo.latest();
    expect(titles()).toEqual(['2 undone; 1 had changed since and was left']);
  });

  it('without a fresh offer takes the newest of the list, and says when there is none', async () => {
    const asked: string[] = [];
    let items = [{ undo_id: 'old', what: 'import', count: 5, at: '2026-11-20T08:00:00Z' }];
    const { undo, titles } = start({
      undoList: () => Promise.resolve({ items }),
      undo: (id: string) => {
        asked.push(id);
        items = [];
        return Promise.resolve({ what: 'import', undone: 5, skipped: 0 });
      },
    });
    await undo.latest();
    expect(asked).toEqual(['old']);
    await undo.latest();
    expect(titles()).toContain('There is nothing to undo');
  });

  it('says why it could not be undone, and does not offer it again', async () => {
    const { offer, undo, titles } = start({
      undo: () => Promise.reject(new ApiError('UNDO_NOT_FOUND', 404)),
      undoList: () => Promise.resolve({ items: [] }),
    });
    offer('u1', 'delete_pool', 1);
    await undo.latest();
    expect(titles()).toEqual(['This can no longer be undone']);
    await undo.latest();
    expect(titles()).toContain('There is nothing to undo');
  });

  it('stays quiet where a dialog tells it itself, and still can be taken back', async () => {
    const asked: string[] = [];
    const { offer, undo, titles } = start({
      undo: (id: string) => {
        asked.push(id);
        return Promise.resolve({ what: 'restore', undone: 1, skipped: 0 });
      },
    });
    const end = undo.toldElsewhere();
    offer('u1', 'restore', 1);
    expect(titles()).toEqual([]);
    end();
    await undo.latest();
    expect(asked).toEqual(['u1']);
  });

  it('forgets everything when the vault is locked', async () => {
    const { events, offer, undo, titles } = start({ undoList: () => Promise.resolve({ items: [] }) });
    offer('u1', 'delete_accounts', 1);
    events.dispatch({ version: 1, events: [{ type: 'vault_changed', phase: 'locked' }] });
    await undo.latest();
    expect(titles()).toContain('There is nothing to undo');
  });
});
