import type { Api } from '$lib/client';
import type { WalletRow } from '$lib/client/wire';
import type { Events } from '../events';
import { attempt, Fetched } from '../fetched.svelte';
import type { Jobs } from '../jobs.svelte';
import { shareLeft } from '../quotas/words';

/** What all accounts have left, side by side. */
export class Wallet {
  readonly view;
  platform = $state<string | undefined>();

  readonly #api: Api['wallet'];
  readonly #jobs: Jobs;
  #jobId = $state<string | undefined>();

  constructor(api: Api['wallet'], jobs: Jobs) {
    this.#api = api;
    this.#jobs = jobs;
    this.view = new Fetched(() => api.wallet());
  }

  /** Reads what is known. Answers how to stop following changes. */
  open(events: Events): () => void {
    void this.view.load();
    return events.on('accounts_changed', () => void this.view.load());
  }

  /** The reading of all accounts that is under way, if any. */
  get reading() {
    const job = this.#jobId === undefined ? undefined : this.#jobs.get(this.#jobId);
    return job?.state === 'running' ? job : undefined;
  }

  /** The platforms that have rows, with how many. */
  get platforms(): [platform: string, count: number][] {
    const counts = new Map<string, number>();
    for (const { platform } of this.view.value?.rows ?? [])
      counts.set(platform, (counts.get(platform) ?? 0) + 1);
    return [...counts];
  }

  /** What is shown, what runs out first on top. */
  get rows(): WalletRow[] {
    const rows = this.view.value?.rows ?? [];
    const shown =
      this.platform === undefined ? rows : rows.filter(({ platform }) => platform === this.platform);
    return shown.toSorted(bySoonest);
  }

  /** Asks all platforms. Answers what went wrong. */
  readAll() {
    return attempt(async () => {
      this.#jobId = (await this.#jobs.take(this.#api.refreshWallet())).id;
    });
  }

  async stop(): Promise<void> {
    if (this.#jobId !== undefined) await this.#jobs.cancel(this.#jobId);
  }
}

/** What runs out first: by the share that is left, then by the day when it is gone or starts anew. */
export function bySoonest(left: WalletRow, right: WalletRow): number {
  return (
    scarcity(left) - scarcity(right) ||
    endOf(left) - endOf(right) ||
    left.account_name.localeCompare(right.account_name)
  );
}

/** 0 is gone, 1 is all there; what has no limit comes last. */
function scarcity({ quota }: WalletRow): number {
  if (quota.unlimited) return 3;
  return shareLeft(quota) ?? (quota.left === null ? 2 : quota.left <= 0 ? 0 : 1);
}

const endOf = ({ quota }: WalletRow): number =>
  Date.parse(quota.expires_at ?? quota.resets_at ?? '9999-12-31T00:00:00Z');
