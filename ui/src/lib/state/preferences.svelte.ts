import { ApiError, type Api } from '$lib/client';
import type { PreferencesBody as Wire } from '$lib/client/wire';
import { setLocale, systemLocale } from '$lib/i18n/index.svelte';
import type { Events } from './events';

const defaults: Wire = {
  language: 'system',
  theme: 'system',
  log_level: 'info',
  on_close: 'ask',
  hide_from_capture: false,
};

/** Language, theme and the like: what holds while the vault is locked, too. */
export class Preferences {
  current = $state.raw<Wire>(defaults);

  readonly #api: Api['app'];
  readonly #dark = window.matchMedia('(prefers-color-scheme: dark)');

  constructor(api: Api['app'], events: Events) {
    this.#api = api;
    this.#dark.addEventListener('change', () => this.#apply());
    events.on('preferences_changed', () => void this.refresh());
    this.#apply();
  }

  async refresh(): Promise<void> {
    this.current = await this.#api.preferences();
    this.#apply();
  }

  /** Changes some of them: seen at once, taken back when it cannot be kept. Answers what went wrong. */
  async change(change: Partial<Wire>): Promise<ApiError | undefined> {
    const before = this.current;
    this.current = { ...before, ...change };
    this.#apply();
    try {
      await this.#api.setPreferences(this.current);
      return undefined;
    } catch (thrown) {
      this.current = before;
      this.#apply();
      return ApiError.from(thrown);
    }
  }

  #apply(): void {
    const { language, theme } = this.current;
    const locale = language === 'system' ? systemLocale() : language;
    setLocale(locale);
    document.documentElement.lang = locale;
    document.documentElement.dataset.theme =
      theme === 'system' ? (this.#dark.matches ? 'dark' : 'light') : theme;
  }
}
