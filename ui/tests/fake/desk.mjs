// The part of the stand-in behind one account's page, the login dialog, pools and settings.
import { Logins } from './logins.mjs';

const DAY = 86_400_000;
const iso = (ms) => new Date(ms).toISOString();

/** What a history is made of, newest first. */
const OUTCOMES = [
  ['alive', 'ok', 'nav', 200, '0', null],
  ['alive', 'ok', 'nav', 200, '0', null],
  ['unknown', 'timeout', 'nav', null, null, null],
  ['alive', 'ok', 'nav', 200, '0', null],
  ['restricted', 'risk_control', 'nav', 412, '-412', 'request was banned'],
  ['alive', 'ok', 'myinfo', 200, '0', null],
  ['expired', 'not_logged_in', 'nav', 200, '-101', '账号未登录'],
  ['alive', 'ok', 'nav', 200, '0', null],
];

export class Desk {
  constructor(book) {
    this.book = book;
    this.pools = [];
    this.logins = new Logins(book);
    this.turn = 0;
    this.stats = new Map();
    this.numbersFail = false;
  }

  /** Answers what it knows; `undefined` for the rest. `No` is the book's error. */
  answer(method, url, body, No) {
    const path = url.pathname.split('/').slice(1).map(decodeURIComponent);
    const [door, , area, id, part, sub] = path;
    if (area === 'about') {
      const dir = '/home/me/.local/share/roster';
      return {
        name: 'Roster',
        version: '0.1.0',
        licence: 'MIT OR Apache-2.0',
        data_dir: dir,
        log_dir: `${dir}/logs`,
        ...this.book.about,
      };
    }
    if (door === 'desktop' && area === 'logins') return this.logins.answer(method, id, part, body, No);
    if (area === 'pools') return this.pool(method, id, part, sub, body, No);
    if (area === 'accounts' && id && id !== 'facets' && !id.startsWith('bulk-'))
      return this.account(method, id, part, No);
    return undefined;
  }

  find(id, No) {
    const found = this.book.accounts.find((item) => item.account_id === id);
    if (!found) throw new No(404, 'ACCOUNT_NOT_FOUND');
    return found;
  }

  account(method, id, part, No) {
    if (!part && method !== 'DELETE') return undefined;
    const found = this.find(id, No);
    if (!part) return this.book.remove([id]);
    const now = Date.now();
    switch (part) {
      case 'health':
        return { account_id: id, records: found.more.last_check ? this.history(found, now) : [] };
      case 'stats':
        return this.usage(found, now);
      case 'numbers':
        return {
          account_id: id,
          read_at: iso(now),
          items: [
            { key: 'followers', value: 128_430, change: 312 },
            { key: 'views', value: 4_512_870, change: 23_410 },
            { key: 'likes', value: 356_200, change: -18 },
            { key: 'coins', value: 842.5, change: null },
          ],
        };
      case 'cookies':
        return { account_id: id, cookies: found.more.has_credential ? cookies(now) : [] };
      case 'health-check':
        return this.check(found);
      case 'renew':
        return { account_id: id, renewed: true, message: '' };
      case 'logout':
        Object.assign(found, { status: 'expired' });
        found.more.has_credential = false;
        this.book.tell({ type: 'accounts_changed', ids: [id] });
        return { account_id: id, message: '' };
      default:
        return undefined;
    }
  }

  history(found, now) {
    const { verdict, reason, at } = found.more.last_check;
    const first = { verdict, reason, at: Date.parse(at), outcome: OUTCOMES.find(([v]) => v === verdict) };
    const later = Array.from({ length: 39 }, (_, n) => {
      const outcome = n % 9 === 4 ? OUTCOMES[[2, 4, 6, 2][(n / 9) | 0]] : OUTCOMES[0];
      return { verdict: outcome[0], reason: outcome[1], at: now - (n + 1) * 6 * 3_600_000, outcome };
    });
    return [first, ...later].map(({ verdict, reason, at, outcome }, n) => ({
      at: iso(at),
      verdict,
      reason,
      evidence: {
        question: outcome?.[2] ?? 'nav',
        http_status: outcome?.[3] ?? null,
        code: outcome?.[4] ?? null,
        message: outcome?.[5] ?? null,
        retry_after_s: null,
      },
      duration_ms: verdict === 'unknown' ? 10_000 : 140 + ((n * 37) % 260),
      generation: 1,
      status: found.status,
    }));
  }

  usage(found, now) {
    const { account_id, platform, status, use_count, success_count, fail_count } = found;
    const reports = success_count + fail_count;
    const recent_logs = Array.from({ length: Math.min(12, use_count) }, (_, n) => ({
      action: ['publish', 'operation:update_account', 'fetch_stats'][n % 3],
      success: n % 5 !== 2,
      duration_ms: 800 + n * 431,
      created_at: iso(now - (n + 1) * 3_100_000),
      ...(n % 5 === 2 && { error: 'The draft was refused: title too long' }),
    }));
    const success_rate = reports === 0 ? 0 : Math.round((success_count / reports) * 10_000) / 100;
    return { account_id, platform, status, use_count, success_count, fail_count, success_rate, recent_logs };
  }

