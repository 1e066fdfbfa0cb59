import { HostUnreachable, parseBody, type Host, type HostEventBatch, type HostFacts } from './host';

/** The browser test host: the same two routers behind two addresses. */
export function httpHost(facts: HostFacts, base = '/__host'): Host {
  return {
    facts,
    async call({ method, path, body }) {
      const request = { method, path, body: body === undefined ? null : JSON.stringify(body) };
      let answer: { status: number; body: unknown };
      try {
        const response = await fetch(`${base}/call`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(request),
        });
        answer = (await response.json()) as { status: number; body: unknown };
      } catch (cause) {
        throw new HostUnreachable({ cause });
      }
      return { status: answer.status, body: parseBody(answer.body) };
    },
    onEvents(listener) {
      const source = new EventSource(`${base}/events`);
      source.onmessage = (message: MessageEvent<string>) => {
        listener(JSON.parse(message.data) as HostEventBatch);
      };
      return Promise.resolve(() => source.close());
    },
  };
}
