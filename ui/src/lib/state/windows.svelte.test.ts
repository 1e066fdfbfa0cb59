import { describe, expect, it, vi } from 'vitest';
import { ApiError, type Api } from '$lib/client';
import type { AccountDetail } from '$lib/client/wire';
import { Events } from './events';
import type { Toasts } from './toasts.svelte';
import { Windows } from './windows.svelte';

const settled = () => new Promise((resolve) => setTimeout(resolve));

function make() {
  const events = new Events();
  const say = vi.fn();
  const naming: { resolve: (account: AccountDetail) => void; reject: (error: ApiError) => void }[] = [];
  const opening: (() => void)[] = [];
  const api = {
    accounts: {
      get: () => new Promise<AccountDetail>((resolve, reject) => naming.push({ resolve, reject })),
    },
    detail: { openWindow: () => new Promise<void>((resolve) => opening.push(resolve)) },
  } as unknown as Api;
  const windows = new Windows(api, events, { say, fail: vi.fn() } as unknown as Toasts);
  const closed = () =>
    events.dispatch({
      version: 1,
      events: [
        { type: 'window_closed', account_id: 'acc_1', saved: false, logged_out: true, reason: 'closed' },
      ],
    });
  const lock = () => events.dispatch({ version: 1, events: [{ type: 'vault_changed', phase: 'locked' }] });
  return { windows, say, naming, opening, closed, lock };
}

describe('the platforms’ windows', () => {
  it('say by name who was logged out in there', async () => {
    const { say, naming, closed } = make();
    closed();
    naming[0]?.resolve({ account_name: 'Lin' } as AccountDetail);
    await settled();
    expect(say.mock.calls.map(([toast]) => (toast as { title: string }).title)).toEqual([
      expect.stringContaining('Lin'),
    ]);
  });

  it('name nobody once the vault is closed, by id as little as by name', async () => {
    const { say, naming, closed, lock } = make();
    closed();
    lock();
    naming[0]?.resolve({ account_name: 'Lin' } as AccountDetail);
    closed();
    naming[1]?.reject(new ApiError('VAULT_LOCKED', 423));
    await settled();
    expect(say).not.toHaveBeenCalled();
  });

  it('may be on their way for several accounts at once', async () => {
    const { windows, opening } = make();
    void windows.open('acc_1');
    void windows.open('acc_2');
    opening[0]?.();
    await settled();
    expect([windows.isOpening('acc_1'), windows.isOpening('acc_2')]).toEqual([false, true]);
  });
});
