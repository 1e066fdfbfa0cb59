import { expect, expectAccessible, test } from './support';

// What a platform can do, drawn from schemas alone: the stand-in's operations are unknown to the UI.
test.slow();

const smartcv = { accounts: 4, platforms: ['smartcv'] };
const page0 = '/accounts/acc_000001';

test('an answer is drawn from its schema: names, units, parts and lists', async ({ page, book }) => {
  await book(smartcv);
  await page.goto(page0);
  const list = page.getByTestId('operations');
  await expect(list.getByRole('region', { name: '查询' })).toContainText('查看账户');
  await expect(list.getByRole('region', { name: '后果较重' })).toContainText('开启两步验证');
  await page.getByTestId('operation-get_account').click();
  const answer = page.getByTestId('operation-answer');
  await expect(answer).toContainText('10 MB');
  await expect(answer).toContainText('$29.99');
  await expect(answer).toContainText('15 %');
  await expect(answer).toContainText('2027年1月15日');
  await expect(answer).toContainText('所有模板');
  await expect(answer).toContainText('浅色');
  await expectAccessible(page);
});

test('a form is drawn from its schema, and what is wrong stands beside its field', async ({ page, book }) => {
  await book(smartcv);
  await page.goto(page0);
  await page.getByTestId('operation-update_account').click();
  await expectAccessible(page);
  await page.getByTestId('operation-run').click();
  await expect(page.getByLabel('名称')).toBeFocused();
  await page.getByLabel('名称').fill('taken');
  await page.getByLabel('每页简历数 (选填)').fill('99');
  await page.getByTestId('operation-run').click();
  await expect(page.locator('[data-field="resumes_per_page"]')).toContainText('超出了允许的范围');
  await page.getByLabel('每页简历数 (选填)').fill('20');
  await page.getByRole('button', { name: '添加一项' }).click();
  await page.getByLabel('第 1 项', { exact: true }).fill('求职');
  await page.getByRole('switch', { name: '接收营销邮件' }).check();
  await page.locator('[data-field="preferences.theme"] button').click();
  await page.getByRole('option', { name: '深色' }).click();
  await page.getByTestId('operation-run').click();
  await expect(page.locator('[data-field="preferences.language"]')).toContainText('格式不对');
  await expectAccessible(page);
  await page.getByLabel('名称').fill('林间');
  await page.getByTestId('operation-run').click();
  await expect(page.getByTestId('operation-answer')).toContainText('林间');
});

test('a no in an optional part is sent, and an optional choice is not called unchanged', async ({
  page,
  book,
}) => {
  await book(smartcv);
  await page.goto(page0);
  await page.getByTestId('operation-update_account').click();
  await page.getByLabel('名称').fill('林间');
  const notices = page.locator('[data-field="preferences.email_notifications"] button');
  await expect(notices).toContainText('不填');
  await notices.click();
  await page.getByRole('option', { name: '否' }).click();
  await page.getByTestId('operation-run').click();
  await expect(page.getByTestId('operation-answer')).toContainText(/邮件通知\s*否/);
});

test('what an answer finds wrong is said where it is, or above the form', async ({ page, book }) => {
  await book(smartcv);
  await page.goto(page0);
  await page.getByTestId('operation-update_account').click();
  const send = async (name: string) => {
    await page.getByLabel('名称').fill(name);
    await page.getByTestId('operation-run').click();
  };
  await send('nowhere');
  await expect(page.getByRole('alert')).toContainText('preferences.colour');
  await send('partly');
  const preferences = page.locator('[data-field="preferences"]');
  await expect(preferences.getByRole('alert')).toHaveText('请填写这一项。');
  await expect(preferences.getByRole('group')).toHaveAccessibleDescription('请填写这一项。');
  await expect(page.getByLabel('语言 (选填)')).toBeFocused();
  await send('undecided');
  const theme = page.locator('[data-field="preferences.theme"]');
  await expect(theme.getByRole('alert')).toHaveText('格式不对。');
  await expect(theme.getByRole('combobox')).toBeFocused();
  await expect(theme.getByRole('combobox')).toHaveAttribute('aria-invalid', 'true');
  await expect(theme.getByRole('combobox')).toHaveAccessibleDescription('格式不对。');
  await expectAccessible(page);
  await send('unwilling');
  const marketing = page.getByRole('switch', { name: '接收营销邮件' });
  await expect(marketing).toHaveAttribute('aria-invalid', 'true');
  await expect(marketing).toBeFocused();
  await expectAccessible(page);
});

