// A few operations of the stand-in, with schemas as the adapters write them. Values are invented.
const text = (zh, en) => ({ zh, en });
const object = (properties, required = [], more = {}) => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  additionalProperties: false,
  properties,
  required,
  ...more,
});
const named = (en, zh, schema, more = {}) => ({ title: en, 'x-zh': zh, ...schema, ...more });
const string = { type: 'string' };
const maybe = (type) => ({ type: [type, 'null'] });

const describe = (operation, title, about, risk, input, output, play, more = {}) => ({
  operation,
  title,
  about,
  risk,
  audience: 'user',
  warning: null,
  input,
  output,
  play,
  ...more,
});

const preferences = object({
  language: named('Language', '语言', maybe('string')),
  theme: named('Theme', '主题', {
    anyOf: [
      {
        oneOf: [
          { const: 'light', type: 'string', title: 'Light', 'x-zh': '浅色' },
          { const: 'dark', type: 'string', title: 'Dark', 'x-zh': '深色' },
        ],
      },
      { type: 'null' },
    ],
  }),
  email_notifications: named('E-mail notices', '邮件通知', maybe('boolean')),
});

const person = object({
  id: named('Number', '编号', { type: 'integer' }),
  username: named('User name', '用户名', string),
  group: named('Group', '分组', maybe('string')),
  // Nobody keeps a platform from calling two things alike.
  next_group: named('Group', '分组', maybe('string')),
  balance: named('Balance', '余额', { type: ['number', 'null'], 'x-unit': 'money' }),
  currency: named('Currency', '货币', maybe('string')),
  created_at: named('Since', '注册时间', { type: ['integer', 'null'], 'x-unit': 'unix_seconds' }),
  enabled: named('Enabled', '已启用', { type: 'boolean' }),
});

const people = Array.from({ length: 27 }, (_, n) => ({
  id: 100 + n,
  username: `sample-${n}`,
  group: n % 3 ? 'default' : 'vip',
  next_group: n % 4 ? null : 'svip',
  balance: n * 1.25,
  currency: 'USD',
  created_at: 1_730_000_000 + n * 86_400,
  enabled: n % 5 !== 0,
}));

const account = {
  id: 'user_sample',
  email: 'lin@example.com',
  name: '林间小记',
  subscription: { plan: 'PREMIUM', price: 29.99, currency: 'USD', ends_at: '2027-01-15T10:00:00Z' },
  storage_used: 10_485_760,
  features: ['AI 优化', '所有模板'],
  usage: 15,
  preferences: { language: 'zh-cn', theme: 'light', email_notifications: true },
};

/** Names with which a change is refused, and for what. */
const REFUSED = {
  taken: { field: 'input.preferences.language', reason: 'malformed' },
  nowhere: { field: 'input.preferences.colour', reason: 'unknown' },
  partly: { field: 'input.preferences', reason: 'missing' },
  unwilling: { field: 'input.marketing', reason: 'missing' },
  undecided: { field: 'input.preferences.theme', reason: 'malformed' },
};

