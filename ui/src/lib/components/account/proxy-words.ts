import type { ProxyTest } from '$lib/client/wire';
import { t } from '$lib/i18n/index.svelte';

/** What trying a proxy came to: what happened, and what to look at. */
export function proxyWords({ ok, reason, duration_ms, asked, through }: ProxyTest): {
  title: string;
  text: string | undefined;
} {
  if (ok)
    return {
      title: t.operations.proxyWorks(t.account.ms(duration_ms)),
      text: t.operations.proxyBy(asked, `${through.host}:${through.port}`),
    };
  const [title = '', text] = reason === 'proxy' ? t.operations.proxyDead : t.errors.reasons[reason];
  return { title, text };
}
