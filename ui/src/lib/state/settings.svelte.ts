import { ApiError, type Api } from '$lib/client';
import type { SettingsBody as Wire } from '$lib/client/wire';
import type { Events } from './events';

/** What the app does by itself, and how the list looks. Kept in the vault: there only while it is open. */
export class Settings {
  current = $state.raw<Wire | undefined>();

  readonly #api: Api['app'];

  constructor(api: Api['app'], events: Events) {
    this.#api = api;
    events.on('settings_changed', () => void this.refresh());
    events.on('vault_changed', ({ phase }) => {
      if (phase !== 'unlocked') this.current = undefined;
    });
  }

  /** Reads them. Answers what went wrong. */
  async refresh(): Promise<ApiError | undefined> {
    try {
      this.current = await this.#api.settings();
      return undefined;
    } catch (thrown) {
      return ApiError.from(thrown);
    }
  }

  /** Changes some of them: seen at once, taken back when it cannot be kept. Answers what went wrong. */
  async change(change: Partial<Wire>): Promise<ApiError | undefined> {
    const before = this.current;
    if (!before) return undefined;
    this.current = { ...before, ...change };
    try {
      this.current = await this.#api.setSettings(this.current);
      return undefined;
    } catch (thrown) {
      this.current = before;
      return ApiError.from(thrown);
    }
  }
}
