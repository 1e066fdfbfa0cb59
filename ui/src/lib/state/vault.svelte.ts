import { ApiError, type Api } from '$lib/client';
import type { VaultPhase, VaultView } from '$lib/client/wire';
import type { Events } from './events';

/** Whether the vault is there and open, and what stands in the way. */
export class Vault {
  view = $state.raw<VaultView | undefined>();
  /** What went wrong with the last thing that was asked. */
  error = $state.raw<ApiError | undefined>();
  /** Whether an answer is awaited. */
  busy = $state(false);
  /** Milliseconds since 1970 until which no password is taken. */
  waitUntil = $state(0);

  /** Whether the first start is under way: it goes on a little after the vault has been made. */
  firstStart = $state(false);

  readonly #api: Api['vault'];
  readonly #opened: () => void;

  /** @param opened is called each time the vault has become open. */
  constructor(api: Api['vault'], events: Events, opened: () => void) {
    this.#api = api;
    this.#opened = opened;
    events.on('vault_changed', ({ phase }) => {
      if (this.view?.phase !== phase && !this.busy) void this.refresh();
    });
  }

  get phase(): VaultPhase | undefined {
    return this.view?.phase;
  }

  /** Asks how things stand. */
  refresh(): Promise<boolean> {
    return this.#ask(() => this.#api.view());
  }

  create(password: string): Promise<boolean> {
    return this.#ask(() => this.#api.create(password));
  }

  async unlock(password: string): Promise<boolean> {
    const opened = await this.#ask(() => this.#api.unlock(password));
    const wait = this.error?.details.wait_seconds ?? this.error?.details.retry_in_s;
    if (typeof wait === 'number' && wait > 0) this.waitUntil = Date.now() + wait * 1000;
    return opened;
  }

  lock(): Promise<boolean> {
    return this.#ask(() => this.#api.lock());
  }

  /** Another try begins: the last one's error has been read. */
  forgetError(): void {
    this.error = undefined;
  }

  async #ask(question: () => Promise<VaultView>): Promise<boolean> {
    this.busy = true;
    try {
      this.#take(await question());
      return true;
    } catch (thrown) {
      this.error = ApiError.from(thrown);
      return false;
    } finally {
      this.busy = false;
    }
  }

  #take(view: VaultView): void {
    const opens = view.phase === 'unlocked' && this.view?.phase !== 'unlocked';
    this.view = view;
    if (opens) this.#opened();
    if (view.phase === 'absent') this.firstStart = true;
    this.error = view.problem ? new ApiError(view.problem.code, 0) : undefined;
    if (view.wait_seconds > 0) this.waitUntil = Date.now() + view.wait_seconds * 1000;
  }
}
