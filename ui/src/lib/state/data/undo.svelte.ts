import { ApiError, type Api } from '$lib/client';
import type { UndoItem, UndoneView } from '$lib/client/wire';
import { t } from '$lib/i18n/index.svelte';
import type { Events } from '../events';
import { Fetched } from '../fetched.svelte';
import type { Toasts } from '../toasts.svelte';

/** How close together the parts of one action follow each other, in milliseconds: a long list goes in several calls. */
const TOGETHER = 1_500;

/** Something that was just done and can be taken back. */
interface Offer {
  ids: string[];
  what: string;
  count: number;
  at: number;
  toast: number | undefined;
}

/** What can be undone: offered at the edge of the window when it happens, listed in the settings afterwards. */
export class Undo {
  readonly list: Fetched<UndoItem[]>;
  /** Whether something is being taken back. */
  busy = $state(false);

  readonly #api: Api['data'];
  readonly #toasts: Toasts;
  #latest: Offer | undefined;
  #told = 0;
  #named: { what: string; words: (n: number) => string } | undefined;

  constructor(api: Api['data'], events: Events, toasts: Toasts) {
    this.#api = api;
    this.#toasts = toasts;
    this.list = new Fetched(async () => (await api.undoList()).items);
    events.on('undo_offered', ({ undo_id, what, count }) => this.#offer(undo_id, what, count));
    events.on('vault_changed', ({ phase }) => {
      if (phase === 'unlocked') return;
      this.#latest = undefined;
      this.list.value = undefined;
    });
  }

  /** What the next action of this kind is called: the engine knows that accounts were changed, not that they were disabled. */
  name(what: string, words: (n: number) => string): void {
    this.#named = { what, words };
  }

  /** Somebody else on screen says what was done and offers to undo it. Answers how to end that. */
  toldElsewhere(): () => void {
    this.#told++;
    return () => void this.#told--;
  }

  /** Takes back the latest action that can be. */
  async latest(): Promise<void> {
    if (this.busy) return;
    if (this.#latest) return this.#takeBack(this.#latest);
    await this.list.load();
    const [first] = this.list.value ?? [];
    if (this.list.error) this.#toasts.fail(this.list.error);
    else if (first) await this.run([first.undo_id]);
    else this.#toasts.say({ title: t.data.nothingToUndo });
  }

  /** Takes these back, the last one first, and says how it went. */
  async run(ids: string[]): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    let undone = 0;
    let skipped = 0;
    try {
      for (const id of ids.toReversed()) {
        const answer: UndoneView = await this.#api.undo(id);
        undone += answer.undone;
        skipped += answer.skipped;
        this.#forget(id);
      }
    } catch (thrown) {
      this.#latest = undefined;
      this.#toasts.fail(ApiError.from(thrown));
    } finally {
      this.busy = false;
    }
    if (undone + skipped > 0) this.#toasts.say({ title: resultWords(undone, skipped) });
    if (this.list.value) await this.list.load();
  }

  #takeBack({ ids, toast }: Offer): Promise<void> {
    if (toast !== undefined) this.#toasts.dismiss(toast);
    return this.run(ids);
  }

  #offer(id: string, what: string, count: number): void {
    const now = Date.now();
    const before = this.#latest;
    const together = before !== undefined && before.what === what && now - before.at < TOGETHER;
    const offer: Offer = together
      ? { ...before, ids: [...before.ids, id], count: before.count + count, at: now }
      : { ids: [id], what, count, at: now, toast: undefined };
    if (offer.toast !== undefined) this.#toasts.dismiss(offer.toast);
    offer.toast = this.#told > 0 ? undefined : this.#say(offer);
    this.#latest = offer;
    if (this.list.value) void this.list.load();
  }

  #say(offer: Offer): number {
    return this.#toasts.say({
      title:
        this.#named?.what === offer.what
          ? this.#named.words(offer.count)
          : whatWords(offer.what, offer.count),
      action: { label: t.data.undo, run: () => void this.run(offer.ids) },
    });
  }

  #forget(id: string): void {
    const ids = this.#latest?.ids.filter((other) => other !== id);
    if (this.#latest && ids) this.#latest = ids.length === 0 ? undefined : { ...this.#latest, ids };
  }
}

/** What was done, in words: "3 accounts deleted". */
export function whatWords(what: string, count: number): string {
  const words: Partial<Record<string, (n: number) => string>> = t.data.undoneWhat;
  return (words[what] ?? t.data.undoneWhat.other)(count);
}

function resultWords(undone: number, skipped: number): string {
  if (undone === 0) return t.data.undoneNone;
  return skipped === 0 ? t.data.undone(undone) : t.data.undoneSome(undone, skipped);
}
