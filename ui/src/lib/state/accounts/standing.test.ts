import { describe, expect, it } from 'vitest';
import type { AccountSummary } from '$lib/client/wire';
import { sampleAccount } from '$lib/testing/account';
import { remedyOf, standingOf } from './standing';

const at = '2026-11-01T08:00:00Z';

describe('standing', () => {
  const cases: [string, AccountSummary, string, string][] = [
    ['a known login', sampleAccount(1), 'ok', 'check'],
    [
      'a login that ends soon',
      sampleAccount(1, { more: { forecast: { ends_at: at, soon: true } } }),
      'soon',
      'login',
    ],
    ['an ended login', sampleAccount(1, { status: 'expired' }), 'expired', 'login'],
    [
      'a restriction',
      sampleAccount(1, { status: 'inactive', more: { needs_me: 'restricted' } }),
      'restricted',
      'open',
    ],
    [
      'somebody else',
      sampleAccount(1, { status: 'inactive', more: { needs_me: 'other_person' } }),
      'stranger',
      'login',
    ],
    [
      'set aside, although the last check found a restriction',
      sampleAccount(1, {
        status: 'inactive',
        more: { last_check: { at, verdict: 'restricted', reason: 'muted' } },
      }),
      'off',
      'enable',
    ],
    [
      'no answer: still active, but nobody knows',
      sampleAccount(1, { more: { last_check: { at, verdict: 'unknown', reason: 'timeout' } } }),
      'unknown',
      'check',
    ],
    [
      'an answer that nobody understands',
      sampleAccount(1, {
        more: { last_check: { at, verdict: 'platform_changed', reason: 'unexpected_shape' } },
      }),
      'unknown',
      'check',
    ],
    ['never asked', sampleAccount(1, { status: 'pending', more: { last_check: null } }), 'pending', 'check'],
    [
      'asked in vain for the first time',
      sampleAccount(1, {
        status: 'pending',
        more: { last_check: { at, verdict: 'unknown', reason: 'dns' } },
      }),
      'unknown',
      'check',
    ],
    [
      'nothing stored that could be checked',
      sampleAccount(1, { status: 'pending', more: { last_check: null, has_credential: false } }),
      'pending',
      'login',
    ],
  ];

  it.each(cases)('%s', (_, account, standing, remedy) => {
    expect(standingOf(account)).toBe(standing);
    expect(remedyOf(account)).toBe(remedy);
  });
});
