import { expect, expectAccessible, test } from './support';

test('the right password opens the vault where the owner was', async ({ page, book }) => {
  await book({ phase: 'locked', accounts: 12 });
  await page.goto('/pools');
  const password = page.getByLabel('密码', { exact: true });
  await expect(password).toBeFocused();
  await expectAccessible(page);
  await password.fill('correct horse');
  await password.press('Enter');
  await expect(page.getByRole('heading', { name: '账号池' })).toBeVisible();
});

test('a wrong password says so, then has to wait, visibly', async ({ page, book }) => {
  await book({ phase: 'locked' });
  await page.goto('/');
  const password = page.getByLabel('密码', { exact: true });
  for (let time = 0; time < 3; time++) {
    await password.fill(`wrong ${time}`);
    await password.press('Enter');
    await expect(page.getByText('密码不对')).toBeVisible();
    await expect(password).toHaveValue('');
    await expect(password).toBeFocused();
  }
  await expect(page.getByText(/0:0[1-4] 后可以再试。/)).toBeVisible();
  await expect(page.getByRole('button', { name: '解锁' })).toBeDisabled();
  await expectAccessible(page);
  await expect(page.getByRole('button', { name: '解锁' })).toBeEnabled();
  await password.fill('correct horse');
  await password.press('Enter');
  await expect(page.getByRole('navigation')).toBeVisible();
});

const problems = [
  ['VAULT_DAMAGED', '保险库的文件损坏了', '换回最近的备份'],
  ['VAULT_DAMAGED', '这个保险库缺少一把钥匙', '不会另造新钥匙', true],
  ['VAULT_NEWER', '这个保险库由更新版本的号簿创建', '安装最新版号簿'],
  ['VAULT_BUSY', '保险库正在别处使用', '请关闭另一个号簿'],
] as const;

for (const [code, title, remedy, key_missing = false] of problems) {
  test(`${code}${key_missing ? ' for want of its key' : ''} has words and a remedy of its own`, async ({
    page,
    book,
  }) => {
    await book({ phase: 'locked', problem: { code, message: '', key_missing } });
    await page.goto('/');
    await expect(page.getByRole('alert')).toContainText(title);
    await expect(page.getByRole('alert')).toContainText(remedy);
    await expect(page.getByText('/home/me/.local/share/roster', { exact: true })).toBeVisible();
    await expect(page.getByLabel('密码', { exact: true })).toHaveCount(0);
    await expectAccessible(page);
    await book({ phase: 'locked' });
    await page.getByRole('button', { name: '重试' }).click();
    await expect(page.getByLabel('密码', { exact: true })).toBeFocused();
  });
}

test('locking leaves nothing of the accounts in the page', async ({ page, book }) => {
  await book({ accounts: 30 });
  await page.goto('/accounts');
  await expect(page.getByText('阿澈的厨房')).toBeVisible();
  await page.keyboard.press('Control+l');
  await expect(page.getByRole('heading', { name: '保险库已锁定' })).toBeVisible();
  expect(await page.content()).not.toContain('阿澈的厨房');
});
