import { ApiError, type Api } from '$lib/client';
import type { ErasedView } from '$lib/client/wire';

/** Throwing away for good what was deleted. */
export class Erase {
  password = $state('');
  typed = $state('');
  busy = $state(false);
  error = $state.raw<ApiError | undefined>();
  result = $state.raw<ErasedView | undefined>();

  readonly #api: Api['data'];

  constructor(api: Api['data']) {
    this.#api = api;
  }

  /** Whether password and word are there. */
  ready(word: string): boolean {
    return this.password !== '' && this.typed.trim().toLowerCase() === word.toLowerCase();
  }

  async run(): Promise<void> {
    this.busy = true;
    this.error = undefined;
    try {
      this.result = await this.#api.erase(this.password);
      this.wipe();
    } catch (thrown) {
      this.error = ApiError.from(thrown);
    } finally {
      this.busy = false;
    }
  }

  wipe(): void {
    this.password = '';
    this.typed = '';
  }
}
