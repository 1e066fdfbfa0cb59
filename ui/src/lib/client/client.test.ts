import { describe, expect, it } from 'vitest';
import type { Host, HostRequest } from '$lib/host';
import { HostUnreachable } from '$lib/host/host';
import { makeApi } from '.';
import { HOST_UNREACHABLE, UNEXPECTED_ANSWER, type ApiError } from './error';

/** A host that answers every call with this, and remembers what it was asked. */
function host(status: number, body: unknown) {
  const asked: HostRequest[] = [];
  const double: Host = {
    facts: { desktop: false, mac: false },
    call: (request) => {
      asked.push(request);
      return Promise.resolve({ status, body });
    },
    onEvents: () => Promise.resolve(() => undefined),
  };
  return { asked, api: makeApi(double) };
}

const failure = async (asked: Promise<unknown>): Promise<ApiError> =>
  asked.then(
    () => {
      throw new Error('it should have failed');
    },
    (thrown: ApiError) => thrown,
  );

describe('client', () => {
  it('sends path, query and body through the host and opens the envelope', async () => {
    const { asked, api } = host(200, { success: true, data: { phase: 'unlocked' } });
    expect(await api.vault.unlock('a sample password')).toEqual({ phase: 'unlocked' });
    await api.accounts.list({ text: '林', limit: 50, offset: 100 });
    expect(asked[0]).toEqual({
      method: 'POST',
      path: '/desktop/v1/vault/unlock',
      body: { password: 'a sample password' },
    });
    expect(asked[1]?.path).toBe('/api/v1/accounts?text=%E6%9E%97&limit=50&offset=100&view=full');
  });

  it('turns an error into its code, its facts and its incident', async () => {
    const { api } = host(500, {
      success: false,
      error: { code: 'INTERNAL', message: 'x', details: { incident: '7f3a90c1' } },
    });
    const error = await failure(api.vault.view());
    expect([error.code, error.status, error.incident]).toEqual(['INTERNAL', 500, '7f3a90c1']);
  });

  it('takes an answer that is none of ours for unexpected', async () => {
    const error = await failure(host(502, '<html>').api.vault.view());
    expect(error.code).toBe(UNEXPECTED_ANSWER);
  });

  it('tells a host that does not answer from an API that says no', async () => {
    const double: Host = {
      facts: { desktop: false, mac: false },
      call: () => Promise.reject(new HostUnreachable()),
      onEvents: () => Promise.resolve(() => undefined),
    };
    expect((await failure(makeApi(double).vault.view())).code).toBe(HOST_UNREACHABLE);
  });
});
