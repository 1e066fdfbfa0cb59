import { expect, expectAccessible, test } from './support';

const KIT = 'abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about';
const ALL = ['password', 'recovery', 'keychain', 'key_file'];

test('only the ways that the vault has are offered', async ({ page, book }) => {
  await book({ phase: 'locked', keys: { slots: ['password'] } });
  await page.goto('/');
  await expect(page.getByLabel('密码', { exact: true })).toBeFocused();
  for (const kind of ['recovery', 'keychain', 'key_file'])
    await expect(page.getByTestId(`use-${kind}`)).toHaveCount(0);
  await book({ phase: 'locked', keys: { slots: ALL } });
  await page.reload();
  for (const kind of ['recovery', 'keychain', 'key_file'])
    await expect(page.getByTestId(`use-${kind}`)).toBeEnabled();
  await expectAccessible(page);
});

for (const [reason, said] of [
  ['idle', '因闲置一段时间而锁定。'],
  ['suspend', '因电脑睡眠而锁定。'],
  ['screen_lock', '随屏幕一起锁定。'],
] as const) {
  test(`says why it is locked: ${reason}`, async ({ page, book }) => {
    await book({ phase: 'locked', keys: { locked_because: reason } });
    await page.goto('/');
    await expect(page.getByTestId('locked-because')).toHaveText(said);
  });
}

test('Caps Lock is called to mind', async ({ page, book }) => {
  await book({ phase: 'locked' });
  await page.goto('/');
  const field = page.getByLabel('密码', { exact: true });
  await field.evaluate((input) =>
    input.dispatchEvent(new KeyboardEvent('keydown', { key: 'A', bubbles: true, modifierCapsLock: true })),
  );
  await expect(page.getByText('大写锁定已打开')).toBeVisible();
});

test('the words are pasted at once; a new password is asked for before anything else', async ({
  page,
  book,
}) => {
  await book({ phase: 'locked', accounts: 3, keys: { slots: ALL } });
  await page.goto('/');
  await page.getByTestId('use-recovery').click();
  const first = page.getByTestId('recovery-word-1');
  await expect(first).toBeFocused();
  await expect(first).toHaveAttribute('autocomplete', 'off');
  await expectAccessible(page);
  await first.evaluate(
    (field, text) => {
      const data = new DataTransfer();
      data.setData('text', text);
      field.dispatchEvent(
        new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }),
      );
    },
    KIT.replaceAll(' ', '\n'),
  );
  await expect(page.getByTestId('recovery-word-12')).toHaveValue('about');
  await page.keyboard.press('Enter');

  await expect(page.getByRole('heading', { name: '已经打开，请设一个新密码' })).toBeVisible();
  await expect(page.getByRole('navigation')).toHaveCount(0);
  expect(await page.content()).not.toContain('abandon');
  await expectAccessible(page);
  await page.getByLabel('新密码', { exact: true }).fill('password1');
  await page.keyboard.press('Enter');
  await expect(page.getByText('太容易被猜到了')).toBeVisible();
  await page.getByLabel('新密码', { exact: true }).fill('mint lantern orbit 52');
  await page.getByLabel('再输一遍新密码').fill('mint lantern orbit 52');
  await page.keyboard.press('Enter');
  await expect(page.getByText('密码已更改。')).toBeVisible();
  await expect(page.getByRole('navigation', { name: '页面' })).toBeVisible();
});

test('words by the keyboard: the space bar goes on, a slip is named where it stands', async ({
  page,
  book,
}) => {
  await book({ phase: 'locked', keys: { slots: ALL } });
  await page.goto('/');
  await page.getByTestId('use-recovery').click();
  await page.keyboard.type('aban abandom ');
  await expect(page.getByTestId('recovery-word-1')).toHaveValue('abandon');
  await expect(page.getByTestId('recovery-word-2')).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByRole('alert')).toContainText('第 2 个词不在词表里');
  await expect(page.getByTestId('recovery-word-3')).toBeFocused();
  await expectAccessible(page);
  await page.keyboard.press('Backspace');
  await expect(page.getByTestId('recovery-word-2')).toBeFocused();
  await page.keyboard.press('Control+a');
  await page.keyboard.type('abandon ');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert')).toContainText('还缺 10 个词。');
});

test('words that are no kit, and words of another kit', async ({ page, book }) => {
  await book({ phase: 'locked', keys: { slots: ALL } });
  await page.goto('/');
  await page.getByTestId('use-recovery').click();
  const type = async (text: string) => {
    await page.getByTestId('recovery-word-1').fill(text);
    await page.keyboard.press('Enter');
  };
  await type(KIT.replace('about', 'zoo'));
  await expect(page.getByRole('alert')).toContainText('合在一起不是一套恢复词');
  for (let time = 0; time < 3; time++) {
    await type(KIT.replace('about', 'above'));
    await expect(page.getByRole('alert')).toContainText('属于另一个保险库');
    await expect(page.getByTestId('recovery-word-1')).toBeFocused();
  }
  await expect(page.getByText(/0:0[1-4] 后可以再试。/)).toBeVisible();
  await expect(page.getByRole('button', { name: '解锁' })).toBeDisabled();
  await expectAccessible(page);
});

for (const [reason, said] of [
  ['unavailable', '这里没有系统钥匙串'],
  ['locked', '系统钥匙串已锁定'],
  ['too_slow', '钥匙串 3 秒内没有回应'],
  ['missing', '钥匙串里已经没有这把钥匙'],
  ['failed', '钥匙串返回了错误'],
] as const) {
  test(`a keychain that is ${reason} leaves the password`, async ({ page, book }) => {
    await book({ phase: 'locked', keys: { slots: ALL, refuse: reason } });
    await page.goto('/');
    await page.getByTestId('use-keychain').click();
    await expect(page.getByRole('alert')).toContainText(said);
    await page.getByLabel('密码', { exact: true }).fill('correct horse');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('navigation', { name: '页面' })).toBeVisible();
  });
}

test('keychain and key file open it with one click; a closed file window changes nothing', async ({
  page,
  book,
}) => {
  await book({ phase: 'locked', keys: { slots: ALL, dialog: 'cancel' } });
  await page.goto('/');
  await page.getByTestId('use-key_file').click();
  await expect(page.getByRole('alert')).toContainText('没有选择文件。');
  await expectAccessible(page);
  await page.getByTestId('use-keychain').click();
  await expect(page.getByRole('navigation', { name: '页面' })).toBeVisible();
  await book({ phase: 'locked', keys: { slots: ALL } });
  await page.reload();
  await page.getByTestId('use-key_file').click();
  await expect(page.getByRole('navigation', { name: '页面' })).toBeVisible();
});