  check(found) {
    found.more.last_check ??= { verdict: 'alive', reason: 'ok' };
    found.more.last_check.at = iso(Date.now());
    this.book.tell({ type: 'accounts_changed', ids: [found.account_id] });
    return { account_id: found.account_id, healthy: found.more.last_check.verdict === 'alive', message: '' };
  }

  view(pool) {
    const members = pool.members.map(({ account_id }) =>
      this.book.accounts.find((a) => a.account_id === account_id),
    );
    const ready_count = members.filter((account) => account?.status === 'active').length;
    const { members: _, ...rest } = pool;
    return { ...rest, member_count: pool.members.length, ready_count };
  }

  makePool({ name, platform, description = '', strategy = 'round_robin', max_size = null }) {
    const id = this.pools.length + 1;
    const now = iso(Date.now());
    const pool = {
      id,
      pool_id: `pool_${String(id).padStart(2, '0')}`,
      name,
      platform,
      description,
      strategy,
      max_size,
      members: [],
      created_at: now,
      updated_at: now,
    };
    this.pools.push(pool);
    return pool;
  }

  pool(method, id, part, sub, body, No) {
    if (!id && method === 'POST') {
      const pool = this.makePool(body);
      this.book.tell({ type: 'pools_changed' });
      return this.view(pool);
    }
    if (!id) return { pools: this.pools.map((pool) => this.view(pool)), total: this.pools.length };
    const pool = this.pools.find((pool) => pool.pool_id === id);
    if (!pool) throw new No(404, 'POOL_NOT_FOUND');
    if (part === 'members') return this.members(method, pool, sub, body, No);
    if (part === 'select') return this.select(pool, No);
    if (method === 'PUT') Object.assign(pool, body, body.max_size === 0 ? { max_size: null } : {});
    if (method === 'DELETE') {
      this.pools = this.pools.filter((other) => other !== pool);
      this.book.time.offer('delete_pool', 1, () => this.pools.push(pool));
    }
    if (method !== 'GET') this.book.tell({ type: 'pools_changed' });
    return this.view(pool);
  }

  members(method, pool, account_id, body, No) {
    if (method === 'GET')
      return {
        pool_id: pool.pool_id,
        members: pool.members.map((m) => this.member(pool, m)),
        total: pool.members.length,
      };
    if (method === 'POST') {
      if (pool.max_size && pool.members.length >= pool.max_size)
        throw new No(409, 'CONFLICT', { reason: 'pool_full' });
      pool.members.push({ account_id: body.account_id, priority: body.priority, added_at: iso(Date.now()) });
    }
    const member = pool.members.find((m) => m.account_id === (account_id ?? body.account_id));
    if (!member) throw new No(404, 'MEMBER_NOT_FOUND');
    if (method === 'PUT') member.priority = body?.priority;
    if (method === 'DELETE') pool.members = pool.members.filter((m) => m !== member);
    this.book.tell({ type: 'pools_changed' });
    return this.member(pool, member);
  }

  member(pool, member) {
    const account = this.book.accounts.find((a) => a.account_id === member.account_id);
    return {
      pool_id: pool.pool_id,
      account_id: member.account_id,
      platform: pool.platform,
      account_name: account.account_name,
      status: account.status,
      priority: member.priority ?? account.priority,
      priority_is_own: member.priority !== undefined,
      use_count: account.use_count,
      last_used_at: account.last_used_at,
      added_at: member.added_at,
    };
  }

  select(pool, No) {
    const all = pool.members.map((member) => this.member(pool, member));
    const ready = all.filter(({ status }) => status === 'active');
    const having = (status) => all.filter((member) => member.status === status).length;
    const why = {
      members: all.length,
      pending: having('pending'),
      expired: having('expired'),
      restricted: having('inactive'),
      disabled: 0,
    };
    if (ready.length === 0) throw new No(409, 'NO_AVAILABLE_ACCOUNT', { pool_id: pool.pool_id, why });
    const chosen = ready[this.turn++ % ready.length];
    const { account_id, platform, account_name, status, priority, use_count, last_used_at } = chosen;
    const account = this.book.accounts.find((a) => a.account_id === account_id);
    account.use_count += 1;
    account.last_used_at = iso(Date.now());
    const explanation = {
      strategy: pool.strategy,
      priority,
      use_count,
      last_used_at,
      ready_count: ready.length,
      others: why,
    };
    return { account_id, platform, account_name, status, explanation };
  }
}

function cookies(now) {
  const one = (name, domain, days, masked, http_only = true) => ({
    name,
    domain,
    path: '/',
    expires_at: days === null ? null : iso(now + days * DAY),
    secure: true,
    http_only,
    masked,
  });
  return [
    one('SESSDATA', '.bilibili.com', 176, '7f••••2a'),
    one('bili_jct', '.bilibili.com', 176, 'c0••••9e', false),
    one('DedeUserID', '.bilibili.com', 176, '35••••12', false),
    one('DedeUserID__ckMd5', '.bilibili.com', 176, 'a1••••f4', false),
    one('sid', '.bilibili.com', 176, '6x••••mk', false),
    one('buvid3', 'bilibili.com', null, 'B4••••oc', false),
  ];
}
