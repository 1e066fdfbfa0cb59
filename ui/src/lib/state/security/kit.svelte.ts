import { ApiError, type Api } from '$lib/client';
import type { SecurityView } from '$lib/client/wire';
import { tidyWord } from './words';

/** Where the making of a kit stands. */
export type KitStep = 'explain' | 'words' | 'test' | 'done';

/** One of the words that are asked back. */
export interface Asked {
  /** Its number on the paper, from 1. */
  position: number;
  typed: string;
  fault?: 'empty' | 'wrong' | undefined;
}

/**
 * A recovery kit being made: shown, written down, tested. It belongs to the one page that makes it, and is wiped
 * when that page goes; the words are nowhere else.
 */
export class KitMaking {
  step = $state<KitStep>('explain');
  words = $state.raw<readonly string[]>([]);
  asked = $state<Asked[]>([]);
  madeAt = $state('');
  /** The short id of the vault, for the paper. */
  vaultName = $state('');
  busy = $state(false);
  error = $state.raw<ApiError | undefined>();
  /** What opens the vault now that the kit is there. */
  outcome = $state.raw<SecurityView | undefined>();

  readonly #api: Api['security'];

  constructor(api: Api['security']) {
    this.#api = api;
  }

  /** Asks for words. The password may be left out only just after the vault was made. */
  async make(password: string | null): Promise<void> {
    await this.#ask(async () => {
      const kit = await this.#api.makeKit(password);
      this.words = kit.words;
      this.madeAt = kit.made_at;
      this.vaultName = kit.vault_name;
      this.asked = kit.ask.map((position) => ({ position, typed: '' }));
      this.step = 'words';
    });
  }

  /** The paper is written: now to the test. What was typed in an earlier test is forgotten. */
  written(): void {
    this.error = undefined;
    for (const asked of this.asked) Object.assign(asked, { typed: '', fault: undefined });
    this.step = 'test';
  }

  lookAgain(): void {
    this.error = undefined;
    this.step = 'words';
  }

  /** Compares what was typed, then has the vault take the kit. */
  async confirm(): Promise<void> {
    for (const asked of this.asked) {
      const typed = tidyWord(asked.typed);
      const right = typed === this.words[asked.position - 1];
      asked.fault = typed === '' ? 'empty' : right ? undefined : 'wrong';
    }
    if (this.asked.some((asked) => asked.fault)) return;
    await this.#ask(async () => {
      this.outcome = await this.#api.confirmKit(this.asked.map((asked) => tidyWord(asked.typed)));
      this.#forget();
      this.step = 'done';
    });
  }

  /** Forgets the words and begins anew. */
  wipe(): void {
    this.#startOver();
    this.error = undefined;
  }

  #startOver(): void {
    this.#forget();
    this.step = 'explain';
  }

  #forget(): void {
    this.words = [];
    this.asked = [];
  }

  async #ask(question: () => Promise<void>): Promise<void> {
    this.busy = true;
    this.error = undefined;
    try {
      await question();
    } catch (thrown) {
      this.error = ApiError.from(thrown);
      // The engine has forgotten the kit: the paper is worth nothing, a new one has to be made.
      if (this.error.reason === 'no_kit') this.#startOver();
    } finally {
      this.busy = false;
    }
  }
}
