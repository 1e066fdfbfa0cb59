import type { Api, ApiError } from '$lib/client';
import type { AccountDetail } from '$lib/client/wire';
import { attempt } from '../fetched.svelte';
import type { Tags } from '../account/tags';

/** Who has just logged in, and what the owner calls them. Written only where the owner changed something. */
export class WhoIsThis {
  account = $state.raw<AccountDetail | undefined>();
  name = $state('');
  tags = $state.raw<Tags>({});
  saving = $state(false);

  readonly #api: Api['accounts'];
  readonly #id: () => string;

  constructor(api: Api['accounts'], id: () => string) {
    this.#api = api;
    this.#id = id;
  }

  /** Reads the account. Without an answer the card shows what the login itself said. */
  async load(): Promise<void> {
    await attempt(async () => {
      const account = await this.#api.get(this.#id());
      this.account = account;
      if (this.name === '' && account.more?.name_is_own) this.name = account.account_name;
      if (Object.keys(this.tags).length === 0) this.tags = account.more?.tags ?? {};
    });
  }

  /** Keeps the name and the labels. Answers what went wrong. */
  async save(): Promise<ApiError | undefined> {
    const change = this.#change();
    if (!change) return undefined;
    this.saving = true;
    const error = await attempt(() => this.#api.update(this.#id(), change));
    this.saving = false;
    return error;
  }

  #change(): { account_name?: string; tags?: Tags } | undefined {
    const ownName = this.account?.more?.name_is_own ? this.account.account_name : '';
    const change = {
      ...(this.name.trim() !== ownName && { account_name: this.name.trim() }),
      ...(!sameTags(this.tags, this.account?.more?.tags ?? {}) && { tags: this.tags }),
    };
    return Object.keys(change).length === 0 ? undefined : change;
  }
}

function sameTags(left: Tags, right: Tags): boolean {
  const entries = Object.entries(left);
  return (
    entries.length === Object.keys(right).length && entries.every(([name, value]) => right[name] === value)
  );
}
