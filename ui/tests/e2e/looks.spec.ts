import { expect, expectAccessible, rows, test } from './support';

// axe looks at seven pages; the machine may be busy with others.
test.describe.configure({ timeout: 90_000 });

const pages = ['/accounts', '/wallet', '/pools', '/settings', '/settings/trash', '/settings/history'];

for (const theme of ['light', 'dark']) {
  for (const language of ['zh-CN', 'en']) {
    test(`every page is accessible in ${language}, ${theme}`, async ({ page, book }) => {
      await book({ accounts: 40, preferences: { theme, language }, time: { snapshots: 9, trash: 20 } });
      for (const path of pages) {
        await page.goto(path);
        await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
        await expectAccessible(page);
      }
      await page.keyboard.press('Control+l');
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await expectAccessible(page);
    });
  }
}

for (const [width, height, zoom] of [
  [900, 600, 1],
  [600, 390, 2],
] as const) {
  test(`nothing is cut off at ${width}×${height} (${zoom * 100} %)`, async ({ page, book }) => {
    await page.setViewportSize({ width, height });
    for (const language of ['zh-CN', 'en']) {
      await book({ accounts: 3000, preferences: { language } });
      await page.goto('/accounts');
      await expect(rows(page).first()).toBeVisible();
      const add = page.getByRole('button', { name: language === 'en' ? 'Add account' : '添加账号' });
      await expect(add).toBeInViewport({ ratio: 1 });
      const wider = await page.evaluate(() => {
        const main = document.querySelector('main');
        return main ? main.scrollWidth - main.clientWidth : -1;
      });
      expect(wider).toBe(0);
    }
  });
}
