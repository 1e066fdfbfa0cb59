import { ApiError, type Api } from '$lib/client';
import type { SlotKind, VaultNeed, VaultPhase, VaultView } from '$lib/client/wire';
import type { Events } from './events';

/** The window puts a new page in this one's place when the vault is made; the first start goes on in that one. */
const FIRST_START = 'first-start';

/** What is said when the vault's own files stand in the way. */
const TROUBLES = ['VAULT_DAMAGED', 'VAULT_NEWER'];

/** Whether the vault is there and open, and what stands in the way. */
export class Vault {
  view = $state.raw<VaultView | undefined>();
  /** What went wrong with the last thing that was asked. */
  error = $state.raw<ApiError | undefined>();
  /** Whether an answer is awaited. */
  busy = $state(false);
  /** Milliseconds since 1970 until which no password is taken. */
  waitUntil = $state(0);

  #firstStart = $state(sessionStorage.getItem(FIRST_START) !== null);

  readonly #api: Api['vault'];
  readonly #keys: Api['security'];
  readonly #opened: () => void;

  /** @param opened is called each time the vault has become open. */
  constructor(api: Pick<Api, 'vault' | 'security'>, events: Events, opened: () => void) {
    this.#api = api.vault;
    this.#keys = api.security;
    this.#opened = opened;
    events.on('vault_changed', ({ phase }) => {
      if (this.view?.phase !== phase && !this.busy) void this.refresh();
    });
  }

  /** Whether the first start is under way: it goes on a little after the vault has been made. */
  get firstStart(): boolean {
    return this.#firstStart;
  }

  set firstStart(is: boolean) {
    this.#firstStart = is;
    if (is) sessionStorage.setItem(FIRST_START, '');
    else sessionStorage.removeItem(FIRST_START);
  }

  get phase(): VaultPhase | undefined {
    return this.view?.phase;
  }

  /** Whether this can open the vault that is there. */
  has(kind: SlotKind): boolean {
    return this.view?.slot_kinds.includes(kind) ?? false;
  }

  /** Whether the open vault wants this of its owner. */
  needs(what: VaultNeed): boolean {
    return (this.phase === 'unlocked' && this.view?.needs.includes(what)) ?? false;
  }

  /** Asks how things stand. */
  refresh(): Promise<boolean> {
    return this.#ask(() => this.#api.view());
  }

  create(password: string): Promise<boolean> {
    return this.#ask(() => this.#api.create(password));
  }

  unlock(password: string): Promise<boolean> {
    return this.#try(() => this.#api.unlock(password));
  }

  /** Opens it with the words of the recovery kit, one space between each two. */
  unlockWithWords(words: string): Promise<boolean> {
    return this.#try(() => this.#keys.unlockWithWords(words));
  }

  unlockWithKeychain(): Promise<boolean> {
    return this.#try(() => this.#keys.unlockWithKeychain());
  }

  /** Opens it with a key file that the owner picks. */
  unlockWithKeyFile(): Promise<boolean> {
    return this.#try(() => this.#keys.unlockWithKeyFile());
  }

  /** Sets another password. The old one may be left out only just after the words have opened the vault. */
  setPassword(old: string | null, fresh: string): Promise<boolean> {
    return this.#try(() => this.#keys.setPassword(old, fresh));
  }

  lock(): Promise<boolean> {
    return this.#ask(() => this.#api.lock());
  }

  /** Another try begins: the last one's error has been read. */
  forgetError(): void {
    this.error = undefined;
  }

  /** An attempt that may be refused, and after several of those delayed. */
  async #try(attempt: () => Promise<VaultView>): Promise<boolean> {
    const done = await this.#ask(attempt);
    const seconds = waitSeconds(this.error);
    if (seconds > 0) this.waitUntil = Date.now() + seconds * 1000;
    // The vault itself is at fault: what is known of it says more than the refusal.
    if (this.error && TROUBLES.includes(this.error.code)) await this.#ask(() => this.#api.view());
    return done;
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
    if (view.phase === 'locked') this.firstStart = false;
    this.error = view.problem ? problemError(view.problem) : undefined;
    if (view.wait_seconds > 0) this.waitUntil = Date.now() + view.wait_seconds * 1000;
  }
}

function problemError({ code, key_missing }: NonNullable<VaultView['problem']>): ApiError {
  return new ApiError(code, 0, key_missing ? { reason: 'key_missing' } : {});
}

/** How many seconds a refusal makes the next try wait. */
export function waitSeconds(error: ApiError | undefined): number {
  const wait = error?.details.wait_seconds ?? error?.details.retry_in_s;
  return typeof wait === 'number' ? wait : 0;
}
