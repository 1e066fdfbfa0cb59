import type { ApiError } from '$lib/client';

const SHOWN_MS = 2500;

/** What became of each change on the settings page: kept, or why not. Says so quietly beside the setting. */
export class SettingsLedger {
  /** The setting that was kept a moment ago. */
  kept = $state<string | undefined>();
  /** What could not be kept, by setting. */
  failed = $state.raw<ReadonlyMap<string, ApiError>>(new Map());

  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Notes how a change of the setting went. */
  async note(setting: string, change: Promise<ApiError | undefined>): Promise<void> {
    const error = await change;
    const failed = new Map(this.failed);
    failed.delete(setting);
    if (error) failed.set(setting, error);
    this.failed = failed;
    if (error) return;
    this.kept = setting;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.kept = undefined;
    }, SHOWN_MS);
  }
}
