import { SvelteSet } from 'svelte/reactivity';

/** Which accounts are ticked. They stay so while the filters change. */
export class Selection {
  readonly ids = new SvelteSet<string>();
  #anchor: string | undefined;

  get size(): number {
    return this.ids.size;
  }

  has(id: string): boolean {
    return this.ids.has(id);
  }

  /** Ticks or unticks one, or with `range` everything between it and the one before, in the order on screen. */
  toggle(id: string, range = false, order: readonly string[] = []): void {
    const from = range && this.#anchor !== undefined ? order.indexOf(this.#anchor) : -1;
    const to = range ? order.indexOf(id) : -1;
    if (from >= 0 && to >= 0) {
      for (const between of order.slice(Math.min(from, to), Math.max(from, to) + 1)) {
        if (between !== '') this.ids.add(between);
      }
    } else if (!this.ids.delete(id)) {
      this.ids.add(id);
    }
    this.#anchor = id;
  }

  add(ids: Iterable<string>): void {
    for (const id of ids) if (id !== '') this.ids.add(id);
  }

  /** Those that are gone cannot be ticked. */
  drop(ids: Iterable<string>): void {
    for (const id of ids) this.ids.delete(id);
  }

  clear(): void {
    this.ids.clear();
    this.#anchor = undefined;
  }
}
