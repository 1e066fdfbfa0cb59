import { ApiError } from '$lib/client';

/** Something read from the API: its value, or what went wrong, and whether an answer is awaited. */
export class Fetched<T> {
  value = $state.raw<T | undefined>();
  error = $state.raw<ApiError | undefined>();
  busy = $state(false);

  readonly #ask: () => Promise<T>;
  #last = 0;

  constructor(ask: () => Promise<T>) {
    this.#ask = ask;
  }

  /** Asks anew. An answer that a later question has overtaken is passed over. */
  async load(): Promise<void> {
    const turn = ++this.#last;
    this.busy = true;
    try {
      const value = await this.#ask();
      if (turn === this.#last) {
        this.value = value;
        this.error = undefined;
      }
    } catch (thrown) {
      if (turn === this.#last) this.error = ApiError.from(thrown);
    } finally {
      if (turn === this.#last) this.busy = false;
    }
  }

  /** Takes a value that came another way, such as the answer to a change. */
  put(value: T): void {
    this.#last++;
    this.value = value;
    this.error = undefined;
    this.busy = false;
  }
}

/** Runs something that may fail. Answers what went wrong. */
export async function attempt(run: () => Promise<unknown>): Promise<ApiError | undefined> {
  try {
    await run();
    return undefined;
  } catch (thrown) {
    return ApiError.from(thrown);
  }
}
