import { expect, expectAccessible, rows, test } from './support';

// Each looks at many states; the machine may be busy with others.
test.describe.configure({ timeout: 90_000 });

const STRONG = 'paper boat nine lamps';
const FILE_PASSWORD = 'paper boat 9';

test.describe('snapshots', () => {
  test.beforeEach(async ({ page, book }) => {
    await book({ accounts: 40, time: { snapshots: 9, wide: 1000 } });
    await page.goto('/settings');
    await expect(page.getByTestId('snapshots').getByRole('listitem')).toHaveCount(5);
  });

  test('say when, why, how many and whether they were read back; one more is taken', async ({ page }) => {
    const list = page.getByTestId('snapshots');
    await expect(list.getByRole('listitem').nth(0)).toContainText('由你拍摄');
    await expect(list.getByRole('listitem').nth(2)).toContainText('批量删除之前');
    await expect(list.getByRole('listitem').nth(2)).toContainText('38 个账号 408 KB');
    await expect(list.getByRole('listitem').nth(3)).toContainText('已损坏，不能恢复');
    await expect(list.getByRole('listitem').nth(3).getByRole('button')).toBeDisabled();
    await page.getByRole('button', { name: '显示全部 9 份' }).click();
    await expect(list.getByRole('listitem')).toHaveCount(9);
    await page.getByTestId('take-snapshot').click();
    await expect(page.getByText('已拍好一份快照，并回读核对无误。')).toBeVisible();
    await expect(list.getByRole('listitem')).toHaveCount(10);
    await expectAccessible(page);
  });

  test('a restore shows what would happen, asks, tells what happened and can be undone', async ({ page }) => {
    await page.getByTestId('snapshots').getByRole('button').nth(2).click();
    const dialog = page.getByRole('dialog', { name: '回到这份快照？' });
    await expect(dialog).toContainText('找回 1,002 个 · 改回 4 个 · 移走 2 个');
    await expect(dialog.getByRole('row').nth(1)).toContainText('找回');
    // Only what is visible of a thousand is in the document.
    expect(await dialog.getByRole('row').count()).toBeLessThan(40);
    await dialog.getByRole('row').first().focus();
    await page.keyboard.press('End');
    await expect(dialog.locator('[data-index="1007"]')).toBeFocused();
    await expect(dialog.locator('[data-index="1007"]')).toContainText('移走');
    await expectAccessible(page);
    await dialog.getByRole('button', { name: '继续' }).click();
    await expect(dialog).toContainText('有 2 个账号会被移走');
    await expect(dialog.getByRole('button', { name: '返回' })).toBeFocused();
    await expectAccessible(page);
    await dialog.getByRole('button', { name: '全部恢复' }).click();
    const done = page.getByRole('dialog', { name: '已恢复' });
    await expect(done).toContainText('找回 1,002 个账号，改回 4 个，移走 2 个');
    await expect(done.getByRole('button', { name: '完成' })).toBeFocused();
    await expectAccessible(page);
    await done.getByRole('button', { name: '撤销' }).click();
    await expect(page.getByText('已撤销 1,008 项')).toBeVisible();
  });

  test('only some accounts: the rest and the pools stay', async ({ page }) => {
    await page.getByTestId('snapshots').getByRole('button').nth(2).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('选定的账号').click();
    await expect(dialog).toContainText('已选 1,006 / 1,008');
    await expect(dialog).toContainText('账号池保持现状');
    await dialog.getByRole('checkbox', { name: '全选' }).click();
    await dialog.getByRole('checkbox', { name: '全选' }).click();
    await expect(dialog.getByRole('button', { name: '继续' })).toBeDisabled();
    await dialog.getByRole('row').first().focus();
    await page.keyboard.press('Space');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Space');
    await expect(dialog).toContainText('已选 2 / 1,008');
    await expectAccessible(page);
    await dialog.getByRole('button', { name: '继续' }).click();
    await dialog.getByRole('button', { name: '恢复 2 个账号' }).click();
    await expect(page.getByRole('dialog', { name: '已恢复' })).toContainText('找回 2 个账号');
  });

  test('a snapshot that is as it is now brings nothing back, one that is gone says so', async ({
    page,
    book,
  }) => {
    await page.getByTestId('snapshots').getByRole('button').first().click();
    await expect(page.getByRole('dialog')).toContainText('一切都与当时相同');
    await page.keyboard.press('Escape');
    await book({ accounts: 40, time: { snapshots: 0 } });
    await page.getByTestId('snapshots').getByRole('button').nth(1).click();
    await expect(page.getByRole('dialog')).toContainText('这份快照已经不在了');
    await expectAccessible(page);
  });
});

