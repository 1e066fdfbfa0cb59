import { expect, expectAccessible, rows, test } from './support';

// axe looks at a dozen dialogs; the machine may be busy with others.
test.describe.configure({ timeout: 120_000 });

const platforms = ['smartcv', 'burncloud', 'xiaohongshu', 'bilibili'];

test('logins and rounds are accessible in the dark, too', async ({ page, book, login }) => {
  await book({ accounts: 60, platforms, preferences: { theme: 'dark', language: 'en' } });
  await page.goto('/accounts');
  await expect(rows(page).first()).toBeVisible();
  await page.keyboard.press('Control+n');
  await page.getByTestId('platform-tile-burncloud').waitFor();
  await expectAccessible(page);
  await page.getByTestId('platform-tile-burncloud').click();
  await expectAccessible(page);
  await page.getByTestId('login-method-password').click();
  await page.getByTestId('login-submit').click();
  await expect(page.getByTestId('field-user')).toContainText('This has to be filled in');
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+n');
  await page.getByTestId('platform-tile-xiaohongshu').click();
  await expect(page.getByTestId('login-window')).toBeVisible();
  await expectAccessible(page);
  await login({
    phase: 'failed',
    window: null,
    error: { code: 'network', reason: 'proxy', retry_in_s: null },
  });
  await expect(page.getByTestId('login-again')).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: /^Log in again \d/ }).click();
  await page.getByTestId('round-start').click();
  await expect(page.getByTestId('round')).toBeVisible();
  await expectAccessible(page);
});

test('what is done at a platform is accessible in the dark, too', async ({ page, book }) => {
  await book({ accounts: 8, platforms, preferences: { theme: 'dark' } });
  await page.goto('/accounts');
  await rows(page).nth(0).getByRole('checkbox').click();
  await page.getByTestId('bulk-proxy').click();
  await expect(page.getByRole('dialog').getByRole('row')).toHaveCount(1);
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await page.goto('/accounts/acc_000000');
  await expect(page.getByTestId('operations')).toBeVisible();
  await expectAccessible(page);
  await page.getByTestId('operation-update_account').click();
  await page.getByTestId('operation-run').click();
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await page.getByTestId('proxy-change').click();
  await page.getByRole('dialog').getByLabel('地址', { exact: true }).fill('http://down.example:1');
  await page.getByTestId('proxy-try').click();
  await expect(page.getByTestId('proxy-result')).toContainText('代理不通');
  await expectAccessible(page);
});

test('with the keyboard alone: add, look something up, sort the wallet, come back', async ({
  page,
  book,
}) => {
  await book({ accounts: 8, platforms });
  await page.goto('/accounts/acc_000000');
  await expect(page.getByTestId('operations')).toBeVisible();
  const operation = page.getByTestId('operation-get_account');
  await operation.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('operation-answer')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(operation).toBeFocused();

  await page.keyboard.press('Control+n');
  await expect(page.getByTestId(/^platform-tile-/).first()).toBeFocused();
  await page.getByTestId('platform-tile-smartcv').press('Enter');
  await expect(page.getByTestId('login-method-password')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByLabel('邮箱')).toBeFocused();
  await page.keyboard.type('lin@example.com');
  await page.keyboard.press('Tab');
  await page.keyboard.type('paper boat 9');
  await page.keyboard.press('Enter');
  await expect(page.getByText('新账号已添加')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(operation).toBeFocused();

  await page.getByRole('link', { name: '钱包' }).press('Enter');
  const table = page.getByTestId('wallet-table');
  await table.getByRole('button', { name: '账号' }).press('Enter');
  await expect(table.getByRole('columnheader', { name: '账号' })).toHaveAttribute('aria-sort', 'ascending');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await expect(table.getByRole('link').first()).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('account-detail')).toBeVisible();
});

test('a code is whole on the screen at 200 %', async ({ page, book }) => {
  await page.setViewportSize({ width: 640, height: 400 });
  await book({ accounts: 60, platforms: ['bilibili'] });
  await page.goto('/accounts');
  await expect(rows(page).first()).toBeVisible();
  await page.keyboard.press('Control+n');
  await page.getByTestId('platform-tile-bilibili').click();
  await expect(page.getByTestId('qr-image')).toBeInViewport({ ratio: 1 });
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: /^需重新登录 \d/ }).click();
  await page.getByTestId('round-start').click();
  await expect(page.getByTestId('qr-image')).toBeInViewport({ ratio: 1 });
});
