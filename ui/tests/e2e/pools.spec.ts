import { expect, expectAccessible, test } from './support';

// Every state is looked at by axe, which takes its time.
test.slow();

const daily = {
  name: '日常发布',
  platform: 'bilibili',
  members: ['acc_000000', 'acc_000001', 'acc_000003', 'acc_000007'],
};

test('the first pool: made, filled, and it chooses and says why', async ({ page, book }) => {
  await book({ accounts: 24 });
  await page.goto('/pools');
  await expect(page.getByRole('heading', { name: '让账号轮流上场' })).toBeVisible();
  await expectAccessible(page);
  await page.getByTestId('pool-create').click();
  await page.getByTestId('pool-submit').click();
  await expect(page.getByText('请起个名字。')).toBeVisible();
  await page.getByTestId('pool-name').fill('早间');
  await page.getByText('最少使用').click();
  await expectAccessible(page);
  await page.getByTestId('pool-submit').click();

  await expect(page.getByRole('heading', { level: 1, name: '早间' })).toBeVisible();
  await page.getByTestId('pool-add').click();
  const picker = page.getByTestId('member-picker');
  await picker.getByRole('searchbox').fill('一口半夏');
  await expect(picker.getByRole('checkbox')).toHaveCount(2);
  await picker.getByRole('checkbox').first().check();
  await expectAccessible(page);
  await page.getByTestId('member-add').click();
  await expect(page.getByTestId('pool-members').getByRole('listitem')).toHaveCount(1);
  await expect(page.getByTestId('pool-add')).toBeVisible();

  await page.getByTestId('pool-select').click();
  await expect(page.getByTestId('pool-chosen')).toContainText('一口半夏');
  await expect(page.getByText('只有它可用。')).toBeVisible();
  await expectAccessible(page);
});

test('the choice says who was passed over, and members can be ranked and taken out', async ({
  page,
  book,
}) => {
  await book({ accounts: 24, pools: [daily] });
  await page.goto('/pools/pool_01');
  await page.getByTestId('pool-select').click();
  await expect(page.getByTestId('pool-outcome')).toContainText('2 个可用账号里，轮到它了。');
  await expect(page.getByTestId('pool-outcome')).toContainText('跳过了 2 个：1 个需重新登录、1 个被平台限制');

  const member = page.getByTestId('member-acc_000001');
  await member.getByRole('combobox', { name: /优先级/ }).click();
  await page.getByRole('option', { name: '9', exact: true }).click();
  await expect(member.getByRole('combobox', { name: /优先级 9$/ })).toBeVisible();
  await member.getByRole('button', { name: '把「阿澈的厨房」移出' }).click();
  await expect(member).toBeHidden();
  await expect(page.getByText('已移出「阿澈的厨房」。')).toBeVisible();
});

test('nobody to choose is explained, with the remedy beside it', async ({ page, book }) => {
  await book({ accounts: 24, pools: [{ name: '备用', platform: 'bilibili', members: ['acc_000003'] }] });
  await page.goto('/pools/pool_01');
  await page.getByTestId('pool-select').click();
  await expect(page.getByTestId('pool-outcome')).toContainText('没有可选的账号');
  await expect(page.getByTestId('pool-outcome')).toContainText('1 个需要重新登录。');
  await expectAccessible(page);
  await page.getByTestId('nobody-login').click();
  await expect(page.getByRole('dialog', { name: '重新登录：木子读书' })).toBeVisible();
});

test('the rule is changed in place; the pool is changed and deleted', async ({ page, book }) => {
  await book({ accounts: 24, pools: [{ ...daily, max_size: 5 }] });
  await page.goto('/pools/pool_01');
  await page.getByText('按优先级').click();
  await expect(page.getByTestId('strategy-priority')).toBeChecked();
  await page.getByTestId('pool-edit').click();
  await page.getByTestId('pool-max').fill('');
  await page.getByTestId('pool-name').fill('每日');
  await page.getByTestId('pool-submit').click();
  await expect(page.getByRole('heading', { level: 1, name: '每日' })).toBeVisible();
  await expect(page.getByText('不限数量')).toBeVisible();
  await page.getByTestId('pool-menu').click();
  await page.getByRole('menuitem', { name: '删除账号池…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '删除' }).click();
  await expect(page).toHaveURL(/\/pools$/);
  await expect(page.getByRole('heading', { name: '让账号轮流上场' })).toBeVisible();
});

test('a full pool takes nobody', async ({ page, book }) => {
  await book({ accounts: 24, pools: [{ ...daily, max_size: 4 }] });
  await page.goto('/pools/pool_01');
  await expect(page.getByTestId('pool-add')).toBeDisabled();
});