const SMARTCV = [
  describe(
    'get_account',
    text('查看账户', 'Look at the account'),
    text('名称、订阅、用量和偏好设置。', 'Name, subscription, use and preferences.'),
    'read',
    object({}),
    object({
      id: named('ID', 'ID', string),
      name: named('Name', '名称', string),
      email: named('E-mail', '邮箱', string),
      storage_used: named('Storage used', '已用空间', { type: 'integer', 'x-unit': 'bytes' }),
      usage: named('Use', '用量', { type: 'number', 'x-unit': 'percent' }),
      features: named('Features', '功能', { type: 'array', items: string }),
      subscription: named('Subscription', '订阅', {
        ...object({
          plan: named('Plan', '套餐', string),
          price: named('Price', '价格', { type: 'number', 'x-unit': 'money' }),
          ends_at: named('Ends', '到期', { type: 'string', format: 'date-time' }),
        }),
      }),
      preferences: named('Preferences', '偏好设置', preferences),
    }),
    () => ({ value: account }),
  ),
  describe(
    'update_account',
    text('修改账户', 'Change the account'),
    text('名称、头像和偏好设置。', 'Name, picture and preferences.'),
    'write',
    object(
      {
        name: named('Name', '名称', string, { maxLength: 80 }),
        avatar: named('Picture', '头像地址', { type: ['string', 'null'], format: 'uri' }),
        resumes_per_page: named('Résumés on a page', '每页简历数', {
          type: 'integer',
          minimum: 1,
          maximum: 50,
          default: 10,
        }),
        marketing: named('News by e-mail', '接收营销邮件', { type: 'boolean' }),
        tags: named('Tags', '标签', { type: 'array', items: string }),
        preferences: named('Preferences', '偏好设置', { anyOf: [preferences, { type: 'null' }] }),
      },
      ['name', 'marketing'],
    ),
    object({
      updated: named('Updated', '已更新', { type: 'boolean' }),
      name: named('Name', '名称', string),
      preferences: named('Preferences', '偏好设置', { anyOf: [preferences, { type: 'null' }] }),
    }),
    (input) =>
      REFUSED[input.name]
        ? { fail: [400, 'INVALID_REQUEST', REFUSED[input.name]] }
        : { value: { updated: true, name: input.name, preferences: input.preferences ?? null } },
  ),
  describe(
    'set_two_factor',
    text('开启两步验证', 'Turn on the second factor'),
    text('返回的备用码直接存进保险库。', 'The backup codes go straight into the vault.'),
    'dangerous',
    object({ current_password: named('Password now', '当前密码', { type: 'string', 'x-secret': true }) }, [
      'current_password',
    ]),
    object({ two_factor: named('Second factor', '两步验证', { type: 'boolean' }) }),
    (input) =>
      input.current_password === 'wrong'
        ? {
            fail: [
              502,
              'PLATFORM_ERROR',
              {
                reason: 'other',
                code: 'INVALID_PASSWORD',
                message: 'Current password is incorrect',
                remedy: text(
                  '当前密码不对，请重新输入。',
                  'The password is not the present one. Type it again.',
                ),
              },
            ],
          }
        : { value: { two_factor: true }, secrets: ['backup_codes'] },
    {
      warning: text(
        '以后每次登录都要验证码。旧的备用码会失效。',
        'Every login will ask for a code from then on. Old backup codes end.',
      ),
    },
  ),
];

const BURNCLOUD = [
  describe(
    'top_up',
    text('充值', 'Top up'),
    text('在浏览器里打开支付页面。', 'Opens the payment page in your browser.'),
    'dangerous',
    object({ amount: named('Amount', '数量', { type: 'integer', minimum: 1, maximum: 10_000 }) }, ['amount']),
    object({ price: named('To pay', '应付金额', { type: 'number', 'x-unit': 'money' }) }),
    (input) => ({
      value: { price: input.amount * 7.3, currency: 'CNY' },
      open_url: 'https://pay.example/order',
    }),
    { warning: text('会产生费用。', 'It costs money.') },
  ),
  describe(
    'list_users',
    text('用户列表', 'List users'),
    text('站点的所有用户，一页一页地看。', 'All users of the site, page by page.'),
    'read',
    object({ page: named('Page', '页码', { type: 'integer', minimum: 1, default: 1 }) }),
    object({
      items: named('Users', '用户', { type: 'array', items: person }),
      total: named('Total', '总数', { type: 'integer' }),
    }),
    () => ({ value: { items: people, total: 27 } }),
    { audience: 'administrator' },
  ),
  describe(
    'groups',
    text('可用分组', 'Groups'),
    text('你可以使用的分组。', 'The groups that you may use.'),
    'read',
    object({}),
    object({ items: named('Groups', '分组', { type: 'array', items: string }) }),
    () => ({ value: { items: ['default', 'vip', ...Array.from({ length: 98 }, (_, n) => `group-${n}`)] } }),
  ),
];

const JIMENG = [
  describe(
    'may_generate',
    text('现在能生成吗', 'May I generate now'),
    text('能否生成图片和视频，不能的话是为什么。', 'Whether pictures and videos may be made, and why not.'),
    'read',
    object({ force: named('Ask anew', '重新询问', { type: 'boolean', default: false }) }),
    object({
      image: named('Pictures', '图片', { type: 'boolean' }),
      video: named('Videos', '视频', { type: 'boolean' }),
      remaining: named('Left today', '今日剩余', { type: 'integer' }),
    }),
    () => ({ value: { image: true, video: false, remaining: 42 } }),
  ),
];

export const OPERATIONS = { smartcv: SMARTCV, burncloud: BURNCLOUD, jimeng: JIMENG, dreamina: JIMENG };
