import { expect, test } from './host';

test('what is deleted comes back: by undo, from the trash; or goes for good', async ({ page, start }) => {
  const host = await start('--accounts', '60');
  await page.goto(`${host.url}/accounts`);
  const rows = page.getByRole('grid').locator('[role="row"][data-index]');
  const remove = async (...places: number[]) => {
    for (const place of places) await rows.nth(place).getByRole('checkbox').check();
    await page.getByRole('button', { name: '删除…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: '删除' }).click();
  };

  await remove(0, 1, 2);
  await expect(page.getByText('已删除 3 个账号')).toBeVisible();
  await expect(page.getByText('共 57 个账号')).toBeVisible();
  await page.keyboard.press('Control+z');
  await expect(page.getByText('已撤销 3 项')).toBeVisible();
  await expect(page.getByText('共 60 个账号')).toBeVisible();

  const name = (await rows.nth(4).locator('.open').textContent()) ?? '';
  await remove(4, 5);
  await expect(page.getByText('共 58 个账号')).toBeVisible();
  await page.goto(`${host.url}/settings/trash`);
  const trash = page.getByRole('grid', { name: '回收站' });
  await expect(trash.getByRole('row')).toHaveCount(2);
  await page.getByRole('button', { name: `放回「${name}」` }).click();
  await expect(page.getByText('已放回 1 项')).toBeVisible();
  await expect(trash.getByRole('row')).toHaveCount(1);
  await page.getByRole('button', { name: '清空回收站…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '彻底删除' }).click();
  await expect(page.getByRole('heading', { name: '回收站是空的' })).toBeVisible();
  await page.goto(`${host.url}/accounts`);
  await expect(page.getByText('共 59 个账号')).toBeVisible();
});

test('a change of many is one step, to be undone as one', async ({ page, start }) => {
  const host = await start('--accounts', '300');
  await page.goto(`${host.url}/accounts`);
  const rows = page.getByRole('grid').locator('[role="row"][data-index]');
  await expect(rows.first()).toBeVisible();
  await page.getByRole('checkbox', { name: '全选' }).check();
  await page.getByRole('button', { name: '加标签…' }).click();
  await page.getByLabel('标签', { exact: true }).last().fill('试验');
  await page.keyboard.press('Enter');
  await expect(page.getByText('已给 300 个账号加上标签')).toBeVisible();
  await expect(rows.first()).toContainText('试验');
  await page.getByRole('button', { name: '撤销' }).click();
  await expect(page.getByText('已撤销 300 项')).toBeVisible();
  await expect(rows.first()).not.toContainText('试验');
});

test('a snapshot is taken and listed; nothing out of the ordinary has happened', async ({ page, start }) => {
  const host = await start('--accounts', '12');
  await page.goto(`${host.url}/settings`);
  await page.getByTestId('take-snapshot').click();
  await expect(page.getByText('已拍好一份快照，并回读核对无误。')).toBeVisible();
  const newest = page.getByTestId('snapshots').getByRole('listitem').first();
  await expect(newest).toContainText('由你拍摄');
  await expect(newest).toContainText('12 个账号');
  await page.getByTestId('open-history').click();
  await expect(page.getByRole('heading', { name: '没有什么特别的事' })).toBeVisible();
});
