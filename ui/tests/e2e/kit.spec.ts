import type { Page } from '@playwright/test';
import { expect, expectAccessible, test } from './support';

const STRONG = 'mint lantern orbit 52';
const WORDS = 'orbit ladder mimic rice paper thunder indoor seven bridge window spice arrow'.split(' ');

/** Goes through the first start to its third page. */
async function makeVault(page: Page) {
  await page.goto('/');
  await page.getByRole('button', { name: '创建保险库' }).click();
  await page.getByLabel('密码', { exact: true }).fill(STRONG);
  await page.getByLabel('再输一遍密码').fill(STRONG);
  await page.getByRole('checkbox').check();
  await page.getByRole('button', { name: '创建保险库' }).click();
  await expect(page.getByRole('heading', { level: 1, name: '一把写在纸上的备用钥匙' })).toBeVisible();
}

/** None of the words is anywhere in the page. */
async function expectNoWords(page: Page) {
  const text = await page.content();
  expect(WORDS.filter((word) => new RegExp(`\\b${word}\\b`).test(text.replaceAll(/<[^>]*>/g, ' ')))).toEqual(
    [],
  );
}

test('the kit is shown, tested by two words, and then gone from the page', async ({ page, book }) => {
  await book({ phase: 'absent' });
  await makeVault(page);
  await expectAccessible(page);
  await expect(page.getByLabel('请输入密码')).toHaveCount(0);
  await page.getByTestId('kit-make').click();
  const list = page.getByRole('list', { name: '十二个词' });
  await expect(list.getByRole('listitem')).toHaveCount(12);
  await expect(page.getByTestId('kit-word-12')).toHaveText('arrow');
  await expectAccessible(page);

  await page.getByTestId('kit-wrote').click();
  await expect(page.getByTestId('kit-ask-1')).toBeFocused();
  await expectNoWords(page);
  await page.getByTestId('kit-ask-1').fill('paper');
  await page.keyboard.press('Enter');
  await expect(page.getByText('这不是第 4 个词')).toBeVisible();
  await expect(page.getByText('还没有输入第 9 个词。')).toBeVisible();
  await expectAccessible(page);

  await page.getByTestId('kit-look').click();
  await expect(page.getByTestId('kit-word-4')).toHaveText('rice');
  await page.getByTestId('kit-wrote').click();
  await page.getByTestId('kit-ask-1').fill('Rice');
  await page.getByTestId('kit-ask-2').fill(' bridge ');
  await page.getByTestId('kit-check').click();
  await expect(page.getByRole('heading', { name: '恢复词可以用了' })).toBeVisible();
  await expectNoWords(page);
  await page.getByTestId('kit-go-on').click();
  await page.getByRole('button', { name: '先随便看看' }).click();
  await expect(page.getByRole('link', { name: '设置' })).toBeVisible();
  await expect(page.getByTestId('kit-reminder')).toHaveCount(0);
  const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
  expect(kept).toBe('[{},{}]');
});

test('left for later, it is called to mind until it is made', async ({ page, book }) => {
  await book({ phase: 'absent' });
  await makeVault(page);
  await expect(page.getByText('再也没有人能打开这个保险库')).toBeVisible();
  await page.getByTestId('kit-skip').click();
  await page.getByRole('button', { name: '先随便看看' }).click();
  await page.getByTestId('kit-reminder').click();
  await expect(page.getByTestId('kit-make-now')).toBeInViewport();
  await expectAccessible(page);

  await page.getByTestId('kit-make-now').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel(/^请输入密码/).fill('not the one');
  await page.getByTestId('kit-make').click();
  await expect(dialog.getByRole('alert')).toContainText('密码不对');
  await expectAccessible(page);
  await dialog.getByLabel(/^请输入密码/).fill(STRONG);
  await page.getByTestId('kit-make').click();
  await expect(page.getByTestId('kit-word-1')).toHaveText('orbit');
  await expectAccessible(page);
  await page.getByTestId('kit-wrote').click();
  await page.getByTestId('kit-ask-1').fill('rice');
  await page.getByTestId('kit-ask-2').fill('bridge');
  await page.getByTestId('kit-check').click();
  await page.getByTestId('kit-go-on').click();
  await expect(page.getByTestId('kit-reminder')).toHaveCount(0);
  await expect(page.getByTestId('opener-recovery').getByRole('listitem')).toHaveCount(1);
});

test('the printed page holds the words, the vault and the date, and nothing else', async ({ page, book }) => {
  await book({ phase: 'absent' });
  await page.addInitScript(() => (window.print = () => document.body.setAttribute('data-printed', '')));
  await makeVault(page);
  await page.getByTestId('kit-make').click();
  await page.getByTestId('kit-print').click();
  await expect(page.locator('body[data-printed]')).toBeVisible();
  await expect(page.getByText('请用笔抄到纸上')).toBeVisible();
  const sheet = page.locator('.kit-sheet');
  await expect(sheet).toBeHidden();

  await page.emulateMedia({ media: 'print' });
  await expect(sheet).toBeVisible();
  await expect(page.locator('.app-root')).toBeHidden();
  await expect(sheet.getByRole('listitem')).toHaveText(WORDS.map((word, n) => `${n + 1}${word}`));
  await expect(sheet).toContainText('7f3a-91c4');
  await expect(sheet).toContainText('不要写密码');
  const columns = await sheet.locator('ol').evaluate((list) => getComputedStyle(list).gridTemplateColumns);
  expect(columns.split(' ')).toHaveLength(3);
  const pages = (await page.pdf({ format: 'A4' })).toString('latin1').match(/\/Type\s*\/Page\b/g);
  expect(pages).toHaveLength(1);

  await page.emulateMedia({ media: null });
  await page.getByTestId('kit-wrote').click();
  await expect(sheet).toHaveCount(0);
});

test('the words cannot be selected or copied', async ({ page, book }) => {
  await book({ phase: 'absent' });
  await makeVault(page);
  await page.getByTestId('kit-make').click();
  const word = page.getByTestId('kit-word-1');
  expect(await word.evaluate((element) => getComputedStyle(element).userSelect)).toBe('none');
  const copied = await word.evaluate((element) => {
    const event = new ClipboardEvent('copy', { bubbles: true, cancelable: true });
    return element.dispatchEvent(event);
  });
  expect(copied).toBe(false);
});
