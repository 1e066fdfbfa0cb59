import type { Host } from '$lib/host';
import { accountCalls } from './accounts';
import { appCalls } from './app';
import { makeClient } from './client';
import { dataCalls } from './data';
import { detailCalls } from './detail';
import { jobCalls } from './jobs';
import { loginCalls } from './logins';
import { operationCalls } from './operations';
import { poolCalls } from './pools';
import { securityCalls } from './security';
import { vaultCalls } from './vault';
import { walletCalls } from './wallet';

export { ApiError } from './error';

/** Every call the UI makes, by area. */
export function makeApi(host: Host) {
  const client = makeClient(host);
  return {
    client,
    accounts: accountCalls(client),
    app: appCalls(client),
    data: dataCalls(client),
    detail: detailCalls(client),
    jobs: jobCalls(client),
    logins: loginCalls(client),
    operations: operationCalls(client),
    pools: poolCalls(client),
    security: securityCalls(client),
    vault: vaultCalls(client),
    wallet: walletCalls(client),
  };
}

export type Api = ReturnType<typeof makeApi>;
