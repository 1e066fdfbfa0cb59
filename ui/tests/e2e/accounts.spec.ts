import { expect, expectAccessible, rows, test } from './support';

test.describe('the list', () => {
  test.beforeEach(async ({ page, book }) => {
    await book({ accounts: 60 });
    await page.goto('/accounts');
    await expect(rows(page).first()).toBeVisible();
  });

  test('shows who, how they stand and what asks for the owner', async ({ page }) => {
    await expect(page.getByText('共 60 个账号')).toBeVisible();
    await expect(page.getByTitle('9 个账号需要你处理')).toBeVisible();
    for (const word of ['正常', '需重新登录', '平台限制', '身份不符']) {
      await expect(page.getByRole('gridcell').getByRole('button', { name: word }).first()).toBeVisible();
    }
    await expectAccessible(page);
  });

  test('filters by what is counted, searches, and goes back', async ({ page }) => {
    await page.getByRole('button', { name: '需重新登录 3', exact: true }).click();
    await expect(rows(page)).toHaveCount(3);
    await expect(page.getByText('60 个账号中的 3 个')).toBeVisible();
    await page.getByRole('button', { name: /^今日头条/ }).click();
    await expect(rows(page)).toHaveCount(1);
    await page.getByRole('button', { name: '清除筛选' }).first().click();
    await expect(page.getByText('共 60 个账号')).toBeVisible();

    await page.keyboard.press('/');
    await page.keyboard.type('studio');
    await expect(rows(page)).toHaveCount(9);
    await page.keyboard.type(' nobody');
    await expect(page.getByRole('heading', { name: '没有符合的账号' })).toBeVisible();
    await expectAccessible(page);
    await page.getByRole('main').getByRole('button', { name: '清除筛选' }).last().click();
    await expect(page.getByText('共 60 个账号')).toBeVisible();
  });

  test('a status offers its remedy, and Esc gives the focus back', async ({ page }) => {
    const pill = page.getByRole('button', { name: '平台限制' }).first();
    await pill.click();
    const popover = page.getByRole('dialog', { name: '状态' });
    await expect(popover).toContainText('被平台的风控拦下了');
    await expect(popover.getByRole('button', { name: '查看记录' })).toBeVisible();
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await expect(popover).toBeHidden();
    await expect(pill).toBeFocused();
  });

  test('a row has a menu, by button and by the other mouse button', async ({ page }) => {
    await rows(page).nth(2).click({ button: 'right' });
    await expect(page.getByRole('menu')).toBeVisible();
    await page.keyboard.press('Escape');
    const button = page.getByRole('button', { name: '「阿澈的厨房」的更多操作' });
    await button.click();
    await expectAccessible(page);
    await page.getByRole('menuitem', { name: '停用' }).click();
    await expect(page.getByText('已停用 1 个账号')).toBeVisible();
    await expect(rows(page).nth(1)).toContainText('已停用');
  });

  test('goes by keyboard alone: move, tick, delete', async ({ page }) => {
    await rows(page).first().focus();
    await page.keyboard.press('ArrowDown');
    await expect(rows(page).nth(1)).toBeFocused();
    await page.keyboard.press('Space');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await expect(rows(page).nth(3)).toBeFocused();
    await page.keyboard.press('Shift+Space');
    await expect(page.getByText('已选 3 个')).toBeVisible();
    await page.keyboard.press('Delete');
    const dialog = page.getByRole('dialog', { name: '删除 3 个账号？' });
    await expect(dialog.getByRole('button', { name: '取消' })).toBeFocused();
    await expectAccessible(page);
    await dialog.getByRole('button', { name: '删除' }).click();
    await expect(page.getByText('已删除 3 个账号')).toBeVisible();
    await expect(page.getByText('共 57 个账号')).toBeVisible();
    await page.keyboard.press('End');
  });

  test('ticks everything that passes the filters, and says what is hidden', async ({ page }) => {
    await page.getByRole('checkbox', { name: '全选' }).check();
    await expect(page.getByText('已选 60 个')).toBeVisible();
    await page.getByRole('button', { name: '需重新登录 3', exact: true }).click();
    await expect(page.getByText('其中 57 个被筛选隐藏')).toBeVisible();
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await expect(page.getByText('已选 60 个')).toBeHidden();
  });

  test('checks what is ticked, shows how far it is and what came of it', async ({ page }) => {
    for (const place of [2, 3, 4]) await rows(page).nth(place).getByRole('checkbox').check();
    await page.keyboard.press('F5');
    await expect(page.getByRole('progressbar', { name: '后台工作' })).toBeVisible();
    await page.getByRole('button', { name: '查看结果' }).click();
    const result = page.getByRole('dialog', { name: '检查结果' });
    await expect(result).toContainText('2 个正常 · 1 个未登录');
    await expect(result.getByRole('button', { name: '木子读书' })).toBeVisible();
    await expectAccessible(page);
  });

  test('leaves nothing about accounts on a locked window', async ({ page }) => {
    await rows(page).nth(2).getByRole('checkbox').check();
    await page.keyboard.press('F5');
    await expect(page.getByRole('button', { name: '查看结果' })).toBeVisible();
    await page.keyboard.press('Control+l');
    await expect(page.getByRole('heading', { name: '保险库已锁定' })).toBeVisible();
    await expect(page.getByRole('button', { name: '查看结果' })).toBeHidden();
  });

  test('gives several accounts a tag', async ({ page }) => {
    await rows(page).nth(1).getByRole('checkbox').check();
    await page.getByRole('button', { name: '加标签' }).click();
    await page.getByLabel('标签', { exact: true }).last().fill('城市');
    await page.getByLabel('值（可不填）').fill('苏州');
    await expectAccessible(page);
    await page.keyboard.press('Enter');
    await expect(rows(page).nth(1)).toContainText('城市苏州');
  });

  test('sorts by a column and keeps it in the vault', async ({ page }) => {
    await page.getByRole('columnheader').getByRole('button', { name: '账号' }).click();
    await expect(page.getByRole('columnheader', { name: '账号', exact: true })).toHaveAttribute(
      'aria-sort',
      'ascending',
    );
    await page.getByRole('columnheader').getByRole('button', { name: '账号' }).click();
    await expect(page.getByRole('columnheader', { name: '账号', exact: true })).toHaveAttribute(
      'aria-sort',
      'descending',
    );
    await expect(rows(page).first()).toContainText('阿澈的厨房');
    const first = await rows(page).first().textContent();
    await page.reload();
    await expect(page.getByRole('columnheader', { name: '账号', exact: true })).toHaveAttribute(
      'aria-sort',
      'descending',
    );
    await expect(rows(page).first()).toHaveText(first ?? '');
  });

  test('follows what happens elsewhere without losing its place', async ({ page, tell, request }) => {
    const answer = await request.post('/__host/call', {
      data: {
        method: 'PUT',
        path: '/api/v1/accounts/acc_000001',
        body: JSON.stringify({ account_name: '改了名字' }),
      },
    });
    expect(answer.ok()).toBe(true);
    await expect(page.getByText('改了名字')).toBeVisible();
    await tell({
      type: 'account_died',
      account_id: 'acc_000001',
      name: '改了名字',
      platform: 'bilibili',
      reason: 'not_logged_in',
    });
    await expect(page.getByText('「改了名字」需要重新登录')).toBeVisible();
  });
});

test('an error says what happened, what to do and its number in the log', async ({ page, book }) => {
  const details = { incident: '7f3a90c1' };
  await book({ accounts: 30, fail: { path: '/accounts', status: 500, code: 'INTERNAL', details } });
  await page.goto('/accounts');
  const alert = page.getByRole('alert');
  await expect(alert).toContainText('程序内部出错');
  await expect(alert).toContainText('日志编号：7f3a90c1');
  await expectAccessible(page);
  await book({ accounts: 30 });
  await alert.getByRole('button', { name: '重试' }).click();
  await expect(rows(page).first()).toBeVisible();
});

test('a slow answer shows a frame first, not an empty book', async ({ page, book }) => {
  await book({ accounts: 30, delay: 900 });
  await page.goto('/accounts');
  await expect(page.getByRole('grid')).toBeVisible();
  await expect(page.getByRole('heading', { name: '簿子的第一页还空着' })).toBeHidden();
  await expect(rows(page).first()).toContainText('林间小记');
});
