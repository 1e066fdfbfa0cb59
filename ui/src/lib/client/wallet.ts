import { open, type Client } from './client';

const named = (id: string) => ({ params: { path: { id } } });

/** Calls about what runs out, and about accounts' proxies. */
export const walletCalls = (client: Client) => ({
  /** What an account has left; with `refresh` the platform itself is asked. */
  quotas: (id: string, refresh: boolean) =>
    open(client.GET('/api/v1/accounts/{id}/quotas', { params: { path: { id }, query: { refresh } } })),
  wallet: () => open(client.GET('/desktop/v1/wallet')),
  refreshWallet: () => open(client.POST('/desktop/v1/wallet/refresh')),
  setProxy: (id: string, proxy: string | null) =>
    open(client.PUT('/desktop/v1/accounts/{id}/proxy', { ...named(id), body: { proxy } })),
  /** Asks a platform's home page through this proxy, or through the account's own. */
  testProxy: (proxy: string | null, account_id: string | null) =>
    open(client.POST('/desktop/v1/proxy/test', { body: { proxy, account_id } })),
});
