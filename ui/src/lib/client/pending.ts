import type { components } from '$lib/api/schema';
import { open, type Client } from './client';

type Schemas = components['schemas'];

export interface QuotaItem {
  key: string;
  unit: 'count' | 'bytes' | 'credits' | 'money' | 'seconds';
  currency: string | null;
  used: number | null;
  limit: number | null;
  unlimited: boolean;
  left: number | null;
  resets_at: string | null;
  expires_at: string | null;
}

export interface QuotasView {
  read_at: string | null;
  age_s: number | null;
  items: QuotaItem[];
}

export interface WalletRow {
  account_id: string;
  account_name: string;
  platform: string;
  site: string | null;
  status: Schemas['AccountStatus'];
  quota: QuotaItem;
  read_at: string;
  age_s: number;
  membership: string | null;
  membership_ends_at: string | null;
}

export interface WalletView {
  rows: WalletRow[];
  reading: boolean;
}

export interface ProxyView {
  scheme: string;
  host: string;
  port: number;
  has_user: boolean;
}

/** What an account's `more` gains. */
export interface MoreToCome {
  site?: string | null;
  proxy?: ProxyView | null;
  secrets?: { name: string }[];
  quota?: QuotaItem | null;
}

export interface ProxyTest {
  ok: boolean;
  reason: Schemas['Reason'] | null;
  duration_ms: number;
  address: string | null;
}

const ask = <T>(client: Client, method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown): Promise<T> =>
  open(
    (client[method] as (path: string, options: unknown) => never)(path, body === undefined ? {} : { body }),
  );

export const pendingCalls = (client: Client) => ({
  quotas: (id: string, refresh: boolean) =>
    ask<QuotasView>(client, 'GET', `/api/v1/accounts/${id}/quotas?refresh=${refresh}`),
  wallet: () => ask<WalletView>(client, 'GET', '/desktop/v1/wallet'),
  refreshWallet: () => ask<Schemas['JobView']>(client, 'POST', '/desktop/v1/wallet/refresh'),
  setProxy: (id: string, proxy: string | null) =>
    ask<Schemas['AccountDetail']>(client, 'PUT', `/desktop/v1/accounts/${id}/proxy`, { proxy }),
  testProxy: (proxy: string | null, account_id: string | null) =>
    ask<ProxyTest>(client, 'POST', '/desktop/v1/proxy/test', { proxy, account_id }),
});
