import { expect, expectAccessible, rows, test } from './support';

test.slow();

const platforms = ['smartcv', 'burncloud', 'jimeng', 'toutiao'];

test('what all accounts have left: sorted, filtered, read anew with progress', async ({ page, book }) => {
  await book({ accounts: 8, platforms });
  await page.goto('/accounts');
  await page.getByRole('link', { name: '钱包' }).click();
  const table = page.getByTestId('wallet-table');
  // Two of SmartCV with four each, two of BurnCloud, two of Jimeng with three each.
  await expect(table.getByRole('row')).toHaveCount(1 + 8 + 2 + 6);
  const first = table.getByRole('row').nth(1);
  await expect(first).toContainText('余额');
  await expect(first).toContainText('$0.00');
  await expect(table.getByRole('row').last()).toContainText('不限');
  await expectAccessible(page);
  await page.getByRole('button', { name: /^BurnCloud/ }).click();
  await expect(table.getByRole('row')).toHaveCount(3);
  await page.getByTestId('wallet-read').click();
  await expect(page.getByText(/^正在读取/)).toBeVisible();
  await expect(page.getByText(/^正在读取/)).toBeHidden();
  await expect(first).toContainText('刚刚');
  await first.getByRole('link').click();
  await expect(page.getByTestId('account-site')).toHaveText('https://ai.burncloud.com');
});

test('an empty wallet says so and begins', async ({ page, book }) => {
  await book({
    accounts: 4,
    platforms,
    services: { read: false },
    preferences: { language: 'en', theme: 'dark' },
  });
  await page.goto('/wallet');
  await expect(page.getByText('Nothing to count yet')).toBeVisible();
  await expectAccessible(page);
  await page.getByTestId('wallet-read').click();
  await expect(page.getByTestId('wallet-table')).toBeVisible();
});

test('the list has a column for it', async ({ page, book }) => {
  await book({ accounts: 8, platforms, settings: { list_columns: ['status', 'quota'] } });
  await page.goto('/accounts');
  await expect(rows(page).first()).toContainText('42 / 50');
  await expectAccessible(page);
});
