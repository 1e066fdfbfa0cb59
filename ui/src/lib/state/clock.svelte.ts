/** The time on screen: ages and countdowns follow it. One timer for all of them. */
export class Clock {
  /** Milliseconds since 1970, fresh every second. */
  second = $state(Date.now());
  /** The same, fresh every quarter of a minute: for ages in a list, which need no more. */
  now = $state(Date.now());

  #timer: ReturnType<typeof setInterval> | undefined;

  start(): void {
    this.#timer ??= setInterval(() => this.#tick(), 1000);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #tick(): void {
    this.second = Date.now();
    if (this.second - this.now >= 15_000) this.now = this.second;
  }
}
