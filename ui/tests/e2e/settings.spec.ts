import { expect, expectAccessible, test } from './support';

test('language and theme change at once and are kept', async ({ page, book }) => {
  await book({ accounts: 3 });
  await page.goto('/settings');
  await page.getByText('深色', { exact: true }).click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await page.getByRole('combobox', { name: /^语言/ }).click();
  await page.getByRole('option', { name: 'English' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible();
  await expect(page.getByText('Saved', { exact: true })).toBeVisible();
  await expectAccessible(page);
  await page.reload();
  await expect(page.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
});

test('each setting says what it does and what we recommend', async ({ page, book }) => {
  await book({ accounts: 3 });
  await page.goto('/settings');
  await expect(page.getByText('建议：每 6 小时')).toBeVisible();
  await expect(page.getByText('建议：5 分钟后')).toBeVisible();
  await expect(page.getByText('恶意软件能读到')).toBeVisible();
  await expect(page.getByText('/home/me/.local/share/roster', { exact: true })).toBeVisible();
  await expect(page.getByText('0.1.0')).toBeVisible();
  await expectAccessible(page);
});

test('what cannot be kept is set back and says why', async ({ page, book }) => {
  await book({ accounts: 3 });
  await page.goto('/settings');
  const notify = page.getByTestId('setting-notify');
  await expect(notify).toBeChecked();
  await notify.click();
  await expect(notify).not.toBeChecked();
  await book({ accounts: 3, fail: { path: '/desktop/v1/settings', status: 500, code: 'INTERNAL' } });
  await notify.click();
  await expect(page.getByRole('alert')).toContainText('没有保存，已恢复原值。');
  await expect(notify).not.toBeChecked();
  await expectAccessible(page);
});

test('checks off: the interval waits; the lock locks', async ({ page, book }) => {
  await book({ accounts: 3 });
  await page.goto('/settings');
  await page.getByTestId('setting-health-enabled').click();
  await expect(page.getByRole('combobox', { name: /^检查频率/ })).toBeDisabled();
  await page.getByTestId('setting-lock').click();
  await expect(page.getByRole('heading', { name: '保险库已锁定' })).toBeVisible();
});
