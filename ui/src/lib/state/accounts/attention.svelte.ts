import type { Api } from '$lib/client';
import type { Events } from '../events';

/** How many accounts there are and how many want their owner, whatever the list shows. */
export class Attention {
  total = $state(0);
  needsMe = $state(0);

  readonly #api: Api['accounts'];
  #asking = false;
  #again = false;

  constructor(api: Api['accounts'], events: Events) {
    this.#api = api;
    events.on('accounts_changed', () => void this.refresh());
    events.on('vault_changed', ({ phase }) => {
      if (phase !== 'unlocked') this.total = this.needsMe = 0;
    });
  }

  /** Counts anew; news that come while it counts are counted once more afterwards. */
  async refresh(): Promise<void> {
    this.#again = this.#asking;
    if (this.#asking) return;
    this.#asking = true;
    try {
      const { total, needs_me } = await this.#api.facets({});
      this.total = total;
      this.needsMe = needs_me;
    } catch {
      // A locked vault or a lost host shows itself elsewhere; the counts stay as they were.
    } finally {
      this.#asking = false;
    }
    if (this.#again) await this.refresh();
  }
}
