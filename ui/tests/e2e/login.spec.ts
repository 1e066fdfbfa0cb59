import { expect, expectAccessible, test } from './support';

// Every state is looked at by axe, which takes its time.
test.slow();

const done = {
  phase: 'done',
  result: {
    account_id: 'acc_000004',
    account_name: '像素漫游',
    created: true,
    avatar_url: null,
    status: 'active',
  },
};

test('an account is added by a code, named, and the focus comes back', async ({ page, book, login }) => {
  await book({ accounts: 12 });
  await page.goto('/accounts');
  const add = page.getByRole('button', { name: '添加账号' });
  await add.click();
  await expectAccessible(page);
  await page.getByTestId('platform-tile-bilibili').click();

  const phase = page.getByTestId('login-phase');
  await expect(phase).toHaveAttribute('data-phase', 'waiting');
  await expect(page.getByRole('heading', { name: '请用哔哩哔哩 App 扫码' })).toBeFocused();
  await expect(page.getByRole('timer')).toContainText('2:5');
  await expectAccessible(page);

  await login({ phase: 'scanned', scanned_by: { name: '林间小记', avatar_url: null } });
  await expect(phase).toHaveAttribute('data-phase', 'scanned');
  await expect(page.getByRole('status').filter({ hasText: '「林间小记」扫了码' })).toBeAttached();
  await login({ phase: 'verifying' });
  await expect(phase).toHaveAttribute('data-phase', 'verifying');
  await login(done);
  await expect(page.getByText('新账号已添加')).toBeVisible();
  await expectAccessible(page);

  await page.getByLabel('在号簿里的名字').fill('我的漫游号');
  await page.getByRole('dialog').getByLabel('标签').fill('用途:主号');
  await page.getByTestId('login-done').click();
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(add).toBeFocused();
  await page.goto('/accounts/acc_000004');
  await expect(page.getByRole('heading', { level: 1, name: '我的漫游号' })).toBeVisible();
  await expect(page.getByTestId('tag-editor')).toContainText('主号');
});

test('a code is large, sharp and white around in the dark', async ({ page, book }) => {
  await book({ accounts: 3, preferences: { theme: 'dark' } });
  await page.goto('/accounts');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await page.keyboard.press('Control+n');
  await page.getByTestId('platform-tile-toutiao').click();
  await page.getByTestId('login-method-qr').click();
  const code = page.getByTestId('qr-image');
  await expect(code).toHaveCSS('image-rendering', 'pixelated');
  const size = await code.boundingBox();
  expect(size?.width).toBeGreaterThanOrEqual(260);
  // 57 modules: each one has the same whole number of pixels.
  expect((size?.width ?? 0) % 57).toBe(0);
  await expect(code.locator('..')).toHaveCSS('background-color', 'rgb(255, 255, 255)');
});

test('no state moves the dialog, and each says what to do', async ({ page, book, login }) => {
  await book({ accounts: 3 });
  await page.goto('/accounts');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await page.keyboard.press('Control+n');
  await page.getByTestId('platform-tile-bilibili').click();
  await expect(page.getByTestId('qr-image')).toBeVisible();
  const dialog = page.getByRole('dialog');
  const at = await dialog.boundingBox();
  const states: [Record<string, unknown>, string][] = [
    [{ error: { code: 'network', reason: 'timeout', retry_in_s: 4 } }, '号簿会一直重试'],
    [{ phase: 'expired', error: null }, '新的二维码马上就来'],
    [{ phase: 'expired', error: { code: 'stopped', reason: 'other', retry_in_s: null } }, '换一个新码就行'],
    [
      { phase: 'refused', error: { code: 'refused_by_person', reason: 'other', retry_in_s: null } },
      '没有保存任何内容',
    ],
    [
      { phase: 'failed', error: { code: 'risk_control', reason: 'risk_control', retry_in_s: null } },
      '过半小时再试',
    ],
    [{ phase: 'failed', error: { code: 'no_session', reason: 'other', retry_in_s: null } }, '再扫一次'],
  ];
  for (const [change, words] of states) {
    await login(change);
    await expect(dialog.getByText(words).first()).toBeVisible();
    await expectAccessible(page);
    expect(await dialog.boundingBox()).toEqual(at);
  }
  await page.getByTestId('login-again').click();
  await expect(page.getByTestId('login-phase')).toHaveAttribute('data-phase', 'waiting');
});

test('another person in a known account: nothing is overwritten, the owner chooses', async ({
  page,
  book,
  login,
}) => {
  await book({ accounts: 12 });
  const other_person = { user_id: '3546789', name: '山城小满', account_id: null };
  await page.goto('/accounts/acc_000003');
  const again = page.getByTestId('account-relogin');
  await again.click();
  await expect(page.getByRole('dialog', { name: '重新登录：木子读书' })).toBeVisible();
  await expect(page.getByTestId('login-phase')).toHaveAttribute('data-phase', 'waiting');
  await login({ phase: 'wrong_person', other_person });
  await expect(page.getByText('没有覆盖任何内容').first()).toBeVisible();
  await expectAccessible(page);
  await page.getByTestId('login-discard').click();
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(again).toBeFocused();

  await again.click();
  await expect(page.getByTestId('login-phase')).toHaveAttribute('data-phase', 'waiting');
  await login({ phase: 'wrong_person', other_person });
  await page.getByTestId('login-accept-new').click();
  await expect(page.getByText('新账号已添加')).toBeVisible();
});

test('several at once, and closing calls all of them off', async ({ page, book, request }) => {
  await book({ accounts: 3 });
  await page.goto('/accounts');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await page.keyboard.press('Control+n');
  await page.getByTestId('platform-tile-bilibili').click();
  await page.getByTestId('login-another').click();
  await page.getByTestId('platform-tile-toutiao').click();
  await page.getByTestId('login-method-qr').click();
  const strip = page.getByTestId('login-strip');
  await expect(strip.getByRole('button', { name: /等待扫码$/, pressed: true })).toHaveText(/今日头条/);
  await expectAccessible(page);
  const open = async () => {
    const answer = await request.post('/__host/call', {
      data: { method: 'GET', path: '/desktop/v1/logins', body: null },
    });
    return ((await answer.json()) as { body: { data: { logins: unknown[] } } }).body.data.logins.length;
  };
  expect(await open()).toBe(2);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect.poll(open).toBe(0);
});

test('a login that cannot begin says why and tries again', async ({ page, book }) => {
  const fail = {
    path: '/desktop/v1/logins',
    status: 502,
    code: 'PLATFORM_ERROR',
    details: { reason: 'connect' },
  };
  await book({ accounts: 3, fail });
  await page.goto('/accounts');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await page.keyboard.press('Control+n');
  await page.getByTestId('platform-tile-bilibili').click();
  await expect(page.getByRole('heading', { name: '连不上平台' })).toBeVisible();
  await book({ accounts: 3 });
  await page.getByTestId('login-again').click();
  await expect(page.getByTestId('login-phase')).toHaveAttribute('data-phase', 'loading');
});
