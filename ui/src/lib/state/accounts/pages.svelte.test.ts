import { describe, expect, it } from 'vitest';
import type { AccountPage } from '$lib/client/wire';
import { sampleAccount } from '$lib/testing/account';
import { PAGE, Pages, UNKNOWN } from './pages.svelte';

/** A server with `total` accounts that answers when told to. */
function server(total: number) {
  const asked: { offset: number; answer: (first?: number) => void }[] = [];
  const fetch = (offset: number, limit: number) =>
    new Promise<AccountPage>((resolve) => {
      const answer = (first = offset) => {
        const size = Math.max(0, Math.min(limit, total - offset));
        const accounts = Array.from({ length: size }, (_, index) => sampleAccount(first + index));
        resolve({ accounts, total, limit, offset });
      };
      asked.push({ offset, answer });
    });
  return { asked, fetch };
}

describe('pages', () => {
  it('knows the length of the list from its first page, and the rest as it comes into view', async () => {
    const { asked, fetch } = server(1000);
    const pages = new Pages(fetch);
    const first = pages.need(0, 20);
    asked[0]?.answer();
    await first;
    expect(pages.order).toHaveLength(1000);
    expect(pages.order[0]).toBe('acc_0');
    expect(pages.order[PAGE]).toBe(UNKNOWN);

    const second = pages.need(PAGE * 3 - 5, PAGE * 3 + 5);
    expect(asked.slice(1).map(({ offset }) => offset)).toEqual([PAGE * 2, PAGE * 3]);
    asked.slice(1).forEach(({ answer }) => answer());
    await second;
    expect(pages.order[PAGE * 3]).toBe(`acc_${PAGE * 3}`);
  });

  it('asks once for a page that is wanted twice', async () => {
    const { asked, fetch } = server(50);
    const pages = new Pages(fetch);
    const both = [pages.need(0, 10), pages.need(5, 15)];
    asked.forEach(({ answer }) => answer());
    await Promise.all(both);
    await pages.need(0, 10);
    expect(asked).toHaveLength(1);
  });

  it('keeps what is on screen until the new answer is there', async () => {
    const { asked, fetch } = server(10);
    const pages = new Pages(fetch);
    const first = pages.need(0, 9);
    asked[0]?.answer();
    await first;
    pages.stale();
    const again = pages.need(0, 9);
    expect(pages.order[0]).toBe('acc_0');
    asked[1]?.answer(500);
    await again;
    expect(pages.order[0]).toBe('acc_500');
  });

  it('drops an answer to a question that no longer holds', async () => {
    const { asked, fetch } = server(10);
    const pages = new Pages(fetch);
    const old = pages.need(0, 9);
    pages.reset();
    const now = pages.need(0, 9);
    asked[1]?.answer(700);
    await now;
    asked[0]?.answer(100);
    await old;
    expect(pages.order[0]).toBe('acc_700');
  });

  it('leaves the order untouched when only rows changed', async () => {
    const { asked, fetch } = server(10);
    const pages = new Pages(fetch);
    const first = pages.need(0, 9);
    asked[0]?.answer();
    await first;
    const before = pages.order;
    pages.stale();
    const again = pages.need(0, 9);
    asked[1]?.answer();
    await again;
    expect(pages.order).toBe(before);
  });
});
