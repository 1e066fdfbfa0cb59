import type { Api } from '$lib/client';
import type { PlatformView } from '$lib/client/wire';
import { currentLocale } from '$lib/i18n/index.svelte';

/** The platforms this version knows. */
export class Platforms {
  list = $state.raw<PlatformView[]>([]);

  readonly #api: Api['app'];
  readonly #byId = $derived(new Map(this.list.map((platform) => [platform.id, platform])));

  constructor(api: Api['app']) {
    this.#api = api;
  }

  async refresh(): Promise<void> {
    this.list = (await this.#api.platforms()).platforms;
  }

  get(id: string): PlatformView | undefined {
    return this.#byId.get(id);
  }

  /** What people call it, in the language spoken now. */
  name(id: string): string {
    const platform = this.#byId.get(id);
    if (!platform) return id;
    return currentLocale() === 'zh-CN' ? platform.name_zh : platform.name_en;
  }
}
