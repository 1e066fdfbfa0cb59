import type { NewPool, PoolView, Strategy } from '$lib/client/wire';

/** A pool as it stands in a form. */
export class PoolDraft {
  name = $state('');
  platform = $state('');
  description = $state('');
  strategy = $state<Strategy>('round_robin');
  /** As typed; empty for no limit. */
  max = $state('');

  readonly #isNew: boolean;

  constructor(pool: PoolView | undefined, platform: string) {
    this.#isNew = pool === undefined;
    this.name = pool?.name ?? '';
    this.platform = pool?.platform ?? platform;
    this.description = pool?.description ?? '';
    this.strategy = pool?.strategy ?? 'round_robin';
    this.max = pool?.max_size ? String(pool.max_size) : '';
  }

  get nameMissing(): boolean {
    return this.name.trim() === '';
  }

  get maxBad(): boolean {
    const text = this.max.trim();
    return text !== '' && !/^[1-9]\d{0,8}$/.test(text);
  }

  get isWhole(): boolean {
    return !this.nameMissing && !this.maxBad && this.platform !== '';
  }

  /** As the API takes it. Where a limit is taken away from a pool, 0 says so. */
  get pool(): NewPool {
    const max = this.max.trim();
    const limit = max === '' ? (this.#isNew ? undefined : 0) : Number(max);
    return {
      name: this.name.trim(),
      platform: this.platform,
      description: this.description.trim(),
      strategy: this.strategy,
      ...(limit !== undefined && { max_size: limit }),
    };
  }
}
