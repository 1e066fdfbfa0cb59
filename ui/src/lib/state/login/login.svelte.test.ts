import { describe, expect, it } from 'vitest';
import { ApiError, type Api } from '$lib/client';
import type { StartLogin } from '$lib/client/logins';
import type { LoginView, PlatformView } from '$lib/client/wire';
import { Events } from '../events';
import { AddAccount } from './add-account.svelte';
import { Login } from './login.svelte';

const blank: LoginView = {
  session_id: 'login_1',
  platform: 'bilibili',
  method: 'qr',
  form: null,
  window: null,
  account_id: null,
  phase: 'loading',
  qrcode_text: null,
  qrcode_image: null,
  expires_at: null,
  expires_in: null,
  scanned_by: null,
  result: null,
  other_person: null,
  error: null,
  refreshes: 0,
  started_at: '2026-11-20T10:00:00Z',
};

/** An engine with one login, which a test moves on. */
function engine() {
  const events = new Events();
  const asked: string[] = [];
  const state = { view: blank, gone: false, startFails: undefined as ApiError | undefined };
  let started = 0;
  const api = {
    start: ({ platform, method, account_id: account, site }: StartLogin) => {
      asked.push(['start', platform, method === 'qr' ? '' : method, account, site].filter(Boolean).join(' '));
      if (state.startFails) return Promise.reject(state.startFails);
      started += 1;
      state.view = {
        ...blank,
        platform,
        method,
        session_id: `login_${started}`,
        account_id: account ?? null,
      };
      return Promise.resolve(state.view);
    },
    list: () => Promise.resolve({ logins: [state.view] }),
    get: (id: string) => {
      asked.push(`get ${id}`);
      return state.gone ? Promise.reject(new ApiError('LOGIN_NOT_FOUND', 404)) : Promise.resolve(state.view);
    },
    refresh: (id: string) => {
      asked.push(`refresh ${id}`);
      return Promise.resolve({ ...state.view, phase: 'waiting' as const });
    },
    acceptNew: (id: string) => {
      asked.push(`accept ${id}`);
      return Promise.resolve({ ...state.view, phase: 'done' as const });
    },
    fillIn: (id: string, fields: Record<string, string>) => {
      asked.push(`fill ${id} ${Object.keys(fields).join(' ')}`);
      return Promise.resolve({ ...state.view, phase: 'verifying' as const });
    },
    focusWindow: (id: string) => {
      asked.push(`focus ${id}`);
      return Promise.resolve(state.view);
    },
    cancel: (id: string) => {
      asked.push(`cancel ${id}`);
      return Promise.resolve({ session_id: id, message: '' });
    },
  } satisfies Api['logins'];
  const move = async (change: Partial<LoginView>) => {
    state.view = { ...state.view, ...change };
    events.dispatch({
      version: 1,
      events: [{ type: 'login_changed', session_id: state.view.session_id }],
    });
    await settled();
  };
  return { api, events, asked, state, move };
}

const settled = () => new Promise((resolve) => setTimeout(resolve));

