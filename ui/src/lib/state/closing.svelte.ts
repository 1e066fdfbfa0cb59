import type { CloseAction, Host } from '$lib/host';
import type { Preferences } from './preferences.svelte';

/** The question what closing the window means. Asked once: the answer is kept, and the settings can change it. */
export class Closing {
  asked = $state(false);

  readonly #window: Host['window'];
  readonly #preferences: Preferences;

  constructor(host: Host, preferences: Preferences) {
    this.#window = host.window;
    this.#preferences = preferences;
  }

  /** Waits for the owner to close the window. Answers how to stop waiting. */
  listen(): () => void {
    const listening = this.#window?.onCloseRequested(() => (this.asked = true));
    return () => void listening?.then((stop) => stop());
  }

  async answer(action: CloseAction): Promise<void> {
    this.asked = false;
    // Where it cannot be kept, it holds this once.
    if (action !== 'stay') await this.#preferences.change({ on_close: action });
    await this.#window?.close(action);
  }
}