test('what has consequences is waited for, and a page to pay on has its address', async ({
  page,
  book,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await book({ accounts: 4, platforms: ['burncloud'] });
  // The platform takes its time, as long as the test wants.
  let answer = () => {};
  const answered = new Promise<void>((resolve) => (answer = resolve));
  await page.route('**/__host/call', async (route) => {
    if (route.request().postData()?.includes('/operations/top_up')) await answered;
    await route.fallback();
  });
  await page.goto(page0);
  await page.getByTestId('operation-top_up').click();
  await page.getByLabel('数量').fill('5');
  await page.getByTestId('operation-run').click();
  await page.getByTestId('operation-confirm').click();
  await expect(page.getByText('正在进行，结果会显示在这里。')).toBeVisible();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').getByRole('button', { name: '关闭' }).click();
  await expect(page.getByText('正在进行，结果会显示在这里。')).toBeVisible();
  answer();
  await expect(page.getByTestId('operation-address')).toHaveText('https://pay.example/order');
  await expectAccessible(page);
  await page.getByRole('button', { name: '复制地址' }).click();
  await expect(page.getByText('已复制')).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('https://pay.example/order');
  await page.evaluate(() => (navigator.clipboard.writeText = () => Promise.reject(new Error('no'))));
  await page.getByRole('button', { name: '复制地址' }).click();
  await expect(page.getByText('没能复制')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
});

test('a change is followed by what is left, and the log calls it by its name', async ({ page, book }) => {
  await book({ ...smartcv, services: { read: false } });
  await page.goto('/accounts/acc_000002');
  await expect(page.getByTestId('usage-logs')).toContainText('修改账户');
  await expect(page.getByTestId('usage-logs')).not.toContainText('operation:');
  await expect(page.getByText('还没有读取过')).toBeVisible();
  await page.getByTestId('operation-update_account').click();
  await page.getByLabel('名称').fill('林间');
  await page.getByTestId('operation-run').click();
  await page.getByTestId('operation-done').click();
  await expect(page.getByTestId('quotas')).toContainText(/简历\s*42 \/ 50/);
});

test('a page whose account came at the second try has all its parts', async ({ page, book }) => {
  await book({ ...smartcv, fail: { path: '/accounts/acc_000000', status: 500, code: 'INTERNAL', times: 4 } });
  await page.goto('/accounts/acc_000000');
  await page.getByRole('button', { name: '重试' }).first().click();
  await expect(page.getByTestId('operations')).toContainText('查看账户');
  await expect(page.getByTestId('quotas')).toContainText('简历');
});

test('the dangerous asks first, an error brings its remedy, a secret goes into the vault', async ({
  page,
  book,
}) => {
  await book({ ...smartcv, preferences: { language: 'en', theme: 'dark' } });
  await page.goto(page0);
  await page.getByTestId('operation-set_two_factor').click();
  const password = page.getByLabel('Password now', { exact: true });
  await expect(password).toHaveAttribute('type', 'password');
  await password.fill('wrong');
  await page.getByTestId('operation-run').click();
  await expect(page.getByTestId('operation-dialog')).toHaveAttribute('data-step', 'confirm');
  await expect(page.getByText('Old backup codes end')).toBeVisible();
  await expectAccessible(page);
  await page.getByTestId('operation-confirm').click();
  await expect(page.getByRole('alert')).toContainText('Type it again');
  await expect(page.getByRole('alert')).toContainText('INVALID_PASSWORD');
  await password.fill('right');
  await page.getByTestId('operation-run').click();
  await page.getByTestId('operation-confirm').click();
  await expect(page.getByText('Kept in the vault: Backup codes')).toBeVisible();
  await page.getByTestId('operation-done').click();

  await page.getByRole('button', { name: 'Show Backup codes for 30 seconds' }).click();
  await expect(page.getByTestId('secret-value')).toContainText('sample-backup_codes');
  await page.getByRole('button', { name: 'Hide Backup codes' }).click();
  await expect(page.getByTestId('secret-value')).toBeHidden();
});

test('a list is a table, and an administrator’s operations stand apart', async ({ page, book }) => {
  await book({ accounts: 4, platforms: ['burncloud'] });
  await page.goto(page0);
  const group = page.getByRole('region', { name: '仅限平台管理员' });
  await group.getByRole('button', { name: /用户列表/ }).click();
  await page.getByTestId('operation-run').click();
  const table = page.getByTestId('operation-table');
  await expect(table.getByRole('row')).toHaveCount(21);
  await expect(table.getByRole('columnheader').first()).toHaveText('编号');
  await expect(table.getByRole('columnheader', { name: '分组' })).toHaveCount(2);
  await expect(table).toContainText('$1.25');
  await page.getByRole('button', { name: /显示全部 27/ }).click();
  await expect(table.getByRole('row')).toHaveCount(28);
  await expectAccessible(page);
});

test('a long list of single values is shown in parts', async ({ page, book }) => {
  await book({ accounts: 4, platforms: ['burncloud'] });
  await page.goto(page0);
  await page.getByTestId('operation-groups').click();
  const entries = page.getByTestId('operation-answer').getByRole('listitem');
  await expect(entries).toHaveCount(60);
  await page.getByRole('button', { name: '显示全部 100 项' }).click();
  await expect(entries).toHaveCount(100);
});

test('what is left is shown with its age and read anew; the proxy is tested and kept', async ({
  page,
  book,
}) => {
  await book({ ...smartcv, services: { read: false } });
  await page.goto(page0);
  await expect(page.getByText('还没有读取过')).toBeVisible();
  await page.getByTestId('quotas-read').click();
  await expect(page.getByTestId('quotas')).toContainText(/简历\s*42 \/ 50/);
  await expect(page.getByTestId('quotas')).toContainText('不限');

  await page.getByTestId('proxy-change').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('地址', { exact: true }).fill('socks5://me:word@down.example:1080');
  await page.getByTestId('proxy-try').click();
  await expect(page.getByTestId('proxy-result')).toHaveAttribute('data-ok', 'false');
  await expectAccessible(page);
  await dialog.getByLabel('地址', { exact: true }).fill('socks5://me:word@127.0.0.1:1080');
  await page.getByTestId('proxy-try').click();
  await expect(page.getByTestId('proxy-result')).toHaveAttribute('data-ok', 'true');
  let answer = () => {};
  const answered = new Promise<void>((resolve) => (answer = resolve));
  await page.route('**/__host/call', async (route) => {
    if (route.request().postData()?.includes('"method":"PUT"')) await answered;
    await route.fallback();
  });
  await dialog.getByRole('button', { name: '保存' }).click();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeVisible();
  answer();
  await expect(dialog).toBeHidden();
  await expect(page.getByTestId('account-proxy')).toContainText('socks5://127.0.0.1:1080');
  await expect(page.getByTestId('account-proxy')).not.toContainText('word');
  await expectAccessible(page);
});

test('an account is opened logged in, and what became of its window is told', async ({
  page,
  book,
  tell,
}) => {
  await book(smartcv);
  await page.goto(page0);
  await page.getByTestId('account-open').click();
  await expect(page.getByTestId('account-open')).toHaveAttribute('data-open', 'true');
  await page.getByTestId('account-menu').click();
  await page.getByRole('menuitem', { name: '关闭它的窗口' }).click();
  await expect(page.getByTestId('account-open')).toHaveAttribute('data-open', 'false');
  await expect(page.getByText('窗口里的变化已经保存')).toBeVisible();
  const closed = { type: 'window_closed', account_id: 'acc_000001', saved: false };
  await tell({ ...closed, logged_out: true, reason: 'closed' });
  await expect(page.getByText('在窗口里退出了登录')).toBeVisible();
  await tell({ ...closed, logged_out: false, reason: 'other_proxy' });
  await expect(page.getByText('换了代理，它的窗口已经关闭')).toBeVisible();
});

test('another person in an account’s window is told, and kept or discarded', async ({
  page,
  book,
  login,
  tell,
  request,
}) => {
  await book({ ...smartcv, slowCode: true });
  await page.goto(page0);
  await expect(page.getByTestId('account-open')).toBeVisible();
  const found = async (account_id: string | null) => {
    const body = { platform: 'smartcv', method: 'window', account_id: 'acc_000001' };
    const answer = await request.post('/__host/call', {
      data: { method: 'POST', path: '/desktop/v1/logins', body: JSON.stringify(body) },
    });
    const { session_id } = (await answer.json()).body.data;
    const other_person = { user_id: 'user_000009', name: '周末木工', account_id };
    await login({ phase: 'wrong_person', other_person, window: null });
    await tell({ type: 'other_person_found', account_id: 'acc_000001', session_id });
  };
  const notice = page.getByTestId('stranger');
  await expect(notice).toBeHidden();
  await found(null);
  await expect(page.getByText(/窗口里登录的是另一个人/)).toBeVisible();
  await expect(notice).toContainText('在此窗口登录的是「周末木工」');
  await expect(notice).toContainText('原封不动');
  await expectAccessible(page);
  await page.getByTestId('stranger-discard').click();
  await expect(notice).toBeHidden();

  await found('acc_000002');
  await expect(page.getByTestId('stranger-keep')).toHaveText('存到对方自己的账号');
  // It is still there for whoever comes back to the page.
  await page.reload();
  await expect(notice).toBeVisible();
  await page.getByTestId('stranger-keep').click();
  await expect(notice).toBeHidden();
});
