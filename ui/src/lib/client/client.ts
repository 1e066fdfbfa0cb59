import createClient from 'openapi-fetch';
import type { paths } from '$lib/api/schema';
import type { Host } from '$lib/host';
import { ApiError } from './error';

/** The typed client of the API: routes, parameters and answers as its own description says. */
export type Client = ReturnType<typeof makeClient>;

// Never resolved: the host takes the path alone.
const nowhere = 'http://roster.invalid';

/** A client whose requests go through the host instead of the network. */
export function makeClient(host: Host) {
  return createClient<paths>({ baseUrl: nowhere, fetch: (request) => viaHost(host, request) });
}

async function viaHost(host: Host, request: Request): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const text = await request.text();
  const body: unknown = text === '' ? undefined : JSON.parse(text);
  const answer = await host.call({ method: request.method, path: pathname + search, body });
  return new Response(JSON.stringify(answer.body), {
    status: answer.status,
    headers: { 'content-type': 'application/json' },
  });
}

/** What openapi-fetch answers, as far as the envelope needs it. */
interface Enveloped<T> {
  data?: { data: T };
  error?: unknown;
  response: Response;
}

/** Opens the envelope: the answer's data, or an [`ApiError`]. */
export async function open<T>(asked: Promise<Enveloped<T>>): Promise<T> {
  const { data, error, response } = await asked.catch((thrown: unknown) => {
    throw ApiError.from(thrown);
  });
  if (data === undefined) throw ApiError.fromBody(response.status, error);
  return data.data;
}
