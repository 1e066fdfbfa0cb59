import type { Json } from '../../../src/lib/state/operations/schema';

export type Locale = 'zh-CN' | 'en';

/** A value of a sample, and where it stands in it: `data.user_info.gender`. */
export interface Leaf {
  path: string;
  value: null | boolean | number | string;
}

/** What is deliberately not on the page, and why. Everything else is. */
const hidden: [path: RegExp, why: string][] = [
  [/^(success|ret|errmsg|message)$/, 'the envelope: the answer stands for a good one, a bad one is shown'],
  [/^data\.(pid|sign|notify_url|return_url)$/, 'between the site and the payment service'],
  [/^data\.clientSecret$/, 'the key of a payment that is done: never kept'],
  [/\.inviter_id$/, '0 is nobody'],
  [/_expire_time$/, '0 is no end'],
  [/(^|\.)currency$/, 'its sign stands before the amount'],
];

const yesNo = { 'zh-CN': ['否', '是'], en: ['No', 'Yes'] };

/** The platforms' own words, as people call them: written down here once more, apart from the adapters. */
const words: Record<string, Record<string, [zh: string, en: string]>> = {
  role: { 1: ['普通用户', 'User'] },
  status: {
    1: ['正常', 'Enabled'],
    active: ['正常', 'Active'],
    ACTIVE: ['有效', 'Active'],
  },
  type: { alipay: ['支付宝', 'Alipay'], PREMIUM: ['高级版', 'Premium'], card: ['银行卡', 'Card'] },
  subscriptionType: { PREMIUM: ['高级版', 'Premium'] },
  subscriptionStatus: { ACTIVE: ['有效', 'Active'] },
  language: {
    'zh-cn': ['中文', 'Chinese'],
    en: ['英文', 'English'],
    'zh-CN': ['简体中文', 'Chinese, simplified'],
  },
  theme: { light: ['浅色', 'Light'], dark: ['深色', 'Dark'] },
  interval: { month: ['每月', 'Month'] },
  brand: { visa: ['Visa', 'Visa'] },
  templatesAccess: { basic: ['基础模板', 'Basic ones'], all: ['全部', 'All'] },
  plan: { FREE: ['免费版', 'Free'], PREMIUM: ['高级版', 'Premium'], ENTERPRISE: ['企业版', 'Enterprise'] },
  gender: { 1: ['男', 'Male'] },
  region: { cn: ['中国', 'China'] },
  verification_type: { phone: ['手机', 'Phone'] },
  platform: { web: ['网页', 'Web page'] },
  max_resolution: { '4k': ['4K', '4K'] },
  max_video_duration: { 60: ['60秒钟', '60 seconds'] },
  reason: {
    invalid_token: ['token 无效', 'The session is not valid'],
    account_inactive: ['账户未处于正常状态', 'The account is not active'],
    account_banned: ['账户被封禁', 'The account is banned'],
    no_permission: ['没有此类生成权限', 'No permission for this kind'],
    daily_limit_exceeded: ['今日次数已用完', 'The daily limit is used up'],
    error: ['查询失败', 'It could not be found out'],
    invalid_user: ['平台未返回用户', 'The platform names nobody'],
  },
  feature: {
    '4k_resolution': ['4K 分辨率', '4K resolution'],
    long_video: ['长视频', 'Long videos'],
    commercial_use: ['商用', 'Commercial use'],
  },
  // The site's rule of its own, in the column "chosen by the site".
  ratio: { 自动: ['是', 'Yes'] },
  url: { 'https://pay.example.com/submit': ['pay.example.com', 'pay.example.com'] },
};

const currencies: [path: RegExp, currency: string][] = [[/(price|nextBilling\.amount)$/, 'USD']];

/** Amounts without a currency, as text or as a number. */
const amounts = /^data\.(money|prorationAmount)$/;

