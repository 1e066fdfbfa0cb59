import { expect, expectAccessible, test } from './support';

test('one account: who, how, since when, and what is kept', async ({ page, book }) => {
  await book({ accounts: 12 });
  await page.goto('/accounts/acc_000001');
  await expect(page.getByRole('heading', { level: 1, name: '阿澈的厨房' })).toBeVisible();
  await expect(page.getByTestId('account-identity')).toHaveText('ID 350000037');
  await expect(page.getByTestId('account-status')).toHaveAttribute('data-status', 'active');
  await expect(page.getByRole('img', { name: '最近 40 次检查，36 次有效' })).toBeVisible();
  await expect(page.getByTestId('creator-numbers')).toContainText('12.8万');
  await expect(page.getByTestId('cookies')).toContainText('SESSDATA');
  await expect(page.getByTestId('account-pools')).toContainText('日常发布');
  const history = page.getByTestId('health-history');
  await expect(history.getByRole('row')).toHaveCount(7);
  await page.getByRole('button', { name: '显示全部 40 条' }).click();
  await expect(history.getByRole('row')).toHaveCount(41);
  await expect(history).toContainText('代码 -412');
  await expectAccessible(page);
});

test('what the owner writes is kept when the field is left', async ({ page, book }) => {
  await book({ accounts: 12 });
  await page.goto('/accounts/acc_000001');
  await page.getByTestId('account-name').fill('厨房一号');
  await page.getByTestId('account-name').press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: '厨房一号' })).toBeVisible();
  await page.getByLabel('标签', { exact: true }).fill('合作，区域：杭州');
  await page.getByLabel('标签', { exact: true }).press('Enter');
  await expect(page.getByRole('button', { name: '移除标签「区域」' })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('heading', { level: 1, name: '厨房一号' })).toBeVisible();
  await expect(page.getByTestId('tag-editor')).toContainText('杭州');
});

test('each part fails by itself and can be tried again', async ({ page, book }) => {
  await book({
    accounts: 12,
    fail: { path: '/cookies', status: 500, code: 'INTERNAL', details: { incident: 'f3a9' } },
  });
  await page.goto('/accounts/acc_000001');
  const part = page.getByRole('region', { name: '登录与 Cookie' });
  await expect(part.getByRole('alert')).toContainText('f3a9');
  await expect(page.getByTestId('health-history')).toBeVisible();
  await expectAccessible(page);
  await book({ accounts: 12 });
  await part.getByRole('button', { name: '重试' }).click();
  await expect(page.getByTestId('cookies')).toBeVisible();
});

test('the remedy stands first, the dangerous asks first', async ({ page, book }) => {
  await book({ accounts: 12 });
  await page.goto('/accounts/acc_000003');
  await expect(page.getByTestId('account-relogin')).toBeVisible();
  await expect(page.getByText('平台结束了这次登录').first()).toBeVisible();
  await expectAccessible(page);

  await page.getByTestId('account-menu').click();
  await page.getByRole('menuitem', { name: '删除…' }).click();
  const asked = page.getByRole('dialog', { name: '删除这个账号？' });
  await expect(asked).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await expect(asked).toBeHidden();
  await page.getByTestId('account-menu').click();
  await page.getByRole('menuitem', { name: '删除…' }).click();
  await asked.getByRole('button', { name: '删除' }).click();
  await expect(page).toHaveURL(/\/accounts$/);
  await expect(page.getByText('已删除 1 个账号')).toBeVisible();
});

test('an account that was never checked says so and offers a check', async ({ page, book }) => {
  await book({ accounts: 24 });
  await page.goto('/accounts/acc_000019');
  await expect(page.getByText('还没有检查过')).toBeVisible();
  await page.getByTestId('account-check').click();
  await expect(page.getByTestId('health-history')).toBeVisible();
  await expect(page.getByText('登录有效。')).toBeVisible();
});

test('an account that is gone says so', async ({ page, book }) => {
  await book({ accounts: 2 });
  await page.goto('/accounts/acc_999999');
  await expect(page.getByRole('alert')).toContainText('这个账号已经不在了');
  await expectAccessible(page);
});
