import { expect, expectAccessible, rows, test } from './support';

test.slow();

test('one login after the other: with a code, with a form, skipped, and a summary', async ({
  page,
  book,
  login,
}) => {
  // Every twenty-third account has expired: the numbers 3, 26 and 49.
  await book({ accounts: 60, platforms: ['bilibili', 'bilibili', 'smartcv', 'bilibili'] });
  await page.goto('/accounts');
  await page.getByRole('button', { name: /^需重新登录 3$/ }).click();
  await page.getByTestId('round-start').click();
  const round = page.getByTestId('round');
  await expect(round).toContainText('第 1 个，共 3 个');
  await expect(page.getByTestId('login-phase')).toHaveAttribute('data-phase', 'waiting');
  await expectAccessible(page);
  await login({
    phase: 'done',
    result: {
      account_id: 'acc_000003',
      account_name: '木子读书',
      created: false,
      avatar_url: null,
      status: 'active',
    },
  });
  await expect(page.getByText('「木子读书」已重新登录')).toBeVisible();
  await page.getByTestId('round-next').click();

  await expect(round).toContainText('第 2 个，共 3 个');
  if (await page.getByTestId('login-method-password').isVisible()) {
    await page.getByTestId('login-method-password').click();
    await expect(page.getByTestId('login-submit')).toBeVisible();
  }
  await page.getByTestId('round-skip').click();
  await expect(round).toContainText('第 3 个，共 3 个');
  await page.getByTestId('round-skip').click();
  const summary = page.getByTestId('round-summary');
  await expect(summary).toContainText('1 个账号已重新登录');
  await expect(summary).toContainText('2 个账号被跳过');
  await expectAccessible(page);
  await page.getByTestId('round-again').click();
  await expect(round).toContainText('第 1 个，共 2 个');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
});

test('of the chosen ones only who needs a login, and somebody else’s login does not count as theirs', async ({
  page,
  book,
  login,
}) => {
  await book({ accounts: 6, platforms: ['bilibili'] });
  await page.goto('/accounts');
  for (const place of [2, 3, 4]) await rows(page).nth(place).getByRole('checkbox').check();
  await page.getByTestId('bulk-login').click();
  const round = page.getByTestId('round');
  await expect(round).toContainText('第 1 个，共 1 个');
  await expect(round).toContainText('另有 2 个账号不需要重新登录');
  await expect(page.getByTestId('login-phase')).toHaveAttribute('data-phase', 'waiting');
  await expect(page.getByRole('heading', { name: /扫码/ })).toBeFocused();
  await login({
    phase: 'done',
    result: {
      account_id: 'acc_000005',
      account_name: '老周说车',
      created: false,
      avatar_url: null,
      status: 'active',
    },
  });
  await expect(page.getByText('登录的是另一个人，已存到对方自己的账号「老周说车」')).toBeVisible();
  await expect(page.getByTestId('round-next')).toBeFocused();
  await page.getByTestId('round-next').click();
  const summary = page.getByTestId('round-summary');
  await expect(summary).toContainText('1 个登录属于别人');
  await expect(summary).not.toContainText('已重新登录');
  await expectAccessible(page);
});

test('each form of a round is where the typing goes on', async ({ page, book }) => {
  await book({ accounts: 6, platforms: ['smartcv'] });
  await page.goto('/accounts');
  await page.getByRole('button', { name: /^需重新登录 1$/ }).click();
  await page.getByTestId('round-start').click();
  await page.getByTestId('login-method-password').click();
  await expect(page.getByLabel('邮箱')).toBeFocused();
  await page.getByLabel('邮箱').fill('lin-2fa@example.com');
  await page.getByLabel('密码', { exact: true }).fill('sample');
  await page.getByTestId('login-submit').click();
  await expect(page.getByLabel('验证码')).toBeFocused();
});
