import { expect, rows, test } from './support';

// The figures are of the machine the test runs on; the limits are wide, and still fail for a list that draws
// what nobody sees.

test('10,000 accounts: only what is visible is in the document, and it comes at once', async ({
  page,
  book,
}) => {
  await book({ accounts: 10_000 });
  await page.goto('/settings');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  const mount = await page.evaluate(async () => {
    const begun = performance.now();
    document.querySelector<HTMLAnchorElement>('a[href="/accounts"]')?.click();
    while (!document.querySelector('[role="row"][data-index] .open')) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    return performance.now() - begun;
  });
  console.log(`10,000 accounts: first rows after ${mount.toFixed(0)} ms`);
  expect(mount).toBeLessThan(1_000);
  expect(await rows(page).count()).toBeLessThan(60);
  await expect(page.getByRole('grid')).toHaveAttribute('aria-rowcount', '10001');
});

test('10,000 accounts: scrolling stays smooth and the end is reached', async ({ page, book }) => {
  await book({ accounts: 10_000 });
  await page.goto('/accounts');
  await expect(rows(page).first()).toBeVisible();
  const { still, scrolling } = await page.evaluate(async () => {
    const grid = document.querySelector('[role="grid"]');
    const median = async (frames: number, step: number) => {
      const times: number[] = [];
      for (let frame = 0; frame < frames; frame++) {
        const begun = performance.now();
        if (grid) grid.scrollTop += step;
        await new Promise((resolve) => requestAnimationFrame(resolve));
        times.push(performance.now() - begun);
      }
      return times.toSorted((left, right) => left - right)[frames / 2] ?? 0;
    };
    return { still: await median(60, 0), scrolling: await median(150, 420) };
  });
  console.log(`median frame: ${still.toFixed(1)} ms still, ${scrolling.toFixed(1)} ms scrolling`);
  // Beside frames in which nothing happens, so that a busy machine fails nobody.
  expect(scrolling).toBeLessThan(Math.max(50, still * 5));
  await rows(page).first().focus();
  await page.keyboard.press('End');
  await expect(page.locator('[data-index="9999"]')).toBeFocused();
  await expect(page.locator('[data-index="9999"] .open')).toBeVisible();
});

test('news four times a second leave the list usable', async ({ page, book, tell }) => {
  await book({ accounts: 10_000 });
  await page.goto('/accounts');
  await expect(rows(page).first()).toBeVisible();
  const watching = page.evaluate(async () => {
    const times: number[] = [];
    const end = performance.now() + 3_000;
    let last = performance.now();
    while (last < end) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
      times.push(performance.now() - last);
      last = performance.now();
    }
    return times;
  });
  for (let batch = 0; batch < 10; batch++) {
    await tell({
      type: 'accounts_changed',
      ids: Array.from({ length: 50 }, (_, n) => `acc_${String(n).padStart(6, '0')}`),
    });
    await page.waitForTimeout(250);
  }
  const times = await watching;
  const slow = times.filter((time) => time > 50).length;
  console.log(
    `200 changed rows a second: longest frame ${Math.max(...times).toFixed(0)} ms, over 50 ms: ${slow}`,
  );
  expect(slow).toBeLessThan(12);
});
