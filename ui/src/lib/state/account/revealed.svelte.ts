import type { ApiError } from '$lib/client';
import { attempt } from '../fetched.svelte';

/** How long a value is shown, in seconds. */
export const SHOWN_SECONDS = 30;

/**
 * The one secret value that is on screen: for a while, then hidden by itself. It belongs to the card that shows it and
 * goes with that card.
 */
export class Revealed {
  /** Which one it is. */
  key = $state<string | undefined>();
  value = $state.raw<string | undefined>();
  /** When it is hidden, in milliseconds since 1970. */
  until = $state(0);

  #timer: ReturnType<typeof setTimeout> | undefined;
  #turn = 0;

  /** Shows another one in its place. Answers what went wrong. */
  async show(key: string, ask: () => Promise<{ value: string }>): Promise<ApiError | undefined> {
    this.hide();
    const turn = this.#turn;
    return attempt(async () => {
      const { value } = await ask();
      // Hidden, or another one asked for, while the answer was on its way.
      if (turn !== this.#turn) return;
      this.key = key;
      this.value = value;
      this.until = Date.now() + SHOWN_SECONDS * 1000;
      this.#timer = setTimeout(() => this.hide(), SHOWN_SECONDS * 1000);
    });
  }

  /** How many seconds are left to look at it. The clock on screen lags a little behind. */
  secondsLeft(now: number): number {
    return Math.min(SHOWN_SECONDS, Math.max(1, Math.ceil((this.until - now) / 1000)));
  }

  hide(): void {
    this.#turn++;
    clearTimeout(this.#timer);
    this.key = undefined;
    this.value = undefined;
  }
}
