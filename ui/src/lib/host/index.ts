import { isTauri } from '@tauri-apps/api/core';
import type { Host, HostFacts } from './host';
import { httpHost } from './http';
import { tauriHost } from './tauri';

export { HostUnreachable } from './host';
export type { CloseAction, Host, HostEventBatch, HostFacts, HostRequest, HostResponse } from './host';

/** The host that is there: Tauri's window, or else the browser test host that served this page. */
export function chooseHost(): Host {
  const desktop = isTauri();
  const facts: HostFacts = { desktop, mac: /Mac/.test(navigator.userAgent) };
  return desktop ? tauriHost(facts) : httpHost(facts);
}