/** How a leaf reads on the page; `undefined` where it is deliberately not there. */
export function readable({ path, value }: Leaf, locale: Locale, call: string): string | undefined {
  if (value === null || value === '' || value === '{}') return undefined;
  if (hidden.some(([pattern]) => pattern.test(path))) return undefined;
  const name = path.split('.').at(-1) ?? '';
  const word = words[name]?.[String(value)];
  if (word) return word[locale === 'en' ? 1 : 0];
  if (typeof value === 'boolean') return yesNo[locale][Number(value)];
  if (typeof value === 'number') return numberText(path, name, value, locale);
  if (call.endsWith('/amount') || amounts.test(path)) return fixed(Number(value), locale);
  if (/^\d{4}-\d{2}-\d{2}T/.test(value)) return time(value, locale);
  return value;
}

function numberText(path: string, name: string, value: number, locale: Locale): string {
  const currency = currencies.find(([pattern]) => pattern.test(path))?.[1];
  if (currency)
    return value.toLocaleString(locale, { style: 'currency', currency, currencyDisplay: 'narrowSymbol' });
  if (amounts.test(path)) return fixed(value, locale);
  if (/_time$/.test(name) && value > 1e11) return time(value, locale);
  if (/^storage/.test(name) && value >= 0) return bytes(value);
  if (/Limit$/.test(name) && value === -1) return locale === 'en' ? 'No limit' : '不限';
  if (/^(id|expiryYear)$/.test(name)) return String(value);
  return value.toLocaleString(locale);
}

const fixed = (value: number, locale: Locale) =>
  value.toLocaleString(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 });

const bytes = (value: number) => `${Math.round(value / 1024 ** 2)} MB`;

const time = (at: string | number, locale: Locale) =>
  new Intl.DateTimeFormat(locale, {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: 'Asia/Shanghai',
  }).format(new Date(at));

/** The leaves of a sample. Names that are values themselves (groups, plans, features) are leaves as well. */
export function leaves(call: string, answer: Json): Leaf[] {
  const found: Leaf[] = [];
  walk(answer, '', found);
  const names = new Map<string, Leaf>();
  for (const { path } of found) {
    const name = nameIn(call, path);
    if (name) names.set(name.path, name);
  }
  return [...names.values(), ...found.filter(({ path }) => !countedWith.test(path))];
}

/** What is used and how much of it there is are read together; see `usages`. */
const countedWith = /(^|\.)(usage\.|data\.)(resumes|apiRequests|storage)(Created|Used|Limit)$/;

function walk(value: Json, path: string, found: Leaf[]): void {
  if (typeof value === 'string' && value.startsWith('{"'))
    return walk(JSON.parse(value) as Json, path, found);
  if (typeof value !== 'object' || value === null) {
    found.push({ path, value });
    return;
  }
  for (const [name, part] of Object.entries(value)) walk(part, path === '' ? name : `${path}.${name}`, found);
}

/** `data.vip.ratio` says that there is a group "vip"; `FREE.resumesLimit` that there is a plan of that name. */
function nameIn(call: string, path: string): Leaf | undefined {
  const [first = '', second = ''] = path.split('.');
  if (call.endsWith('groups') && first === 'data') return { path: `${second}.group`, value: second };
  if (/^[A-Z]+$/.test(first)) return { path: `${first}.plan`, value: first };
  return words.feature?.[path] ? { path: `${path}.feature`, value: path } : undefined;
}

/** "150 / 1,000", "8 / unlimited": what was used, and of how much. */
export function usages(answer: Json, locale: Locale): string[] {
  const found: Leaf[] = [];
  walk(answer, '', found);
  const of = (name: string) => found.find(({ path }) => path.endsWith(name))?.value;
  return (
    [
      ['resumesCreated', 'resumesLimit'],
      ['apiRequestsUsed', 'apiRequestsLimit'],
      ['storageUsed', 'storageLimit'],
    ] as const
  ).flatMap(([used, limit]) => {
    const [a, b] = [of(used), of(limit)];
    if (typeof a !== 'number' || typeof b !== 'number') return [];
    const text = (value: number) => numberText(used, used, value, locale);
    return [`${text(a)} / ${b === -1 ? (locale === 'en' ? 'No limit' : '不限') : text(b)}`];
  });
}
