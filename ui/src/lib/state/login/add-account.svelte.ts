import type { Api } from '$lib/client';
import type { PlatformView } from '$lib/client/wire';
import type { Events } from '../events';
import type { LoginRequest } from '../overlays.svelte';
import { Login } from './login.svelte';

export type Step = 'platform' | 'method' | 'code';
export type Method = PlatformView['login_methods'][number];

/** The ways to log in that this window has a page for. */
const offered: readonly Method[] = ['qr'];

export function methodsOf(platform: PlatformView): Method[] {
  return platform.login_methods.filter((method) => offered.includes(method));
}

/** Adding accounts: which platform, by which method, then the logins, one or several side by side. */
export class AddAccount {
  /** The platform whose methods are shown. */
  platform = $state.raw<PlatformView | undefined>();
  logins = $state.raw<Login[]>([]);
  current = $state.raw<Login | undefined>();

  readonly #api: Api['logins'];
  readonly #events: Events;

  constructor(api: Api['logins'], events: Events) {
    this.#api = api;
    this.#events = events;
  }

  get step(): Step {
    if (this.current) return 'code';
    return this.platform ? 'method' : 'platform';
  }

  /** Begins as asked: with the tiles, or at once with a platform's code. */
  open(request: LoginRequest, platforms: readonly PlatformView[]): void {
    const { platform: id, account } = request;
    if (account && id !== undefined) {
      this.#begin(id, account);
      return;
    }
    const platform = platforms.find((platform) => platform.id === id);
    if (platform) this.choose(platform);
  }

  /** Goes on with a platform; where there is only one method, at once to it. */
  choose(platform: PlatformView): void {
    if (methodsOf(platform).length > 1) this.platform = platform;
    else this.#begin(platform.id);
  }

  /** Goes on with a method of the chosen platform. */
  chooseMethod(): void {
    if (this.platform) this.#begin(this.platform.id);
  }

  /** Shows the tiles again; logins under way go on beside them. */
  another(): void {
    this.platform = undefined;
    this.current = undefined;
  }

  show(login: Login): void {
    this.platform = undefined;
    this.current = login;
  }

  /** Takes one login away; what is left is shown, or the tiles. */
  drop(login: Login): void {
    void login.close();
    this.logins = this.logins.filter((other) => other !== login);
    if (this.current === login) this.current = undefined;
  }

  /** The owner goes away. */
  close(): void {
    for (const login of this.logins) void login.close();
    this.logins = [];
    this.another();
  }

  #begin(platform: string, account?: { id: string; name: string }): void {
    const login = new Login(this.#api, this.#events, { platform, account });
    this.logins = [...this.logins, login];
    this.show(login);
    void login.start();
  }
}
