import { expect, expectAccessible, test } from './support';

const STRONG = 'mint lantern orbit 52';

test('the first start leads from the language to a vault and the first account', async ({ page, book }) => {
  await book({ phase: 'absent', preferences: { language: 'system' } });
  await page.goto('/');
  await expect(page.getByRole('heading', { level: 1 })).toContainText('妥帖收进一本簿子');
  await expectAccessible(page);

  await page.getByText('English', { exact: true }).click();
  await expect(page.getByRole('button', { name: 'Make my vault' })).toBeVisible();
  expect(await page.locator('html').getAttribute('lang')).toBe('en');
  await page.getByText('简体中文', { exact: true }).click();
  await page.getByRole('button', { name: '创建保险库' }).click();

  const password = page.getByLabel('密码', { exact: true });
  const again = page.getByLabel('再输一遍密码');
  const make = page.getByRole('button', { name: '创建保险库' });
  await password.fill('short');
  await make.click();
  await expect(page.getByText('至少 8 个字符。')).toBeVisible();
  await password.fill('password1');
  await make.click();
  await expect(page.getByText('太容易被猜到了')).toBeVisible();
  await password.fill(STRONG);
  await again.fill('mint lantern');
  await make.click();
  await expect(page.getByText('两次输入还不一致。')).toBeVisible();
  await expectAccessible(page);
  await again.fill(STRONG);
  await make.click();
  await expect(page.getByRole('checkbox')).toHaveAttribute('aria-invalid', 'true');
  await page.getByRole('checkbox').check();
  await make.click();

  await expect(page.getByText('第 3 步，共 4 步')).toBeVisible();
  await page.getByTestId('kit-skip').click();
  await expect(page.getByRole('heading', { name: '保险库建好了' })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: '先随便看看' }).click();
  await expect(page.getByRole('heading', { name: '簿子的第一页还空着' })).toBeVisible();
  await expectAccessible(page);
});

test('the password is never in the page after the vault is made', async ({ page, book }) => {
  await book({ phase: 'absent' });
  await page.goto('/');
  await page.getByRole('button', { name: '创建保险库' }).click();
  await page.getByLabel('密码', { exact: true }).fill(STRONG);
  await page.getByLabel('再输一遍密码').fill(STRONG);
  await page.getByRole('checkbox').check();
  await page.getByRole('button', { name: '创建保险库' }).click();
  await page.getByTestId('kit-skip').click();
  await expect(page.getByRole('heading', { name: '保险库建好了' })).toBeVisible();
  expect(await page.content()).not.toContain(STRONG);
  const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
  expect(kept).not.toContain(STRONG);
  expect(kept.length).toBeLessThan(40);
});