describe('a login', () => {
  it('follows the news about itself and not about others', async () => {
    const { api, events, asked, move } = engine();
    const login = new Login(api, events, { platform: 'bilibili', method: 'qr' });
    expect(login.phase).toBe('loading');
    await login.start();
    await move({ phase: 'waiting', qrcode_text: 'a', expires_in: 180 });
    expect(login.phase).toBe('waiting');
    expect(login.lifetime).toBe(180_000);

    events.dispatch({ version: 1, events: [{ type: 'login_changed', session_id: 'login_other' }] });
    await settled();
    expect(asked.filter((call) => call.startsWith('get'))).toEqual(['get login_1', 'get login_1']);
  });

  it('does not miss what happened before it had its name', async () => {
    const { api, events, state } = engine();
    const login = new Login(api, events, { platform: 'bilibili', method: 'qr' });
    const starting = login.start();
    state.view = { ...state.view, phase: 'waiting' };
    await starting;
    expect(login.phase).toBe('waiting');
  });

  it('measures the countdown from the code that is shown', async () => {
    const { api, events, move } = engine();
    const login = new Login(api, events, { platform: 'bilibili', method: 'qr' });
    await login.start();
    await move({ phase: 'waiting', qrcode_text: 'a', expires_in: 180 });
    await move({ qrcode_text: 'a', expires_in: 100 });
    expect(login.lifetime).toBe(180_000);
    expect(login.deadline - Date.now()).toBeLessThanOrEqual(100_000);
    await move({ qrcode_text: 'b', expires_in: 60, refreshes: 1 });
    expect(login.lifetime).toBe(60_000);
  });

  it('shows trouble on the way as trouble, not as an end', async () => {
    const { api, events, move } = engine();
    const login = new Login(api, events, { platform: 'bilibili', method: 'qr' });
    await login.start();
    const error = { code: 'network', reason: 'timeout', retry_in_s: 4 } as const;
    await move({ phase: 'waiting', error });
    expect(login.isOver).toBe(false);
    expect(login.trouble).toEqual(error);
    await move({
      phase: 'failed',
      error: { code: 'risk_control', reason: 'risk_control', retry_in_s: null },
    });
    expect(login.isOver).toBe(true);
    expect(login.trouble).toBeNull();
  });

  it('asks for a new code while it lives, and begins anew once it is over', async () => {
    const { api, events, asked, move } = engine();
    const login = new Login(api, events, {
      platform: 'bilibili',
      method: 'qr',
      account: { id: 'acc_7', name: 'Seven' },
    });
    await login.start();
    await move({ phase: 'expired' });
    await login.again();
    await move({ phase: 'refused' });
    await login.again();
    expect(asked.filter((call) => !call.startsWith('get'))).toEqual([
      'start bilibili acc_7',
      'refresh login_1',
      'cancel login_1',
      'start bilibili acc_7',
    ]);
    expect(login.view?.session_id).toBe('login_2');
  });

  it('fails with the reason when it cannot begin, and recovers', async () => {
    const { api, events, state } = engine();
    state.startFails = new ApiError('PLATFORM_ERROR', 502, { reason: 'connect' });
    const login = new Login(api, events, { platform: 'bilibili', method: 'qr' });
    await login.start();
    expect(login.phase).toBe('failed');
    expect(login.failure?.reason).toBe('connect');
    state.startFails = undefined;
    await login.again();
    expect(login.phase).toBe('loading');
  });

  it('says that it has ended when the engine no longer knows it', async () => {
    const { api, events, state, move } = engine();
    const login = new Login(api, events, { platform: 'bilibili', method: 'qr' });
    await login.start();
    state.gone = true;
    await move({});
    expect(login.phase).toBe('failed');
    expect(login.failure?.code).toBe('LOGIN_NOT_FOUND');
  });

  it('is called off when it is closed, also before its first answer, but not once it is done', async () => {
    const early = engine();
    const quick = new Login(early.api, early.events, { platform: 'bilibili', method: 'qr' });
    const starting = quick.start();
    await quick.close();
    await starting;
    expect(early.asked).toContain('cancel login_1');

    const late = engine();
    const done = new Login(late.api, late.events, { platform: 'bilibili', method: 'qr' });
    await done.start();
    await late.move({ phase: 'done' });
    await done.close();
    expect(late.asked).not.toContain('cancel login_1');
  });
});

const platform = (id: string, login_methods: PlatformView['login_methods'], sites = 0) =>
  ({
    id,
    login_methods,
    any_site: false,
    sites: Array.from({ length: sites }, (_, n) => ({
      origin: `https://${n}.example`,
      name_zh: '',
      name_en: '',
    })),
  }) as unknown as PlatformView;

