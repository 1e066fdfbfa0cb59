import type { RosterEvent } from '$lib/client/wire';
import type { Events } from './events';

type Died = Extract<RosterEvent, { type: 'account_died' }>;

/** How long news are gathered, in milliseconds: a hundred accounts that die in one sweep are told once. */
const GATHER = 400;

/** Tells which accounts stopped being usable, several at once. Answers how to stop listening. */
export function onDied(events: Events, tell: (died: Died[]) => void): () => void {
  let gathered = new Map<string, Died>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = events.on('account_died', (event) => {
    gathered.set(event.account_id, event);
    timer ??= setTimeout(() => {
      const died = [...gathered.values()];
      gathered = new Map();
      timer = undefined;
      tell(died);
    }, GATHER);
  });
  return () => {
    stop();
    clearTimeout(timer);
  };
}
