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
  await expect(table).toHaveAttribute('aria-rowcount', '17');
  await expect(first).toContainText('余额');
  await expect(first).toContainText('$0.00');
  await expect(table.getByRole('row').last()).toContainText('不限');
  await expectAccessible(page);
  await page.getByRole('button', { name: /^BurnCloud/ }).click();
  await expect(table.getByRole('row')).toHaveCount(3);
  await page.getByTestId('wallet-read').click();
  await expect(page.getByTestId('wallet-reading')).toBeVisible();
  await expect(page.getByTestId('wallet-reading')).toBeHidden();
  await expect(first).toContainText('刚刚');
  await first.getByRole('link').click();
  await expect(page.getByTestId('account-site')).toHaveText('https://ai.burncloud.com');
});

test('what runs out, what is over first, and whom nobody could read', async ({ page, book }) => {
  await book({ accounts: 8, platforms, services: { unreadable: 2 } });
  await page.goto('/wallet');
  const table = page.getByTestId('wallet-table');
  await table.getByRole('button', { name: '重置或到期' }).click();
  await expect(table.getByRole('columnheader', { name: '重置或到期' })).toHaveAttribute(
    'aria-sort',
    'ascending',
  );
  await expect(table.getByRole('row').nth(1)).toContainText('北纬四十度');
  const scarce = page.getByTestId('wallet-scarce');
  const count = Number((await scarce.innerText()).replace(/\D/g, ''));
  await scarce.click();
  await expect(table.getByRole('row')).toHaveCount(1 + count);
  await page.getByTestId('wallet-read').click();
  await expect(page.getByTestId('wallet-unread')).toContainText('有 2 个账号没有读到');
  await expect(page.getByTestId('wallet-unread')).toContainText('平台迟迟没有响应');
  await expectAccessible(page);
  await page.getByRole('button', { name: '知道了' }).click();
  await expect(page.getByTestId('wallet-unread')).toBeHidden();
});

test('a reading goes on while another page is open, and its outcome waits for its owner', async ({
  page,
  book,
}) => {
  await book({ accounts: 8, platforms, services: { unreadable: 2 } });
  await page.goto('/wallet');
  await page.getByTestId('wallet-read').click();
  await page.getByRole('link', { name: /^账号 / }).click();
  await page.getByRole('link', { name: '钱包' }).click();
  await expect(page.getByTestId('wallet-unread')).toContainText('有 2 个账号没有读到');
  await page.getByRole('button', { name: '知道了' }).click();
  await page.getByRole('link', { name: /^账号 / }).click();
  await page.getByRole('link', { name: '钱包' }).click();
  await expect(page.getByTestId('wallet-table')).toBeVisible();
  await expect(page.getByTestId('wallet-unread')).toBeHidden();
});

test('a reading under way is seen on every page, and stopped on its own', async ({ page, book }) => {
  const sums = { done: 3, total: 9, alive: 3, expired: 0, restricted: 0, unknown: 0 };
  const job = {
    id: 'job_7',
    kind: 'quotas',
    state: 'running',
    why: null,
    next_at: null,
    results: [],
    ...sums,
  };
  await book({ accounts: 8, platforms, jobs: [job] });
  await page.goto('/accounts');
  const work = page.getByRole('region', { name: '后台工作' });
  await expect(work).toContainText('正在读取 3 / 9');
  await expect(work.getByRole('button', { name: '停止读取余量' })).toBeVisible();
  await page.getByRole('link', { name: '钱包' }).click();
  await expect(page.getByTestId('wallet-reading')).toContainText('正在读取 3 / 9');
  await expectAccessible(page);
  await page.getByTestId('wallet-reading').getByRole('button', { name: '停止' }).click();
  await expect(page.getByTestId('wallet-reading')).toBeHidden();
  await expect(work).toBeHidden();
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
  await expect(rows(page).first()).toContainText(/简历\s*42 \/ 50/);
  await expect(rows(page).nth(2)).toContainText('重置');
  await expectAccessible(page);
  await rows(page).first().getByRole('button', { name: '打开「林间小记」已登录的网页' }).click();
  await expect(rows(page).first().getByRole('button', { name: '切到「林间小记」的窗口' })).toBeVisible();
});
