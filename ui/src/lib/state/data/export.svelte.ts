import { ApiError, type Api } from '$lib/client';
import type { ExportedView } from '$lib/client/wire';
import { NewPassword } from '../new-password.svelte';

/** Sealing accounts into a file with a password of its own. */
export class Export {
  readonly password = new NewPassword();
  /** Whether only the ticked ones go into it. */
  onlySelected = $state(false);
  busy = $state(false);
  /** Whether the person closed the file dialog. */
  cancelled = $state(false);
  error = $state.raw<ApiError | undefined>();
  result = $state.raw<ExportedView | undefined>();

  readonly selected: readonly string[];
  readonly #api: Api['data'];

  /** @param selected the accounts that were ticked when it began. */
  constructor(api: Api['data'], selected: readonly string[]) {
    this.#api = api;
    this.selected = selected;
    this.onlySelected = selected.length > 0;
  }

  /** Asks where to, and writes. The password is wiped once the file is there. */
  async run(): Promise<void> {
    this.busy = true;
    this.cancelled = false;
    this.error = undefined;
    try {
      const ids = this.onlySelected ? [...this.selected] : null;
      const answer = await this.#api.exportTo(this.password.password, ids);
      this.cancelled = answer.cancelled;
      if (answer.cancelled) return;
      this.result = answer;
      this.password.wipe();
    } catch (thrown) {
      this.error = ApiError.from(thrown);
    } finally {
      this.busy = false;
    }
  }
}
