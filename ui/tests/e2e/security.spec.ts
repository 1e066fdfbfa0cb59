import type { Page } from '@playwright/test';
import { expect, expectAccessible, test } from './support';

const ALL = ['password', 'recovery', 'keychain', 'key_file'];
const PASSWORD = 'correct horse';

async function prove(page: Page, password = PASSWORD) {
  await page.getByRole('dialog').getByLabel('密码', { exact: true }).fill(password);
  await page.getByTestId('reauth-confirm').click();
}

test('lists what opens the vault, since when, and what opened it now', async ({ page, book }) => {
  await book({ accounts: 3, keys: { slots: ALL } });
  await page.goto('/settings#security');
  const password = page.getByTestId('opener-password');
  await expect(password).toContainText('本次用它打开');
  for (const kind of ALL) {
    const row = page.getByTestId(`opener-${kind}`);
    await expect(row.getByRole('listitem')).toHaveCount(1);
    await expect(row).toContainText('制作于');
    await expect(row).toContainText('建议：');
  }
  await expectAccessible(page);
});

test('a way in is removed with the password, and new keys follow', async ({ page, book }) => {
  await book({ accounts: 3, keys: { slots: ALL } });
  await page.goto('/settings#security');
  await page.getByTestId('remove-key_file').click();
  await expect(page.getByRole('dialog')).toContainText('这个文件及其所有副本都将失效');
  await prove(page, 'not the one');
  await expect(page.getByRole('dialog')).toContainText('密码不对');
  await expectAccessible(page);
  await prove(page);
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(page.getByTestId('opener-key_file').getByRole('listitem')).toHaveCount(0);
  await expect(page.getByRole('progressbar')).toBeVisible();
  await expect(page.getByText(/^上次更换：/)).toBeVisible();
});

test('wrong passwords in a dialog make it wait', async ({ page, book }) => {
  await book({ accounts: 3, keys: { slots: ALL } });
  await page.goto('/settings#security');
  await page.getByTestId('remove-keychain').click();
  for (let time = 0; time < 3; time++) await prove(page, `wrong ${time}`);
  await expect(page.getByRole('dialog')).toContainText(/尝试次数太多，0:0[1-4] 后再试。/);
  await expect(page.getByTestId('reauth-confirm')).toBeDisabled();
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('remove-keychain')).toBeFocused();
});

test('the keychain is added, or says why not', async ({ page, book }) => {
  await book({ accounts: 3, keys: { slots: ['password', 'recovery'], refuse: 'too_slow' } });
  await page.goto('/settings#security');
  await page.getByTestId('add-keychain').click();
  await prove(page);
  await expect(page.getByRole('dialog').getByRole('alert')).toContainText('钥匙串 3 秒内没有回应');
  await expectAccessible(page);
  await book({ accounts: 3, keys: { slots: ['password', 'recovery'] } });
  await prove(page);
  await expect(page.getByTestId('opener-keychain').getByRole('listitem')).toHaveCount(1);

  await book({ accounts: 3, keys: { keychain: { available: false, reason: 'locked' } } });
  await page.reload();
  await expect(page.getByTestId('opener-keychain')).toContainText('系统钥匙串已锁定');
  await expect(page.getByTestId('add-keychain')).toBeDisabled();
});

test('a key file: the closed file window changes nothing', async ({ page, book }) => {
  await book({ accounts: 3, keys: { dialog: 'cancel' } });
  await page.goto('/settings#security');
  await page.getByTestId('add-key_file').click();
  await prove(page);
  await expect(page.getByRole('dialog').getByRole('alert')).toContainText('没有选择文件。');
  await page.getByRole('button', { name: '取消' }).click();
  await expect(page.getByTestId('opener-key_file').getByRole('listitem')).toHaveCount(0);
});

test('the password is changed, with the old one as proof', async ({ page, book }) => {
  await book({ accounts: 3 });
  await page.goto('/settings#security');
  await page.getByTestId('change-password').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('当前密码').fill('not the one');
  await dialog.getByLabel('新密码', { exact: true }).fill('mint lantern orbit 52');
  await dialog.getByLabel('再输一遍新密码').fill('mint lantern orbit');
  await page.getByTestId('change-password-do').click();
  await expect(dialog).toContainText('两次输入还不一致。');
  await dialog.getByLabel('再输一遍新密码').fill('mint lantern orbit 52');
  await page.getByTestId('change-password-do').click();
  await expect(dialog).toContainText('密码不对');
  await expectAccessible(page);
  await dialog.getByLabel('当前密码').fill(PASSWORD);
  await page.getByTestId('change-password-do').click();
  await expect(page.getByText('密码已更改。')).toBeVisible();
  await page.keyboard.press('Control+l');
  await page.getByLabel('密码', { exact: true }).fill('mint lantern orbit 52');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('navigation', { name: '页面' })).toBeVisible();
});

test('new keys for everything, with progress', async ({ page, book }) => {
  await book({ accounts: 3 });
  await page.goto('/settings#protection');
  await expect(page.getByText('至今还不需要更换。')).toBeVisible();
  await page.getByTestId('rotate').click();
  await prove(page);
  await expect(page.getByText(/正在重新加密：.* \/ 1,280/)).toBeVisible();
  await expect(page.getByTestId('rotate')).toBeDisabled();
  await expect(page.getByText(/^上次更换：/)).toBeVisible();
  await expect(page.getByTestId('rotate')).toBeEnabled();
});

test('protection is told as it is', async ({ page, book }) => {
  await book({ accounts: 3 });
  await page.goto('/settings#protection');
  await expect(page.getByText('每猜一次密码都要占用 64 MiB 内存，并花费约 0.2 秒')).toBeVisible();
  await expect(page.getByText('任何程序都无法让窗口避开截图和录屏')).toBeVisible();
  await expect(page.getByTestId('setting-hide-from-capture')).toHaveCount(0);
  await expect(page.getByText('不会在硬盘上留下内存映像')).toBeVisible();
  await expect(page.getByText('恶意软件能读到')).toBeVisible();
  await book({
    accounts: 3,
    about: { screen_protection: 'yes', core_dumps: 'on', memory_locked: false },
  });
  await page.reload();
  await page.getByTestId('setting-hide-from-capture').click();
  await expect(page.getByText('有可能写入交换文件')).toBeVisible();
  await expect(page.getByText('可能会在硬盘上留下内存映像')).toBeVisible();
  await expectAccessible(page);
});

test('sleep and screen lock are switches of their own', async ({ page, book }) => {
  await book({ accounts: 3 });
  await page.goto('/settings#locking');
  for (const name of ['suspend', 'screen-lock']) {
    const toggle = page.getByTestId(`setting-lock-on-${name}`);
    await expect(toggle).toBeChecked();
    await toggle.click();
    await expect(toggle).not.toBeChecked();
  }
  await page.reload();
  await expect(page.getByTestId('setting-lock-on-suspend')).not.toBeChecked();
});

test('when the list cannot be read, it says so and can be asked again', async ({ page, book }) => {
  const fail = { path: '/vault/security', status: 500, code: 'INTERNAL', details: { incident: 'f00d' } };
  await book({ accounts: 3, fail });
  await page.goto('/settings');
  const alert = page.getByRole('alert').filter({ hasText: 'f00d' });
  await expect(alert).toBeVisible();
  await book({ accounts: 3 });
  await alert.getByRole('button', { name: '重试' }).click();
  await expect(page.getByTestId('opener-password')).toBeVisible();
});
