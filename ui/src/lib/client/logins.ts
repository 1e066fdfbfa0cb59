import { open, type Client } from './client';
import type { LoginMethod } from './wire';

const named = (id: string) => ({ params: { path: { id } } });

/** What a login is started with. Without an account it is for a new one; the site is for windows and cookies. */
export interface StartLogin {
  platform: string;
  method: LoginMethod;
  account_id?: string;
  site?: string;
}

/** Calls about logins under way. */
export const loginCalls = (client: Client) => ({
  start: (body: StartLogin) => open(client.POST('/desktop/v1/logins', { body })),
  /** Those under way, and those that wait for the owner's word. */
  list: () => open(client.GET('/desktop/v1/logins', {})),
  get: (id: string) => open(client.GET('/desktop/v1/logins/{id}', named(id))),
  refresh: (id: string) => open(client.POST('/desktop/v1/logins/{id}/refresh', named(id))),
  acceptNew: (id: string) => open(client.POST('/desktop/v1/logins/{id}/accept-new', named(id))),
  /** Hands over what was filled in. */
  fillIn: (id: string, fields: Record<string, string>) =>
    open(client.POST('/desktop/v1/logins/{id}/fields', { ...named(id), body: { fields } })),
  /** Brings the login's window to the front. */
  focusWindow: (id: string) => open(client.POST('/desktop/v1/logins/{id}/window/focus', named(id))),
  cancel: (id: string) => open(client.DELETE('/desktop/v1/logins/{id}', named(id))),
});
