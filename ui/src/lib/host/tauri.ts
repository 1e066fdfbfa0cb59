import { invoke } from '@tauri-apps/api/core';
import { listen } from '@tauri-apps/api/event';
import {
  HostUnreachable,
  parseBody,
  type Host,
  type HostEventBatch,
  type HostFacts,
  type HostWindow,
} from './host';

/** Raw answer of the one command. */
interface CallAnswer {
  status: number;
  body: unknown;
}

/** The window of the app: one command and one event. */
export function tauriHost(facts: HostFacts): Host {
  return {
    facts,
    window: tauriWindow,
    async call({ method, path, body }) {
      const request = { method, path, body: body === undefined ? null : JSON.stringify(body) };
      try {
        const answer = await invoke<CallAnswer>('call', { request });
        return { status: answer.status, body: parseBody(answer.body) };
      } catch (cause) {
        throw new HostUnreachable({ cause });
      }
    },
    onEvents(listener) {
      return listen<HostEventBatch>('roster://events', (event) => listener(event.payload));
    },
  };
}

const tauriWindow: HostWindow = {
  onCloseRequested: (listener) => listen('roster://close-requested', listener),
  close: (action) => invoke('window_close', { action }),
  onOpenAccount: (listener) =>
    listen<{ account_id: string }>('roster://open', (event) => listener(event.payload.account_id)),
};
