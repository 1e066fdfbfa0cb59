import { ApiError, type Api } from '$lib/client';
import type { ImportedView, ImportItem, ImportSource, ImportView, ImportWhat } from '$lib/client/wire';
import { Selection } from '../accounts/selection.svelte';

/** Bringing accounts in from a file: choose, look, write. Nothing is written before the owner has looked. */
export class Import {
  source = $state<ImportSource>('export');
  /** Opens the file. Wiped as soon as it is not needed any more. */
  secret = $state('');
  step = $state<'file' | 'look' | 'done'>('file');
  busy = $state(false);
  /** Whether the person closed the file dialog. */
  cancelled = $state(false);
  error = $state.raw<ApiError | undefined>();
  view = $state.raw<ImportView | undefined>();
  result = $state.raw<ImportedView | undefined>();
  /** What is listed: all, or one kind. */
  shown = $state<ImportWhat | 'all'>('all');
  readonly selection = new Selection();

  readonly items = $derived(
    (this.view?.items ?? []).filter((item) => this.shown === 'all' || item.what === this.shown),
  );

  readonly #api: Api['data'];

  constructor(api: Api['data']) {
    this.#api = api;
  }

  /** Whether the last answer says that the secret does not open the file. */
  get refused(): boolean {
    return this.error?.code === 'WRONG_PASSWORD';
  }

  /** Asks for the file and reads it. */
  async open(): Promise<void> {
    this.cancelled = false;
    await this.#attempt(async () => {
      const answer = await this.#api.openImport(this.source, this.secret);
      this.cancelled = answer.cancelled;
      if (!answer.import) return;
      this.secret = '';
      this.view = answer.import;
      this.selection.clear();
      this.selection.add(answer.import.items.filter(isSafe).map((item) => item.item_id));
      this.step = 'look';
    });
  }

  /** Ticks or unticks one, or everything between it and the one before that can be taken. */
  tick(id: string, range: boolean): void {
    const order = this.items.filter(canTake).map((item) => item.item_id);
    this.selection.toggle(id, range, order);
  }

  /** Writes what is ticked. */
  async apply(): Promise<void> {
    const view = this.view;
    if (!view) return;
    await this.#attempt(async () => {
      this.result = await this.#api.applyImport(view.import_id, [...this.selection.ids]);
      this.step = 'done';
    });
  }

  /** Leaves without writing; the file's content is forgotten. */
  async leave(): Promise<void> {
    this.secret = '';
    const view = this.view;
    this.view = undefined;
    // An import that has ended by itself needs no word about it.
    if (view && this.step === 'look') await this.#api.discardImport(view.import_id).catch(() => undefined);
  }

  async #attempt(run: () => Promise<void>): Promise<void> {
    this.busy = true;
    this.error = undefined;
    try {
      await run();
    } catch (thrown) {
      this.error = ApiError.from(thrown);
    } finally {
      this.busy = false;
    }
  }
}

/** Whether it is ticked from the start: nothing that is here gets worse by it. */
function isSafe(item: ImportItem): boolean {
  return item.what === 'new' || item.what === 'update';
}

/** Whether it can be ticked at all: of the conflicts only those where the owner may want the older one. */
export function canTake(item: ImportItem): boolean {
  return isSafe(item) || (item.what === 'conflict' && item.reason === 'newer_here');
}
