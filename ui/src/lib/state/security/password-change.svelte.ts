import { ApiError, type Api } from '$lib/client';
import { waitSeconds } from '../vault.svelte';

/** A change of the password: the old one is proof. It lives as long as its dialog. */
export class PasswordChange {
  old = $state('');
  busy = $state(false);
  /** Milliseconds since 1970 until which no password is taken. */
  waitUntil = $state(0);
  #error = $state.raw<ApiError | undefined>();

  readonly #api: Api['security'];

  constructor(api: Api['security']) {
    this.#api = api;
  }

  /** The old password was not the right one. */
  get refused(): ApiError | undefined {
    return this.#isRefusal ? this.#error : undefined;
  }

  /** Something else went wrong. */
  get other(): ApiError | undefined {
    return this.#isRefusal ? undefined : this.#error;
  }

  get #isRefusal(): boolean {
    return this.#error?.code === 'WRONG_PASSWORD' || this.#error?.code === 'RATE_LIMITED';
  }

  /** Sets the new one. Answers whether it holds from now on. */
  async run(fresh: string): Promise<boolean> {
    this.busy = true;
    this.#error = undefined;
    try {
      await this.#api.setPassword(this.old, fresh);
      return true;
    } catch (thrown) {
      this.#error = ApiError.from(thrown);
      const wait = waitSeconds(this.#error);
      if (wait > 0) this.waitUntil = Date.now() + wait * 1000;
      this.old = '';
      return false;
    } finally {
      this.busy = false;
    }
  }

  wipe(): void {
    this.old = '';
    this.#error = undefined;
  }
}
