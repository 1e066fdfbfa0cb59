// The platforms of the stand-in, with what each one asks for.
const text = (zh, en) => ({ zh, en });

const field = (id, kind, label, more = {}) => ({
  id,
  kind,
  label,
  hint: null,
  choices: null,
  other: false,
  required: true,
  default: null,
  ...more,
});

const describe = (id, name_zh, name_en, home_url, login_methods, more = {}) => ({
  id,
  name_zh,
  name_en,
  home_url,
  login_methods,
  cookie_domain: new URL(home_url).hostname.replace(/^[^.]+/, ''),
  required_cookies: [],
  scanning_app: null,
  sites: [],
  any_site: false,
  check_every_minutes: 360,
  check_at_least_every_minutes: 15,
  ...more,
  capabilities: {
    renew: false,
    numbers: false,
    logout: true,
    quotas: false,
    operations: false,
    open: true,
    ...more.capabilities,
  },
});

export const SITES = [
  { origin: 'https://ai.burncloud.com', name_zh: '主站', name_en: 'Main site' },
  { origin: 'https://b.burncloud.com', name_zh: '企业站', name_en: 'Business site' },
];

export const PLATFORMS = [
  describe('bilibili', '哔哩哔哩', 'Bilibili', 'https://www.bilibili.com/', ['qr'], {
    scanning_app: text('哔哩哔哩 App', 'the Bilibili app'),
    capabilities: { renew: true, numbers: true, quotas: true },
  }),
  describe('toutiao', '今日头条', 'Toutiao', 'https://www.toutiao.com/', ['qr', 'window'], {
    scanning_app: text('今日头条 App', 'the Toutiao app'),
  }),
  describe('douyin', '抖音', 'Douyin', 'https://creator.douyin.com/', ['window', 'cookies'], {
    required_cookies: ['sessionid', 'sid_guard'],
    capabilities: { numbers: true },
  }),
  describe('xiaohongshu', '小红书', 'Xiaohongshu', 'https://creator.xiaohongshu.com/', ['window']),
  describe('jimeng', '即梦', 'Jimeng', 'https://jimeng.jianying.com/', ['window', 'token'], {
    capabilities: { quotas: true, operations: true },
  }),
  describe('dreamina', '即梦国际版', 'Dreamina', 'https://dreamina.capcut.com/', ['window', 'token'], {
    capabilities: { quotas: true, operations: true },
  }),
  describe('smartcv', 'SmartCV', 'SmartCV', 'https://www.smartcv.cc/', ['password', 'window', 'cookies'], {
    capabilities: { quotas: true, operations: true },
  }),
  describe(
    'burncloud',
    'BurnCloud',
    'BurnCloud',
    'https://ai.burncloud.com/',
    ['password', 'token', 'cookies'],
    {
      sites: SITES,
      any_site: true,
      capabilities: { quotas: true, operations: true },
    },
  ),
];

const site = field('site', 'choice', text('站点', 'Site'), {
  choices: SITES.map(({ origin, name_zh, name_en }) => ({ value: origin, name: text(name_zh, name_en) })),
  other: true,
  default: SITES[0].origin,
});

/** What a login asks for first. */
export function firstForm(platform, method) {
  const several = PLATFORMS.find(({ id }) => id === platform)?.any_site ?? false;
  const forms = {
    cookies: [
      'cookies',
      text('粘贴 Cookie', 'Paste cookies'),
      [
        field('cookies', 'long_secret', text('Cookie', 'Cookies'), {
          hint: text('一整行 Cookie 请求头即可。', 'The whole line of the Cookie header will do.'),
        }),
      ],
    ],
    token: [
      'token',
      text('粘贴访问令牌', 'Paste an access token'),
      [
        ...(several ? [site] : []),
        ...(several ? [field('user_id', 'text', text('用户 ID', 'User ID'))] : []),
        field('token', 'long_secret', text('令牌', 'Token'), {
          hint: text(
            '带地区前缀也可以，例如 us-。',
            'With a prefix for the region if it has one, such as us-.',
          ),
        }),
        ...(several ? [] : [field('note', 'text', text('用途', 'Purpose'), { required: false })]),
      ],
    ],
    password: [
      'password',
      text('用密码登录', 'Log in with a password'),
      [
        ...(several ? [site] : []),
        several
          ? field('user', 'text', text('用户名', 'User name'))
          : field('email', 'email', text('邮箱', 'E-mail')),
        field('password', 'secret', text('密码', 'Password')),
      ],
    ],
  };
  const [id, title, fields] = forms[method];
  return { id, title, fields, problem: null };
}

/** What comes after it where the account has a second factor. */
export const secondForm = () => ({
  id: 'second_factor',
  title: text('两步验证', 'Second factor'),
  fields: [
    field('code', 'code', text('验证码', 'Code'), {
      hint: text(
        '验证器里的 6 位数字，或一个备用码。',
        'The six digits of your authenticator, or a backup code.',
      ),
    }),
  ],
  problem: null,
});
