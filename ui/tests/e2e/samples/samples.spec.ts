import type { Locator, Page } from '@playwright/test';
import { readSchema, type Json, type Node } from '../../../src/lib/state/operations/schema';
import { expect, test } from '../support';
import { kept, type Kept, type Sample } from './kept';
import { leaves, readable, usages, type Locale } from './readable';

// Every sample of the specifications, as the whole app answered it, is done by hand in its dialog: what is filled in is
// what the sample asks, and each value of the specification's own answer is there to be read.
const page0 = '/accounts/acc_000000';

for (const platform of ['burncloud', 'smartcv', 'jimeng', 'dreamina']) {
  for (const language of ['zh-CN', 'en'] as const) {
    test(`each sample of ${platform} is shown, ${language}`, async ({ page, book, request }) => {
      test.setTimeout(120_000);
      page.setDefaultTimeout(5_000);
      await page.emulateMedia({ reducedMotion: 'reduce' });
      const all = kept(platform);
      await book({ accounts: 1, platforms: [platform], samples: platform, preferences: { language } });
      await page.goto(page0);
      await expect(page.getByTestId('operations')).toBeVisible();
      const chosen = language === 'en' ? all.samples.filter(inEnglish) : all.samples;
      expect(chosen.length).toBeGreaterThan(0);
      for (const sample of chosen) {
        await test.step(sample.name, async () => {
          await request.post('/__fake/sample', { data: { name: sample.name } });
          await perform(page, all, sample, language);
        });
      }
    });
  }
}

test('who it is, what is left and what was handed out stand on the account’s page', async ({
  page,
  book,
  request,
}) => {
  test.setTimeout(60_000);
  const pages: Record<string, { who: string[]; left: string[]; secret?: string }> = {
    burncloud: {
      who: ['Test User', '普通用户', '默认分组'],
      left: ['$2.00', '已用 100', '$0.02'],
      secret: 'create_access_token/ok',
    },
    smartcv: {
      who: ['张三', '高级版', '2025年1月15日'],
      left: ['850 / 1,000', '不限', '90 MB / 100 MB'],
      secret: 'change_password/ok',
    },
    jimeng: { who: ['用户昵称', '手机'], left: ['90 / 100'] },
  };
  for (const [platform, { who, left, secret }] of Object.entries(pages)) {
    await book({ accounts: 1, platforms: [platform], samples: platform });
    await page.goto(page0);
    for (const text of who) await expect(page.locator('main')).toContainText(text);
    for (const text of left) await expect(page.getByTestId('quotas')).toContainText(text);
    const all = kept(platform);
    const sample = all.samples.find(({ name }) => name === secret);
    if (!sample) continue;
    await request.post('/__fake/sample', { data: { name: sample.name } });
    await perform(page, all, sample, 'zh-CN');
    await page.reload();
    for (const [name, value] of Object.entries(all.revealed ?? {})) {
      await page.getByRole('button', { name: `显示 ${secretNames[name]?.[0] ?? name} 30 秒` }).click();
      for (const line of value.split('\n'))
        await expect(page.getByTestId('secret-value')).toContainText(line);
    }
  }
});

test('each sample of a login says what the platform said, or leads to the account', async ({
  page,
  book,
  request,
}) => {
  test.setTimeout(60_000);
  const logins = ['burncloud', 'jimeng', 'dreamina'].flatMap((platform) =>
    kept(platform).logins.map((login) => ({ platform, ...login })),
  );
  for (const { platform, name, method, answer, view } of logins) {
    await book({ accounts: 3, platforms: [platform], samples: platform });
    await page.goto('/accounts');
    await page.getByRole('button', { name: '添加账号' }).click();
    await page.getByTestId(`platform-tile-${platform}`).click();
    await page.getByTestId(`login-method-${method}`).click();
    await expect(page.getByTestId('login-submit')).toBeVisible();
    const { phase, form, result, error } = view;
    await request.post('/__fake/login', { data: { phase, form, result, error } });
    const dialog = page.getByRole('dialog');
    if (form?.problem) {
      await expect(dialog, name).toContainText(form.problem.text?.zh ?? '');
      await expect(dialog, name).toContainText(String(answer.message));
    } else if (form) await expect(dialog.getByRole('heading', { name: form.title.zh }), name).toBeVisible();
    else await expect(dialog, name).toContainText(result?.account_name ?? '');
  }
});

/** In English one of each kind: nested parts, tables, limits, money, dates, refusals. */
const inEnglish = ({ name }: Sample) =>
  [
    'get_self/ok',
    'list_users/ok',
    'list_public_groups/ok',
    'redeem_code/failed',
    'get_account/ok',
    'get_subscription/ok',
    'get_plans/ok',
    'change_password/WEAK_PASSWORD',
    'account_info/ok',
    'may_generate/daily_limit_exceeded',
    'advanced_features/ok',
    'account_info/1005',
  ].includes(name);

