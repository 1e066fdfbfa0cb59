import type { Page } from '@playwright/test';
import { expect, test } from './host';

const STRONG = 'mint lantern orbit 52';
const STRONGER = 'paper boat seventeen orchard';

/** The words of the kit, as somebody copies them from the page. */
async function copyWords(page: Page): Promise<string[]> {
  const words: string[] = [];
  for (let number = 1; number <= 12; number++)
    words.push((await page.getByTestId(`kit-word-${number}`).textContent()) ?? '');
  return words;
}

test('a kit made at the first start opens the vault when the password is forgotten', async ({
  page,
  start,
}) => {
  const host = await start('--absent');
  await page.goto(host.url);
  await page.getByRole('button', { name: '创建保险库' }).click();
  await page.getByLabel('密码', { exact: true }).fill(STRONG);
  await page.getByLabel('再输一遍密码').fill(STRONG);
  await page.getByRole('checkbox').check();
  await page.getByRole('button', { name: '创建保险库' }).click();
  await page.getByTestId('kit-make').click();
  const paper = await copyWords(page);
  await page.getByTestId('kit-wrote').click();
  for (const field of [page.getByTestId('kit-ask-1'), page.getByTestId('kit-ask-2')])
    await field.fill(paper[Number(await field.getAttribute('data-position')) - 1] ?? '');
  await page.getByTestId('kit-check').click();
  await page.getByTestId('kit-go-on').click();
  await page.getByRole('button', { name: '先随便看看' }).click();
  await expect(page.getByRole('navigation', { name: '页面' })).toBeVisible();
  await expect(page.getByTestId('kit-reminder')).toHaveCount(0);

  await page.keyboard.press('Control+l');
  await page.getByTestId('use-recovery').click();
  await page.getByTestId('recovery-word-1').fill(paper.join(' '));
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('after-recovery')).toBeVisible();
  await page.getByLabel('新密码', { exact: true }).fill(STRONGER);
  await page.getByLabel('再输一遍新密码').fill(STRONGER);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('navigation', { name: '页面' })).toBeVisible();

  await page.keyboard.press('Control+l');
  const password = page.getByLabel('密码', { exact: true });
  await password.fill(STRONG);
  await password.press('Enter');
  await expect(page.getByText('密码不对')).toBeVisible();
  await expect(page.getByRole('button', { name: '解锁' })).toBeEnabled();
  await password.fill(STRONGER);
  await password.press('Enter');
  await expect(page.getByRole('navigation', { name: '页面' })).toBeVisible();
});

test('what opens the vault is listed; new keys are put in place', async ({ page, start }) => {
  const host = await start('--accounts', '200');
  await page.goto(`${host.url}/settings#security`);
  await expect(page.getByTestId('opener-password')).toContainText('本次用它打开');
  await expect(page.getByTestId('kit-make-now')).toBeVisible();
  await page.getByTestId('rotate').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('密码', { exact: true }).fill('not the one');
  await page.getByTestId('reauth-confirm').click();
  await expect(dialog).toContainText('密码不对');
  await expect(page.getByTestId('reauth-confirm')).toBeEnabled();
  await dialog.getByLabel('密码', { exact: true }).fill(host.password);
  await page.getByTestId('reauth-confirm').click();
  await expect(page.getByText(/^上次更换：/)).toBeVisible();
});
