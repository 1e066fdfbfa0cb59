import type { Api } from '$lib/client';
import type { LoginMethod, PlatformView } from '$lib/client/wire';
import type { Events } from '../events';
import type { LoginRequest } from '../overlays.svelte';
import { Login, type LoginPurpose } from './login.svelte';

export type Step = 'platform' | 'method' | 'site' | 'login';

/** Whether the site is asked for before the login begins; a form asks for it by itself. */
export function asksForSite(platform: PlatformView, method: LoginMethod): boolean {
  const several = platform.sites.length > 1 || platform.any_site;
  return several && (method === 'window' || method === 'cookies');
}

/** Adding accounts: which platform, by which method, at which site, then the logins, one or several side by side. */
export class AddAccount {
  /** The platform whose methods are shown. */
  platform = $state.raw<PlatformView | undefined>();
  /** The method that waits for its site. */
  method = $state<LoginMethod | undefined>();
  logins = $state.raw<Login[]>([]);
  current = $state.raw<Login | undefined>();

  readonly #api: Api['logins'];
  readonly #events: Events;
  #account: LoginPurpose['account'];

  constructor(api: Api['logins'], events: Events) {
    this.#api = api;
    this.#events = events;
  }

  get step(): Step {
    if (this.current) return 'login';
    if (!this.platform) return 'platform';
    return this.method ? 'site' : 'method';
  }

  /** Whether the account is given: then there is no other platform to choose. */
  get isAgain(): boolean {
    return this.#account !== undefined;
  }

  /** Begins as asked: with the tiles, or at once with a platform. */
  open(request: LoginRequest, platforms: readonly PlatformView[]): void {
    this.#account = request.account;
    const platform = platforms.find((platform) => platform.id === request.platform);
    if (platform) this.choose(platform);
    // Never another platform's tile for an account that is there.
    else if (request.account && request.platform !== undefined)
      this.#begin({ platform: request.platform, method: 'qr', account: request.account });
  }

  /** Goes on with a platform; where there is only one method, at once to it. */
  choose(platform: PlatformView): void {
    const [only, ...more] = platform.login_methods;
    this.platform = platform;
    if (only && more.length === 0) this.chooseMethod(only);
  }

  /** Goes on with a method of the chosen platform. An account that logs in again stays at its site. */
  chooseMethod(method: LoginMethod): void {
    const platform = this.platform;
    if (!platform) return;
    if (this.#account === undefined && asksForSite(platform, method)) this.method = method;
    else this.#begin({ platform: platform.id, method, account: this.#account });
  }

  /** Goes on at a site. */
  chooseSite(site: string): void {
    if (this.platform && this.method) this.#begin({ platform: this.platform.id, method: this.method, site });
  }

  /** One step back from a choice. */
  back(): void {
    const several = (this.platform?.login_methods.length ?? 0) > 1;
    if (this.method && several) this.method = undefined;
    else this.another();
  }

  /** Shows the tiles again; logins under way go on beside them. */
  another(): void {
    this.platform = undefined;
    this.method = undefined;
    this.current = undefined;
  }

  show(login: Login): void {
    this.another();
    this.current = login;
  }

  /** Calls a login off and shows the methods of its platform again. */
  otherWay(login: Login, platform: PlatformView | undefined): void {
    this.drop(login);
    this.another();
    this.platform = platform;
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

  #begin(purpose: LoginPurpose): void {
    const login = new Login(this.#api, this.#events, purpose);
    this.logins = [...this.logins, login];
    this.show(login);
    void login.start();
  }
}