async function perform(page: Page, all: Kept, sample: Sample, language: Locale) {
  const operation = all.operations.operations.find((one) => one.operation === sample.operation);
  if (!operation) throw new Error(`${sample.operation} is not offered`);
  await page.getByTestId(`operation-${sample.operation}`).click();
  const dialog = page.getByTestId('operation-dialog');
  const input = readSchema(operation.input);
  if (input.fields.length > 0 || operation.risk !== 'read') {
    await fill(page, dialog, input, sample.input, '');
    await page.getByTestId('operation-run').click();
    if (operation.risk === 'dangerous') await page.getByTestId('operation-confirm').click();
  }
  if (sample.shown.body.success) await expectAll(page, all, sample, language);
  else await expectRefusal(dialog.getByRole('alert'), sample, language);
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
}

/** Fills in a form as a person does: texts are typed, choices chosen, switches switched. */
async function fill(
  page: Page,
  form: Locator,
  node: Node,
  value: Json | undefined,
  path: string,
): Promise<void> {
  if (value === undefined) return;
  const field = form.locator(`[data-field="${path}"]`);
  switch (node.kind) {
    case 'object':
      for (const { name, node: part } of node.fields)
        await fill(
          page,
          form,
          part,
          (value as Record<string, Json>)[name],
          path === '' ? name : `${path}.${name}`,
        );
      return;
    case 'toggle': {
      const toggle = field.getByRole('switch');
      if ((await toggle.count()) > 0) return value ? toggle.check() : toggle.uncheck();
      await field.locator('button').click();
      return page.getByRole('option', { name: value ? /^(是|Yes)$/ : /^(否|No)$/ }).click();
    }
    case 'choice': {
      const option = node.options.find((option) => option.value === value);
      await field.locator('button').click();
      const names = [option?.label.zh, option?.label.en].flatMap((name) => name ?? []);
      return page
        .getByRole('option')
        .filter({ hasText: new RegExp(`^\\s*(${names.join('|')})\\s*$`) })
        .click();
    }
    default:
      return field.getByRole('textbox').fill(String(value));
  }
}

/** Each value of the specification's answer stands in a place of its own. */
async function expectAll(page: Page, all: Kept, sample: Sample, language: Locale) {
  const answer = page.getByTestId('operation-answer');
  await expect(answer).toBeVisible();
  const places = (await answer.locator('.scalar, td, li').allInnerTexts()).map((text) => text.trim());
  const secrets = (sample.shown.body.data?.secrets ?? []).flatMap(
    (name) => all.revealed?.[name]?.split('\n') ?? [],
  );
  const wanted = leaves(sample.call, sample.answer).flatMap((leaf) => {
    // What goes into the vault is read there; see below.
    if (secrets.includes(String(leaf.value))) return [];
    const text = readable(leaf, language, sample.call);
    return text === undefined ? [] : [{ at: leaf.path, text }];
  });
  wanted.push(...usages(sample.answer, language).map((text) => ({ at: 'usage', text })));
  const left = [...places];
  const lost = wanted.filter(({ text }) => {
    const found = left.indexOf(text);
    if (found >= 0) left.splice(found, 1);
    return found < 0;
  });
  expect(lost, `${sample.name}: of the sample and not on the page, which has: ${places.join(' | ')}`).toEqual(
    [],
  );
  for (const secret of secrets) await expect(answer).not.toContainText(secret);
  for (const name of sample.shown.body.data?.secrets ?? []) {
    await expect(answer).toContainText(secretNames[name]?.[language === 'en' ? 1 : 0] ?? name);
  }
}

const secretNames: Record<string, [zh: string, en: string]> = {
  backup_codes: ['备用码', 'Backup codes'],
  access_token: ['访问令牌', 'Access token'],
};

/** The platform's sentence and what to do about it: the specification's advice, where it has one. */
async function expectRefusal(alert: Locator, { answer, shown, name }: Sample, language: Locale) {
  const said = [answer.message, answer.errmsg, answer.error].find(
    (text) => typeof text === 'string' && text !== '',
  );
  await expect(alert, name).toContainText(String(said));
  const remedy = shown.body.error?.details.remedy;
  if (remedy) await expect(alert).toContainText(language === 'en' ? remedy.en : remedy.zh);
  const advice = answer.remedy;
  if (typeof advice === 'string' && language === 'zh-CN')
    expect((await alert.innerText()).replaceAll(/\s/g, ''), name).toContain(advice);
}
