import { expect, expectAccessible, test } from './support';

// Logins without a code: forms that adapters describe, and the platform's own page in a window.
test.slow();

const tile = (platform: string) => `platform-tile-${platform}`;

test('a password, a second factor, and what is wrong stands beside its field', async ({ page, book }) => {
  await book({ accounts: 12 });
  await page.goto('/accounts');
  await page.getByRole('button', { name: '添加账号' }).click();
  await expect(page.getByRole('listitem').filter({ has: page.getByTestId(/^platform-tile-/) })).toHaveCount(
    8,
  );
  await page.getByTestId(tile('burncloud')).click();
  await expectAccessible(page);
  await page.getByTestId('login-method-password').click();

  await expect(page.getByRole('heading', { name: '用密码登录' })).toBeVisible();
  await page.getByTestId('login-submit').click();
  await expect(page.getByTestId('field-user')).toContainText('请填写这一项');
  await expect(page.getByLabel('用户名')).toBeFocused();
  await expectAccessible(page);

  await page.getByText('企业站').click();
  await page.getByLabel('用户名').fill('lin-2fa');
  await page.getByLabel('密码', { exact: true }).fill('wrong one');
  await page.getByTestId('login-submit').click();
  await expect(page.getByTestId('field-password')).toContainText('平台说这个不对');
  await expect(page.getByLabel('密码', { exact: true })).toBeFocused();
  await expect(page.getByLabel('用户名')).toHaveValue('lin-2fa');
  await expectAccessible(page);

  await page.getByLabel('密码', { exact: true }).fill('paper boat 9');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: '两步验证' })).toBeVisible();
  await expect(page.getByLabel('验证码')).toBeFocused();
  await page.getByLabel('验证码').fill('123456');
  await page.keyboard.press('Enter');
  await expect(page.getByText('新账号已添加')).toBeVisible();
});

test('a form that came back says why, and what the platform said', async ({ page, book }) => {
  await book({ accounts: 3, preferences: { language: 'en' } });
  await page.goto('/accounts');
  await page.getByRole('button', { name: 'Add account' }).click();
  await page.getByTestId(tile('jimeng')).click();
  await page.getByTestId('login-method-token').click();
  const token = page.getByLabel('Token', { exact: true });
  await expect(token).toHaveCSS('-webkit-text-security', 'disc');
  await token.fill('busy-canary');
  await page.getByTestId('login-submit').click();
  await expect(page.getByRole('alert')).toContainText('Too many logins');
  await expect(page.getByRole('alert')).toContainText('429');
  await page.getByRole('button', { name: 'Show: Token' }).click();
  await expect(token).toHaveCSS('-webkit-text-security', 'none');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Another way to log in' }).click();
  await expect(page.getByTestId('login-method-window')).toBeVisible();
});

test('cookies go to the site that was chosen, also one of the owner’s own, in older web views too', async ({
  page,
  book,
  request,
}) => {
  await page.addInitScript(() => {
    for (const young of ['parse', 'canParse']) Reflect.deleteProperty(URL, young);
  });
  await book({ accounts: 3 });
  await page.goto('/accounts');
  await page.getByRole('button', { name: '添加账号' }).click();
  await page.getByTestId(tile('burncloud')).click();
  await page.getByTestId('login-method-cookies').click();
  await page.getByText('其他地址').click();
  const address = page.getByRole('textbox', { name: '其他地址' });
  await address.fill('mine.example');
  await page.getByTestId('login-site-next').click();
  await expect(page.getByText('这不是站点地址')).toBeVisible();
  await expectAccessible(page);
  await address.fill('https://mine.example/login');
  await page.getByTestId('login-site-next').click();
  await expect(page.getByLabel('Cookie', { exact: true })).toBeVisible();
  const answer = await request.post('/__host/call', {
    data: { method: 'GET', path: '/desktop/v1/logins', body: null },
  });
  const { logins } = ((await answer.json()) as { body: { data: { logins: { site: string }[] } } }).body.data;
  expect(logins.map(({ site }) => site)).toEqual(['https://mine.example']);
  await expectAccessible(page);
});

test('the platform’s own page: which, whose, where, to the front, closed and opened again', async ({
  page,
  book,
  login,
}) => {
  await book({ accounts: 3 });
  await page.goto('/accounts');
  await page.getByRole('button', { name: '添加账号' }).click();
  await page.getByTestId(tile('xiaohongshu')).click();
  const phase = page.getByTestId('login-phase');
  await expect(phase).toHaveAttribute('data-phase', 'waiting');
  await expect(page.getByRole('heading', { name: '请在窗口里登录' })).toBeFocused();
  await expect(page.getByTestId('login-window')).toContainText('creator.xiaohongshu.com');
  await page.getByTestId('login-window-front').click();
  await expectAccessible(page);

  const window = { open: true, host: 'creator.xiaohongshu.com', secure: true, candidate: true };
  await login({ window });
  await expect(page.getByText('已看到登录')).toBeVisible();
  await login({
    phase: 'failed',
    window: null,
    error: { code: 'window_closed', reason: 'other', retry_in_s: null },
  });
  await expect(page.getByRole('heading', { name: '窗口被关闭了' })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: '重新打开窗口' }).click();
  await expect(phase).toHaveAttribute('data-phase', 'waiting');
  await login({
    phase: 'failed',
    window: null,
    error: { code: 'no_window', reason: 'other', retry_in_s: null },
  });
  await expect(page.getByRole('heading', { name: '这里打不开登录窗口' })).toBeVisible();
  await login({
    phase: 'wrong_person',
    error: null,
    other_person: { user_id: '3546789', name: '山城小满', account_id: null },
  });
  await expect(page.getByRole('button', { name: '换本人重新登录' })).toBeVisible();
});
