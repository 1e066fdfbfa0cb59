import type { RosterEvent } from '$lib/client/wire';
import type { HostEventBatch } from '$lib/host';

type Kind = RosterEvent['type'];
type EventOf<K extends Kind> = Extract<RosterEvent, { type: K }>;
type Listener = (event: never) => void;

/** The version of the event list that this UI understands. */
const VERSION = 1;

/** Hands the engine's events to those who asked for their kind. */
export class Events {
  readonly #listeners = new Map<Kind, Set<Listener>>();

  /** Listens to one kind. Answers how to stop. */
  on<K extends Kind>(kind: K, listener: (event: EventOf<K>) => void): () => void {
    const listeners = this.#listeners.get(kind) ?? new Set<Listener>();
    this.#listeners.set(kind, listeners);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  /** Hands out a batch in its order; kinds of a later version are passed over. */
  dispatch(batch: HostEventBatch): void {
    if (batch.version !== VERSION) return;
    for (const event of batch.events as RosterEvent[]) {
      for (const listener of this.#listeners.get(event.type) ?? []) {
        (listener as (event: RosterEvent) => void)(event);
      }
    }
  }
}