test.describe('trash', () => {
  test('puts back and deletes for good: one, several, all', async ({ page, book }) => {
    await book({ accounts: 4, time: { trash: 12 } });
    await page.goto('/settings');
    await expect(page.getByText('12 项')).toBeVisible();
    await page.getByTestId('open-trash').click();
    const list = page.getByRole('grid', { name: '回收站' });
    await expect(list.getByRole('row')).toHaveCount(12);
    await expect(list.getByRole('row').nth(1)).toContainText('还剩 29 天');
    await expectAccessible(page);

    await page.getByRole('button', { name: '放回「旧账号 0」' }).click();
    await expect(page.getByText('已放回 1 项')).toBeVisible();
    await expect(list.getByRole('row')).toHaveCount(11);

    await list.getByRole('row').first().focus();
    await page.keyboard.press('Space');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Space');
    await expect(page.getByText('已选 2 / 11')).toBeVisible();
    await page.getByRole('button', { name: '彻底删除…', exact: true }).click();
    const ask = page.getByRole('dialog', { name: '彻底删除 2 项？' });
    await expect(ask.getByRole('button', { name: '取消' })).toBeFocused();
    await expectAccessible(page);
    await ask.getByRole('button', { name: '彻底删除' }).click();
    await expect(list.getByRole('row')).toHaveCount(9);

    await page.getByRole('button', { name: '彻底删除「节日活动 4」' }).click();
    await expect(page.getByRole('dialog')).toContainText('里面的账号不受影响');
    await page.keyboard.press('Escape');

    await page.getByRole('button', { name: '清空回收站…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: '彻底删除' }).click();
    await expect(page.getByRole('heading', { name: '回收站是空的' })).toBeVisible();
    await expectAccessible(page);
  });

  test('a thousand things: only what is visible is in the document', async ({ page, book }) => {
    await book({ accounts: 4, time: { trash: 1000 } });
    await page.goto('/settings/trash');
    await expect(page.getByRole('grid').getByRole('row').first()).toBeVisible();
    expect(await page.getByRole('grid').getByRole('row').count()).toBeLessThan(60);
  });
});

test.describe('undo', () => {
  test('a deletion is offered for undoing; Ctrl+Z takes it back, but not out of a field', async ({
    page,
    book,
  }) => {
    await book({ accounts: 40 });
    await page.goto('/accounts');
    await rows(page).nth(1).getByRole('checkbox').check();
    await rows(page).nth(2).getByRole('checkbox').check();
    await page.getByRole('button', { name: '删除…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: '删除' }).click();
    await expect(page.getByText('已删除 2 个账号')).toBeVisible();
    await expect(page.getByText('共 38 个账号')).toBeVisible();
    await expectAccessible(page);

    await page.keyboard.press('/');
    await page.keyboard.press('Control+z');
    await expect(page.getByText('共 38 个账号')).toBeVisible();
    await rows(page).first().focus();
    await page.keyboard.press('Control+z');
    await expect(page.getByText('已撤销 2 项')).toBeVisible();
    await expect(page.getByText('共 40 个账号')).toBeVisible();
    await page.keyboard.press('Control+z');
    await expect(page.getByText('没有可以撤销的操作')).toBeVisible();
  });

  test('what had changed since is left, and the result says so; older things are in the settings', async ({
    page,
    book,
  }) => {
    await book({ accounts: 40, time: { changedSince: 1 } });
    await page.goto('/accounts');
    await page.getByRole('checkbox', { name: '全选' }).check();
    await page.getByRole('button', { name: '删除…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: '删除' }).click();
    await expect(page.getByRole('button', { name: '撤销' })).toBeVisible();
    await page.keyboard.press('Control+,');
    const list = page.getByTestId('undo-list');
    await expect(list.getByRole('listitem')).toHaveCount(1);
    await expectAccessible(page);
    await list.getByRole('button', { name: '撤销：已删除 40 个账号' }).click();
    await expect(page.getByText('已撤销 39 项；另有 1 项之后又有改动，保持不变')).toBeVisible();
    await expect(page.getByText('没有可以撤销的操作。')).toBeVisible();
  });
});

test.describe('export', () => {
  test('asks for a strong password twice, warns, and says what was written', async ({ page, book }) => {
    await book({ accounts: 40 });
    await page.goto('/accounts');
    await rows(page).nth(1).getByRole('checkbox').check();
    await page.getByRole('button', { name: '导出…' }).click();
    const dialog = page.getByRole('dialog', { name: '导出账号' });
    await expect(dialog.getByRole('radio', { name: '选中的 1 个' })).toBeChecked();
    await dialog.getByText('全部 40 个').click();
    await expect(dialog).toContainText('谁同时拿到文件和密码');
    await dialog.getByLabel('文件的密码', { exact: true }).fill('short');
    await dialog.getByRole('button', { name: '选择位置并保存…' }).click();
    await expect(dialog).toContainText('至少 8 个字符');
    await dialog.getByLabel('文件的密码', { exact: true }).fill(STRONG);
    await dialog.getByLabel('再输一遍文件密码').fill('something else');
    await page.keyboard.press('Enter');
    await expect(dialog).toContainText('两次输入还不一致');
    await expectAccessible(page);
    await dialog.getByLabel('再输一遍文件密码').fill(STRONG);
    await dialog.getByRole('checkbox').check();
    await page.keyboard.press('Enter');
    const done = page.getByRole('dialog', { name: '导出好了' });
    await expect(done).toContainText('roster-2026-11-20.rosterx');
    await expect(done).toContainText('40 个账号，76 KB');
    await expect(done.getByRole('button', { name: '完成' })).toBeFocused();
    await expectAccessible(page);
  });

  test('a closed dialog keeps what was typed; a full disk says so', async ({ page, book }) => {
    await book({ accounts: 3, time: { dialog: 'cancelled' } });
    await page.goto('/settings');
    await page.getByTestId('export-open').click();
    const dialog = page.getByRole('dialog', { name: '导出账号' });
    const fill = async () => {
      await dialog.getByLabel('文件的密码', { exact: true }).fill(STRONG);
      await dialog.getByLabel('再输一遍文件密码').fill(STRONG);
    };
    await fill();
    await dialog.getByRole('checkbox').check();
    await page.keyboard.press('Enter');
    await expect(dialog).toContainText('没有选择位置，什么也没有写。');
    await expect(dialog.getByLabel('再输一遍文件密码')).toHaveValue(STRONG);
    const details = { incident: '7f3a90c1', reason: 'disk_full' };
    await book({ accounts: 3, fail: { path: '/export', status: 500, code: 'INTERNAL', details } });
    await dialog.getByRole('button', { name: '选择位置并保存…' }).click();
    await expect(dialog.getByRole('alert')).toContainText('日志编号：7f3a90c1');
    await expect(dialog.getByRole('alert')).toContainText('磁盘');
    await expectAccessible(page);
  });
});

test.describe('import', () => {
  test('shows a thousand before anything is written, writes what is ticked, and can be undone', async ({
    page,
    book,
  }) => {
    await book({ accounts: 12, time: { file: 1000 } });
    await page.goto('/accounts');
    await expect(rows(page).first()).toBeVisible();
    await page.keyboard.press('Control+i');
    const dialog = page.getByRole('dialog', { name: '导入账号' });
    await expectAccessible(page);
    await dialog.getByLabel('文件的密码').fill('wrong');
    await page.keyboard.press('Enter');
    await expect(dialog).toContainText('用它打不开这个文件。');
    await expect(dialog.getByLabel('文件的密码')).toBeFocused();
    await dialog.getByLabel('文件的密码').fill(FILE_PASSWORD);
    await page.keyboard.press('Enter');

    const look = page.getByRole('dialog', { name: '将有哪些变化' });
    await expect(look).toContainText('现在还什么都没有写入。');
    await expect(look).toContainText('已选 572 / 1,000');
    expect(await look.getByRole('row').count()).toBeLessThan(40);
    await expectAccessible(page);
    await look.getByRole('button', { name: '读不出 142' }).click();
    await expect(look.getByRole('row').first()).toContainText('已损坏');
    await expect(look.getByRole('row').first().getByRole('checkbox')).toBeDisabled();
    await look.getByRole('button', { name: '冲突 143' }).click();
    await expect(look.getByRole('row').first()).toContainText('这里的更新');
    await look.getByRole('row').first().getByRole('checkbox').click();
    await expect(look.getByRole('row').first().getByRole('checkbox')).toBeChecked();
    await look.getByRole('button', { name: '导入 573 个账号' }).click();
    const done = page.getByRole('dialog', { name: '导入好了' });
    await expect(done).toContainText('新增 429 个，更新 144 个，427 个保持不变');
    await expectAccessible(page);
    await done.getByRole('button', { name: '撤销' }).click();
    await expect(page.getByText('已撤销 573 项')).toBeVisible();
  });

  test('from the empty book; the old format asks for its own secret; a closed dialog is no error', async ({
    page,
    book,
  }) => {
    await book({ accounts: 0, time: { dialog: 'cancelled' } });
    await page.goto('/accounts');
    await page.getByRole('button', { name: '导入…' }).click();
    await page.getByText('旧格式').click();
    await page.getByLabel('旧工具的密钥').fill('an old key');
    await page.keyboard.press('Enter');
    await expect(page.getByText('没有选择文件。')).toBeVisible();
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toBeHidden();
  });

  test('a file that is damaged or too new says so', async ({ page, book }) => {
    for (const [code, reason, words] of [
      ['INVALID_REQUEST', 'damaged', '文件损坏了'],
      ['INVALID_REQUEST', 'newer', '文件来自更新版本的号簿'],
    ] as const) {
      await book({
        accounts: 2,
        fail: { path: '/desktop/v1/import', status: 400, code, details: { field: 'file', reason } },
      });
      await page.goto('/accounts');
      await expect(rows(page).first()).toBeVisible();
      await page.keyboard.press('Control+i');
      await page.getByLabel('文件的密码').fill(FILE_PASSWORD);
      await page.keyboard.press('Enter');
      await expect(page.getByRole('alert')).toContainText(words);
    }
    await expectAccessible(page);
  });
});

test('erasing for good: plain words, the password, a typed word, a result', async ({ page, book }) => {
  await book({ accounts: 4, time: { snapshots: 9, trash: 12, slow: 2_500 } });
  await page.goto('/settings');
  await page.getByTestId('erase-open').click();
  const dialog = page.getByRole('dialog', { name: '彻底抹除删除过的内容？' });
  const erase = dialog.getByRole('button', { name: '彻底抹除' });
  await expect(dialog).toContainText('全部快照会被移除');
  await expect(erase).toBeDisabled();
  await dialog.getByLabel('保险库密码').fill('not it');
  await dialog.getByLabel('输入「抹除」以继续').fill('抹除');
  await expectAccessible(page);
  await erase.click();
  await expect(dialog).toContainText('密码不对');
  await dialog.getByLabel('保险库密码').fill('correct horse');
  await page.keyboard.press('Enter');
  await expect(dialog.getByRole('progressbar')).toBeVisible();
  // It cannot be left half-way.
  await page.keyboard.press('Escape');
  const done = page.getByRole('dialog', { name: '已彻底抹除' });
  await expect(done).toContainText('腾出了 1.2 MB。');
  await expect(done).toContainText('清掉了回收站里的 12 项和 9 份快照。');
  await expectAccessible(page);
  await done.getByRole('button', { name: '完成' }).click();
  await expect(page.getByText('还没有快照。')).toBeVisible();
});

test.describe('what the vault did', () => {
  const at = '2026-11-20T08:00:00Z';

  test('stands in plain words, with the files that were set aside', async ({ page, book }) => {
    const history = [
      { at, what: 'recovered', count: 42, detail: null },
      { at, what: 'lost', count: 2, detail: '林间小记、北纬四十度' },
      { at, what: 'slot_added', count: null, detail: 'key_file' },
      { at, what: 'from_a_later_version', count: null, detail: null },
    ];
    const set_aside = [{ name: '2', at, parts: ['store', 'journal-7'], bytes: 1_843_200 }];
    await book({ accounts: 4, time: { history, set_aside } });
    await page.goto('/settings');
    await page.getByTestId('open-history').click();
    const told = page.getByTestId('history');
    await expect(told).toContainText('从日志里读回了 42 处改动');
    await expect(told).toContainText('林间小记、北纬四十度');
    await expect(told).toContainText('密钥文件');
    await expect(told).toContainText('这个窗口还不认识的事');
    await expect(told).toContainText('/home/me/.local/share/roster/vault/damaged/2');
    await expect(told).toContainText('2 个文件 · 1.8 MB');
    await expectAccessible(page);
  });

  test('has an empty page, and an error', async ({ page, book }) => {
    await book({ accounts: 4 });
    await page.goto('/settings/history');
    await expect(page.getByRole('heading', { name: '没有什么特别的事' })).toBeVisible();
    await expectAccessible(page);
    await book({ accounts: 4, fail: { path: '/vault/history', status: 500, code: 'INTERNAL' } });
    await page.reload();
    await expect(page.getByRole('alert')).toContainText('程序内部出错');
  });

  test('the word after unlocking names what is lost and leads there', async ({ page, book }) => {
    const notice = {
      logins_resumed: 0,
      lost: true,
      rebuilt: true,
      replayed: 3,
      set_aside: 2,
      lost_names: ['林间小记', '北纬四十度'],
    };
    await book({ accounts: 4, notice });
    await page.goto('/accounts');
    await expect(page.getByText('没能找回：林间小记、北纬四十度')).toBeVisible();
    await expectAccessible(page);
    await page.getByRole('button', { name: '看看发生了什么' }).click();
    await expect(page.getByRole('heading', { level: 1, name: '保险库做过什么' })).toBeVisible();
  });
});

test('a cookie is copied unseen, or shown alone and hidden by itself', async ({ page, book }) => {
  await page.clock.install();
  await book({ accounts: 4 });
  await page.goto('/accounts/acc_000000');
  const cookies = page.getByTestId('cookies');
  await cookies.getByRole('button', { name: '复制 SESSDATA' }).click();
  await expect(page.getByText('已复制，30 秒后清空剪贴板。')).toBeVisible();
  await cookies.getByRole('button', { name: '显示 SESSDATA 30 秒' }).click();
  await expect(page.getByTestId('cookie-value')).toContainText('sample-value-of-SESSDATA');
  await cookies.getByRole('button', { name: '显示 bili_jct 30 秒' }).click();
  await expect(page.getByTestId('cookie-value')).toHaveCount(1);
  await expect(page.getByTestId('cookie-value')).toContainText('sample-value-of-bili_jct');
  await page.clock.runFor(29_000);
  await expect(page.getByTestId('cookie-value')).toBeVisible();
  await page.clock.runFor(1_500);
  await expect(page.getByTestId('cookie-value')).toBeHidden();
  await expect(page.locator('body')).not.toContainText('sample-value');
});

test('locking leaves neither an open dialog nor its password behind', async ({ page, book }) => {
  await book({ accounts: 4 });
  await page.goto('/accounts');
  await expect(rows(page).first()).toBeVisible();
  await page.keyboard.press('Control+i');
  await page.getByLabel('文件的密码').fill(FILE_PASSWORD);
  await page.keyboard.press('Control+l');
  await page.getByLabel('密码', { exact: true }).fill('correct horse');
  await page.keyboard.press('Enter');
  await expect(rows(page).first()).toBeVisible();
  await expect(page.getByRole('dialog')).toBeHidden();
});

test('the columns of the list are chosen, ordered, and kept in the vault', async ({ page, book }) => {
  await page.setViewportSize({ width: 1440, height: 780 });
  await book({ accounts: 40 });
  await page.goto('/accounts');
  await expect(rows(page).first()).toBeVisible();
  const headers = page.getByRole('columnheader');
  const names = ['账号', '标签', '状态', '到期', '余量', '账号池', '最近使用'];
  await expect(headers).toHaveText(['', ...names, '操作']);
  await page.getByRole('button', { name: '列', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: '列' });
  await dialog.getByRole('checkbox', { name: '账号池' }).uncheck();
  await dialog.getByRole('checkbox', { name: '优先级' }).check();
  await dialog.getByRole('button', { name: '把「优先级」往左移' }).click();
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  const chosen = ['', '账号', '标签', '状态', '到期', '余量', '优先级', '最近使用', '操作'];
  await expect(headers).toHaveText(chosen);
  await page.reload();
  await expect(headers).toHaveText(chosen);
  await expectAccessible(page);
  // Where there is no room, the least important leave first.
  await page.setViewportSize({ width: 760, height: 780 });
  await expect(headers).toHaveText(['', '账号', '状态', '余量', '操作']);
});
