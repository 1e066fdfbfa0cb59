import { expect, test } from './host';

const STRONG = 'mint lantern orbit 52';

test('a vault is made, locked, refused to a wrong password and opened again', async ({ page, start }) => {
  const host = await start('--absent');
  await page.goto(host.url);
  await page.getByRole('button', { name: '创建保险库' }).click();
  await page.getByLabel('密码', { exact: true }).fill(STRONG);
  await page.getByLabel('再输一遍密码').fill(STRONG);
  await page.getByRole('checkbox').check();
  await page.getByRole('button', { name: '创建保险库' }).click();
  await page.getByTestId('kit-skip').click();
  await page.getByRole('button', { name: '先随便看看' }).click();
  await expect(page.getByRole('heading', { name: '簿子的第一页还空着' })).toBeVisible();

  await page.keyboard.press('Control+l');
  const password = page.getByLabel('密码', { exact: true });
  await password.fill('not the one');
  await password.press('Enter');
  await expect(page.getByText('密码不对')).toBeVisible();
  await expect(page.getByRole('button', { name: '解锁' })).toBeEnabled();
  await password.fill(STRONG);
  await password.press('Enter');
  await expect(page.getByRole('heading', { name: '簿子的第一页还空着' })).toBeVisible();
});

test('a thousand accounts: counts, search, a sort that is kept, bulk work and news', async ({
  page,
  start,
}) => {
  const host = await start('--accounts', '1000');
  await page.goto(`${host.url}/accounts`);
  const rows = page.getByRole('grid').locator('[role="row"][data-index]');
  await expect(page.getByText('共 1,000 个账号')).toBeVisible();

  const expired = page.getByRole('button', { name: /^需重新登录 \d+$/ });
  const count = Number((await expired.textContent())?.replace(/\D/g, ''));
  await expired.click();
  await expect(page.getByText(`1,000 个账号中的 ${count} 个`)).toBeVisible();
  await page.getByRole('button', { name: '清除筛选' }).click();

  await page.getByRole('columnheader').getByRole('button', { name: '账号', exact: true }).click();
  await expect(page.getByRole('columnheader', { name: '账号', exact: true })).toHaveAttribute(
    'aria-sort',
    'ascending',
  );
  await page.reload();
  await expect(page.getByRole('columnheader', { name: '账号', exact: true })).toHaveAttribute(
    'aria-sort',
    'ascending',
  );

  await rows.nth(0).getByRole('checkbox').check();
  await rows.nth(1).getByRole('checkbox').check();
  await page.getByRole('button', { name: '停用', exact: true }).click();
  await expect(page.getByText('已停用 2 个账号')).toBeVisible();
  await expect(rows.nth(0)).toContainText('已停用');
  await page.getByRole('button', { name: '删除…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '删除' }).click();
  await expect(page.getByText('共 998 个账号')).toBeVisible();

  const id = await rows.nth(0).locator('.open').textContent();
  await page.keyboard.press('/');
  await page.keyboard.type(id ?? '');
  await expect(rows.nth(0)).toContainText(id ?? '');
});
