import { ApiError, type Api } from '$lib/client';
import type { SecurityView, SlotKind, SlotView } from '$lib/client/wire';
import { Fetched } from '../fetched.svelte';

/** How often a rotation that is under way is looked at, in milliseconds. */
const LOOK_EVERY = 700;

/** What opens the open vault and how its keys stand, for the page that shows it. */
export class Security {
  readonly #api: Api['security'];
  readonly #facts: Fetched<SecurityView>;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #left = false;

  constructor(api: Api['security']) {
    this.#api = api;
    this.#facts = new Fetched(() => api.view());
  }

  get view(): SecurityView | undefined {
    return this.#facts.value;
  }

  get error(): ApiError | undefined {
    return this.#facts.error;
  }

  /** The slots of a kind; the password has one as a rule. */
  slots(kind: SlotKind): SlotView[] {
    return this.view?.slots.filter((slot) => slot.kind === kind) ?? [];
  }

  async load(): Promise<void> {
    await this.#facts.load();
    this.#follow();
  }

  addKeychain(password: string): Promise<ApiError | undefined> {
    return this.#change(() => this.#api.addKeychain(password));
  }

  addKeyFile(password: string): Promise<ApiError | undefined> {
    return this.#change(() => this.#api.addKeyFile(password));
  }

  remove(slotId: string, password: string): Promise<ApiError | undefined> {
    return this.#change(() => this.#api.removeSlot(slotId, password));
  }

  rotate(password: string): Promise<ApiError | undefined> {
    return this.#change(() => this.#api.rotate(password));
  }

  /** Takes a view that came another way, such as with a new kit. */
  put(view: SecurityView): void {
    this.#facts.put(view);
    this.#follow();
  }

  /** The page is left: nothing is asked any more. */
  leave(): void {
    this.#left = true;
    clearTimeout(this.#timer);
  }

  async #change(ask: () => Promise<SecurityView>): Promise<ApiError | undefined> {
    try {
      this.put(await ask());
      return undefined;
    } catch (thrown) {
      return ApiError.from(thrown);
    }
  }

  /** While keys are being replaced, looks how far it has got. */
  #follow(): void {
    clearTimeout(this.#timer);
    if (this.#left || !this.view?.rotation) return;
    this.#timer = setTimeout(() => void this.load(), LOOK_EVERY);
  }
}
