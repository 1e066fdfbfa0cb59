import { ApiError, type Api } from '$lib/client';
import type { AccountSummary, ProxyTest } from '$lib/client/wire';
import type { Bulk, BulkFailure } from './bulk.svelte';

/** What becomes of one account's way out. */
export type ProxyFate = 'given' | 'replaced' | 'taken' | 'stays';

/** What a platform said through the proxy. */
export interface ProxyTrial {
  platform: string;
  answer: ProxyTest | ApiError;
}

/** What came of it. */
export interface ProxyOutcome {
  changed: number;
  failed: BulkFailure[];
}

/** One proxy for many accounts, or none any more: who is concerned, whether it works, and what came of it. */
export class BulkProxy {
  mode = $state<'set' | 'clear'>('set');
  /** Where the proxy is; it may hold a password. */
  address = $state('');
  accounts = $state.raw<AccountSummary[] | undefined>();
  /** Why the address is none, or why the accounts are not known. */
  error = $state.raw<ApiError | undefined>();
  trials = $state.raw<ProxyTrial[]>([]);
  outcome = $state.raw<ProxyOutcome | undefined>();
  doing = $state<'test' | 'keep' | undefined>();

  readonly #api: Api['wallet'];
  readonly #bulk: Bulk;

  /** What happens to each account. */
  readonly fates = $derived.by(() =>
    (this.accounts ?? []).map((account) => ({ account, fate: this.#fate(account) })),
  );
  /** Those for whom anything changes. */
  readonly concerned = $derived.by(() =>
    this.fates.filter(({ fate }) => fate !== 'stays').map(({ account }) => account.account_id),
  );
  readonly ready = $derived(
    this.concerned.length > 0 && (this.mode === 'clear' || this.address.trim() !== '') && !this.doing,
  );

  constructor(api: Api['wallet'], bulk: Bulk) {
    this.#api = api;
    this.#bulk = bulk;
  }

  /** Learns who is meant. */
  async open(accounts: Promise<AccountSummary[]>): Promise<void> {
    try {
      this.accounts = await accounts;
    } catch (thrown) {
      this.error = ApiError.from(thrown);
    }
  }

  choose(mode: 'set' | 'clear'): void {
    this.mode = mode;
    this.#forget();
  }

  type(address: string): void {
    this.address = address;
    this.#forget();
  }

  /** Asks every platform that is concerned, one after the other, each once. */
  async test(): Promise<void> {
    this.#forget();
    this.doing = 'test';
    const asked = new Map<string, string>();
    for (const { platform, account_id } of this.accounts ?? [])
      if (!asked.has(platform)) asked.set(platform, account_id);
    for (const [platform, id] of asked) {
      const answer = await this.#api.testProxy(this.address.trim(), id).catch(ApiError.from);
      if (answer instanceof ApiError && answer.code === 'INVALID_REQUEST') {
        this.error = answer;
        break;
      }
      this.trials = [...this.trials, { platform, answer }];
    }
    this.doing = undefined;
  }

  /** Does it for those it changes anything for, or for these of them. */
  async keep(ids: readonly string[] = this.concerned): Promise<void> {
    this.doing = 'keep';
    this.error = undefined;
    const proxy = this.mode === 'clear' ? null : this.address.trim();
    const { failed, total } = await this.#bulk.setProxy([...ids], proxy);
    this.doing = undefined;
    const [first] = failed;
    // Nothing was done at all: what was typed is no address.
    if (first?.error.code === 'INVALID_REQUEST' && failed.length === total) this.error = first.error;
    else this.outcome = { changed: (this.outcome?.changed ?? 0) + total - failed.length, failed };
  }

  /** What was said of another address, or of another deed, says nothing any more. */
  #forget(): void {
    this.error = undefined;
    this.trials = [];
  }

  #fate({ more }: AccountSummary): ProxyFate {
    const has = more?.proxied ?? false;
    if (this.mode === 'clear') return has ? 'taken' : 'stays';
    return has ? 'replaced' : 'given';
  }
}
