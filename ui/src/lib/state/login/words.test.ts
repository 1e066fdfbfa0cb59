import { describe, expect, it } from 'vitest';
import { ApiError, type Api } from '$lib/client';
import type { LoginMethod, LoginPhase, LoginView } from '$lib/client/wire';
import { errorWords } from '$lib/errors/table';
import { en } from '$lib/i18n/en';
import { setLocale } from '$lib/i18n/index.svelte';
import { Events } from '../events';
import type { Platforms } from '../platforms.svelte';
import { Login } from './login.svelte';
import { phaseWords } from './words';

const platforms = { get: () => undefined, name: (id: string) => id } as unknown as Platforms;
const account = { id: 'acc_1', name: 'Lin' };
const aboutCodes = /扫|二维码|换一个码|scan|new code/i;

function said(method: LoginMethod, change: Partial<LoginView>): string {
  const login = new Login({} as Api['logins'], new Events(), { platform: 'here', method, account });
  login.view = { session_id: 'login_1', error: null, other_person: null, ...change } as LoginView;
  const { title, text } = phaseWords(login, platforms);
  return [title, ...text].join(' ');
}

const other_person = { name: 'Wei', user_id: '7', account_id: null };
const phases: Partial<LoginView>[] = [
  ...(['loading', 'waiting', 'verifying', 'refused'] satisfies LoginPhase[]).map((phase) => ({ phase })),
  { phase: 'wrong_person', other_person },
  ...Object.keys(en.login.failures).map((code) => ({
    phase: 'failed' as const,
    error: { code, reason: 'other', retry_in_s: null } as LoginView['error'],
  })),
];

describe('what a login says', () => {
  it('speaks of codes to those who scan one, and to nobody else', () => {
    for (const locale of ['zh-CN', 'en'] as const) {
      setLocale(locale);
      for (const method of ['window', 'password', 'token', 'cookies'] as const)
        for (const change of phases) expect(said(method, change)).not.toMatch(aboutCodes);
      expect(said('qr', { phase: 'wrong_person', other_person })).toMatch(locale === 'en' ? /Wei/ : /扫码/);
    }
  });

  it('sends nobody to a code who only has to log in again', () => {
    for (const locale of ['zh-CN', 'en'] as const) {
      setLocale(locale);
      for (const reason of ['not_logged_in', 'no_credential']) {
        const { title, remedy } = errorWords(new ApiError('PLATFORM_ERROR', 502, { reason }));
        expect(`${title} ${remedy}`).not.toMatch(aboutCodes);
      }
      const { title } = errorWords(new ApiError('IDENTITY_MISMATCH', 409));
      expect(title).not.toMatch(aboutCodes);
    }
  });
});
