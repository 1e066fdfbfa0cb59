import { expect, expectAccessible, rows, test } from './support';

test.slow();

const platforms = ['douyin', 'smartcv', 'bilibili'];

test('a proxy for all that are ticked: who, whether it works, and what came of it', async ({
  page,
  book,
}) => {
  await book({ accounts: 12, platforms });
  await page.goto('/accounts');
  for (const row of [0, 1, 3]) await rows(page).nth(row).getByRole('checkbox').click();
  const opener = page.getByTestId('bulk-proxy');
  await opener.click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText('3 个账号会改变')).toBeVisible();
  await expect(dialog.getByRole('row')).toHaveCount(3);
  await expect(page.getByTestId('bulk-proxy-keep')).toBeDisabled();
  await dialog.getByLabel('地址', { exact: true }).fill('nonsense');
  await page.getByTestId('bulk-proxy-keep').click();
  await expect(dialog.getByLabel('地址', { exact: true })).toHaveAttribute('aria-invalid', 'true');

  await dialog.getByLabel('地址', { exact: true }).fill('http://down-for-smartcv.example:3128');
  await page.getByTestId('bulk-proxy-try').click();
  const trials = page.getByTestId('bulk-proxy-trials').getByRole('listitem');
  await expect(trials).toHaveCount(2);
  await expect(trials.first()).toContainText(/抖音.*可用/);
  await expect(trials.last()).toContainText(/SmartCV.*代理不通/);
  await expectAccessible(page);

  await dialog.getByLabel('地址', { exact: true }).fill('http://127.0.0.1:3128');
  await expect(trials).toHaveCount(0);
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('bulk-proxy-result')).toContainText('3 个账号用上了这个代理');
  await expectAccessible(page);
  await page.keyboard.press('Enter');
  await expect(dialog).toBeHidden();
  await expect(opener).toBeFocused();

  await page
    .getByRole('checkbox', { name: /大橘|小满|北纬/ })
    .first()
    .click();
  await opener.click();
  await page.getByText('不再用代理').click();
  await expect(dialog.getByText('1 个保持不变')).toBeVisible();
  await expect(dialog).toContainText('本来就没有代理，不变');
  await expectAccessible(page);
  await page.getByTestId('bulk-proxy-keep').click();
  await expect(page.getByTestId('bulk-proxy-result')).toContainText('3 个账号不再使用代理');
});
