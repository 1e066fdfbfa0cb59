import { ApiError, type Api } from '$lib/client';
import type { PreviewItem, RestoredView, RestorePreview } from '$lib/client/wire';
import { Selection } from '../accounts/selection.svelte';
import { Fetched } from '../fetched.svelte';

/** What would happen to an account. */
export type Fate = 'comesBack' | 'changes' | 'goesAway';

/** An account that would not stay as it is. */
export interface FatedItem extends PreviewItem {
  fate: Fate;
}

/** Going back to one snapshot: look, choose, confirm, done. Nothing is written before the end. */
export class Restore {
  readonly preview: Fetched<RestorePreview>;
  readonly selection = new Selection();
  /** Everything as it was, or only some accounts. */
  scope = $state<'everything' | 'chosen'>('everything');
  step = $state<'look' | 'confirm' | 'done'>('look');
  busy = $state(false);
  error = $state.raw<ApiError | undefined>();
  result = $state.raw<RestoredView | undefined>();

  /** Who would not stay as they are, those that come back first. */
  readonly items = $derived.by<FatedItem[]>(() => {
    const preview = this.preview.value;
    if (!preview) return [];
    const fated = (fate: Fate, items: PreviewItem[]) => items.map((item) => ({ ...item, fate }));
    return [
      ...fated('comesBack', preview.comes_back),
      ...fated('changes', preview.changes),
      ...fated('goesAway', preview.goes_away),
    ];
  });

  /** Those that the restore is about. */
  readonly chosen = $derived(
    this.scope === 'everything'
      ? this.items
      : this.items.filter((item) => this.selection.has(item.account_id)),
  );

  readonly #api: Api['data'];
  readonly #id: string;

  constructor(api: Api['data'], id: string) {
    this.#api = api;
    this.#id = id;
    this.preview = new Fetched(() => api.preview(id));
  }

  /** Reads what would happen. What is added since stays unless the owner says otherwise. */
  async look(): Promise<void> {
    await this.preview.load();
    this.selection.clear();
    this.selection.add(this.items.filter((item) => item.fate !== 'goesAway').map((item) => item.account_id));
  }

  /** Whether anything would change at all. */
  get changesAnything(): boolean {
    const pools = this.scope === 'everything' ? (this.preview.value?.pools_changed ?? 0) : 0;
    return this.chosen.length > 0 || pools > 0;
  }

  count(fate: Fate): number {
    return this.chosen.filter((item) => item.fate === fate).length;
  }

  async run(): Promise<void> {
    this.busy = true;
    this.error = undefined;
    try {
      const ids = this.scope === 'everything' ? null : this.chosen.map((item) => item.account_id);
      this.result = await this.#api.restore(this.#id, ids);
      this.step = 'done';
    } catch (thrown) {
      this.error = ApiError.from(thrown);
    } finally {
      this.busy = false;
    }
  }
}