describe('a login by form or window', () => {
  const form = { id: 'password', title: { zh: '', en: '' }, fields: [], problem: null };

  it('keeps the form on screen while the answer to it is awaited, and no longer', async () => {
    const { api, events, asked, move } = engine();
    const login = new Login(api, events, { platform: 'smartcv', method: 'password' });
    await login.start();
    expect(login.showsForm).toBe(false);
    await move({ phase: 'needs_input', form });
    expect(await login.fillIn({ user: 'a', password: 'b' })).toBeUndefined();
    expect(asked).toContain('fill login_1 user password');
    expect([login.phase, login.showsForm]).toEqual(['verifying', true]);
    await move({ phase: 'failed', form: null });
    expect(login.showsForm).toBe(false);
  });

  it('has ended when what was filled in finds no login any more, and begins anew', async () => {
    const { api, events, state, move } = engine();
    const gone = { ...api, fillIn: () => Promise.reject(new ApiError('LOGIN_NOT_FOUND', 404)) };
    const login = new Login(gone, events, { platform: 'smartcv', method: 'password' });
    await login.start();
    await move({ phase: 'needs_input', form });
    expect((await login.fillIn({ user: 'a' }))?.code).toBe('LOGIN_NOT_FOUND');
    expect([login.phase, login.showsForm, login.isOver]).toEqual(['failed', false, true]);
    state.view = { ...state.view, phase: 'needs_input', form };
    await login.again();
    expect(login.phase).not.toBe('failed');
  });

  it('opens a closed window again instead of beginning anew', async () => {
    const { api, events, asked, move } = engine();
    const login = new Login(api, events, { platform: 'douyin', method: 'window' });
    await login.start();
    await move({ phase: 'failed', error: { code: 'window_closed', reason: 'other', retry_in_s: null } });
    await login.again();
    expect(asked.at(-1)).toBe('refresh login_1');
  });
});

describe('adding accounts', () => {
  it('goes at once to the code where there is one method, else asks for it', async () => {
    const { api, events, asked } = engine();
    const adding = new AddAccount(api, events);
    adding.open({}, []);
    expect(adding.step).toBe('platform');
    adding.choose(platform('toutiao', ['qr', 'window']));
    expect(adding.step).toBe('method');
    adding.back();
    expect(adding.step).toBe('platform');
    adding.choose(platform('bilibili', ['qr']));
    expect(adding.step).toBe('login');
    await settled();
    expect(asked).toEqual(['start bilibili', 'get login_1']);
  });

  it('asks for the site of a window, but not of an account that has one', async () => {
    const { api, events, asked } = engine();
    const burncloud = platform('burncloud', ['password', 'cookies'], 2);
    const adding = new AddAccount(api, events);
    adding.choose(burncloud);
    adding.chooseMethod('cookies');
    expect(adding.step).toBe('site');
    adding.chooseSite('https://1.example');
    const again = new AddAccount(api, events);
    again.open({ platform: 'burncloud', account: { id: 'acc_7', name: 'Seven' } }, [burncloud]);
    expect(again.step).toBe('method');
    again.chooseMethod('cookies');
    await settled();
    expect(asked.filter((call) => call.startsWith('start'))).toEqual([
      'start burncloud cookies https://1.example',
      'start burncloud cookies acc_7',
    ]);
  });

  it('goes at once to the code of an account that logs in again', async () => {
    const { api, events, asked } = engine();
    const adding = new AddAccount(api, events);
    adding.open({ platform: 'bilibili', account: { id: 'acc_7', name: 'Seven' } }, []);
    expect(adding.step).toBe('login');
    await settled();
    expect(asked).toEqual(['start bilibili acc_7', 'get login_1']);
  });

  it('keeps several logins side by side and calls all of them off at the end', async () => {
    const { api, events, asked } = engine();
    const adding = new AddAccount(api, events);
    adding.choose(platform('bilibili', ['qr']));
    await settled();
    adding.another();
    expect(adding.step).toBe('platform');
    adding.choose(platform('toutiao', ['qr']));
    await settled();
    expect(adding.logins).toHaveLength(2);
    expect(adding.current?.purpose.platform).toBe('toutiao');
    adding.close();
    await settled();
    expect(asked.filter((call) => call.startsWith('cancel'))).toEqual(['cancel login_1', 'cancel login_2']);
  });
});
