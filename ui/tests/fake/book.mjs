// An in-memory stand-in for the API, with the shapes that crates/api/openapi.json describes. Only for looking at
// pages while they are made and for tests of states that the real host cannot be brought into at will.

import { Desk } from './desk.mjs';
import { PLATFORMS } from './platforms.mjs';
import { Time } from './time.mjs';
import { Keys } from './keys.mjs';
import { Samples } from './samples.mjs';
import { Services } from './services.mjs';

const NAMES = [
  '林间小记',
  '阿澈的厨房',
  '北纬四十度',
  '木子读书',
  '像素漫游',
  '老周说车',
  '一口半夏',
  'Studio Nine',
  '云上咖啡',
  '小满手作',
  '深夜放映室',
  '大橘为重',
];
const POOLS = [
  { pool_id: 'pool_01', name: '日常发布' },
  { pool_id: 'pool_02', name: '评论互动' },
];
const DAY = 86_400_000;

const iso = (ms) => new Date(ms).toISOString();
const pick = (list, n) => list[n % list.length];

function standing(n) {
  const m = n % 23;
  if (m === 3) return ['expired', 'expired', 'not_logged_in', 'log_in'];
  if (m === 7) return ['inactive', 'restricted', pick(['muted', 'risk_control', 'captcha'], n), 'restricted'];
  if (m === 11) return ['inactive', 'identity_mismatch', 'other_user', 'other_person'];
  if (m === 13) return ['active', 'unknown', 'timeout', null];
  if (m === 17) return ['inactive', 'alive', 'ok', null];
  if (m === 19) return ['pending', null, null, null];
  return ['active', 'alive', 'ok', null];
}

function account(n, now, platforms) {
  const [status, verdict, reason, needs_me] = standing(n);
  const platform = pick(platforms, n);
  const name = n < NAMES.length ? NAMES[n] : `${pick(NAMES, n * 7)} ${n}`;
  const at = verdict ? iso(now - ((n * 7_919) % 300) * 60_000) : null;
  const expires = platform === 'bilibili' ? iso(now + (n % 29 === 5 ? 1.6 : 20 + (n % 150)) * DAY) : null;
  const tags =
    n % 3 === 0
      ? { 用途: pick(['主号', '矩阵', '测试'], n / 3) }
      : n % 7 === 0
        ? { region: '杭州', 合作: '' }
        : {};
  const used = n % 4 === 0 ? null : iso(now - n * 3_700_000 - 60_000);
  const created = iso(now - n * 5_000_000 - 90 * DAY);
  return {
    account_id: `acc_${String(n).padStart(6, '0')}`,
    platform,
    account_name: name,
    status,
    priority: 1 + (n % 10),
    use_count: n % 120,
    success_count: n % 100,
    fail_count: n % 7,
    last_used_at: used,
    more: {
      id: n + 1,
      account_type: 'personal',
      name_is_own: n % 5 === 0,
      identity: String(350_000_000 + n * 37),
      profile: {
        user_id: String(350_000_000 + n * 37),
        name: pick(NAMES, n),
        avatar_url: null,
        signature: null,
        level: 'LV5',
        membership: null,
        membership_ends_at: null,
        verification: null,
        read_at: at,
      },
      last_check: verdict ? { at, verdict, reason } : null,
      first_expired_at: null,
      next_check_at: iso(now + 3_600_000),
      forecast: expires && { ends_at: expires, soon: Date.parse(expires) - now < 3 * DAY },
      checking: false,
      duplicate_of: null,
      needs_me,
      has_credential: true,
      generation: 1,
      last_error: null,
      tags,
      metadata: {},
      user_id: null,
      project_id: null,
      note: '',
      pools: n % 5 === 1 ? [POOLS[0]] : n % 11 === 0 ? POOLS : [],
      created_at: created,
      updated_at: created,
    },
  };
}

class No extends Error {
  constructor(status, code, details = null) {
    super(code);
    Object.assign(this, { status, code, details });
  }
}

const tally = (list, keys) => {
  const counts = {};
  for (const item of list) for (const key of keys(item)) counts[key] = (counts[key] ?? 0) + 1;
  return counts;
};

export class Book {
  constructor({
    accounts = 0,
    phase = 'unlocked',
    password = 'correct horse',
    problem = null,
    notice = null,
    time = {},
    keys = {},
    platforms = ['bilibili', 'bilibili', 'toutiao'],
    services = {},
    samples = null,
  } = {}) {
    this.now = Date.now();
    this.accounts = Array.from({ length: accounts }, (_, n) => account(n, this.now, platforms));
    this.phase = phase;
    this.password = password;
    this.problem = problem;
    this.notice = notice;
    this.waitUntil = 0;
    this.wrong = 0;
    this.preferences = {
      language: 'zh-CN',
      theme: 'light',
      log_level: 'info',
      on_close: 'ask',
      hide_from_capture: false,
    };
    this.about = { screen_protection: 'no', core_dumps: 'off', memory_locked: true };
    this.settings = {
      health_enabled: true,
      health_interval_minutes: 360,
      lock_after_minutes: 5,
      notify: true,
      lock_on_suspend: true,
      lock_on_screen_lock: true,
      list_columns: [],
      list_density: 'normal',
      list_sort: 'number',
    };
    this.jobs = [];
    this.fail = null;
    this.delay = 0;
    this.listeners = new Set();
    this.desk = new Desk(this);
    this.time = new Time(this, time);
    this.keys = new Keys(this, keys);
    this.services = new Services(this, services);
    this.samples = samples && new Samples(samples);
  }

  tell(...events) {
    for (const listener of this.listeners) listener({ version: 1, events });
  }

  async call({ method, path, body }) {
    const url = new URL(path, 'http://fake');
    if (this.delay) await new Promise((resolve) => setTimeout(resolve, this.delay));
    try {
      if (this.fails(url)) throw new No(this.fail.status, this.fail.code, this.fail.details);
      const data = await this.answer(method, url, body ? JSON.parse(body) : undefined);
      return { status: 200, body: { success: true, data } };
    } catch (thrown) {
      if (!(thrown instanceof No)) throw thrown;
      const { status, code, details } = thrown;
      return { status, body: { success: false, error: { code, message: '', details } } };
    }
  }

  /** Whether a test wants this call to fail: each of its kind, or the first so many. */
  fails({ pathname }) {
    if (!this.fail || !pathname.includes(this.fail.path)) return false;
    this.fail.times = (this.fail.times ?? Infinity) - 1;
    return this.fail.times >= 0;
  }

  async answer(method, url, body) {
    const route = `${method} ${url.pathname}`;
    const keyed = this.keys.answer(method, url, body, No);
    if (keyed !== undefined) return keyed;
    if (route === 'GET /desktop/v1/vault') return this.vault();
    if (route === 'POST /desktop/v1/vault') return this.create(body.password);
    if (route === 'POST /desktop/v1/vault/unlock') return this.unlock(body.password);
    if (route === 'GET /desktop/v1/preferences') return this.preferences;
    if (route === 'PUT /desktop/v1/preferences') return (this.preferences = body);
    if (route === 'GET /api/v1/platforms') return { platforms: PLATFORMS };
    if (this.phase !== 'unlocked' && !url.pathname.endsWith('/about')) throw new No(423, 'VAULT_LOCKED');
    if (route === 'POST /desktop/v1/vault/lock') return this.lock();
    if (route === 'GET /desktop/v1/settings') return this.settings;
    if (route === 'PUT /desktop/v1/settings') return (this.settings = body);
    if (route === 'GET /desktop/v1/jobs') return { jobs: this.jobs };
    if (route === 'POST /desktop/v1/checks') return this.check(body);
    if (method === 'DELETE' && url.pathname.startsWith('/desktop/v1/jobs/')) return this.cancel();
    if (route === 'GET /api/v1/accounts') return this.page(url.searchParams);
    if (route === 'GET /desktop/v1/accounts/facets') return this.facets(url.searchParams);
    if (route === 'POST /desktop/v1/accounts/bulk-delete') return this.remove(body.account_ids);
    if (route === 'POST /desktop/v1/accounts/bulk-update') return this.change(body);
    const kept = this.samples?.answer(method, url, body, No);
    if (kept !== undefined) return kept;
    const served = this.services.answer(method, url, body, No);
    if (served !== undefined) return served;
    const more = (await this.time.answer(method, url, body, No)) ?? this.desk.answer(method, url, body, No);
    if (more !== undefined) return more;
    const one = /^\/api\/v1\/accounts\/([^/]+)$/.exec(url.pathname);
    if (one) return this.one(method, decodeURIComponent(one[1]), body);
    throw new No(404, 'NOT_FOUND');
  }

  /** A login has come to its end: what was expired is alive again. */
  loggedIn(id) {
    const found = this.accounts.find((item) => item.account_id === id);
    if (!found) return;
    found.status = 'active';
    Object.assign(found.more, { needs_me: null, has_credential: true });
    found.more.last_check = { at: iso(Date.now()), verdict: 'alive', reason: 'ok' };
    this.tell({ type: 'accounts_changed', ids: [id] });
  }

  vault() {
    return {
      phase: this.phase,
      problem: this.problem,
      wait_seconds: Math.max(0, Math.ceil((this.waitUntil - Date.now()) / 1000)),
      notice: this.notice,
      ...this.keys.facts(),
    };
  }

  create(password) {
    this.phase = 'unlocked';
    this.keys.begin(password);
    return this.open();
  }

  open() {
    this.phase = 'unlocked';
    this.tell({ type: 'vault_changed', phase: this.phase });
    return this.vault();
  }

  lock() {
    this.phase = 'locked';
    this.tell({ type: 'vault_changed', phase: this.phase });
    return this.vault();
  }

  unlock(password) {
    if (this.problem) throw new No(409, this.problem.code);
    if (password !== this.password) throw this.wrongTry();
    this.keys.opened('password');
    return this.open();
  }

  /** A wrong secret: from the third on, the next try has to wait. */
  wrongTry() {
    this.wrong += 1;
    const wait = this.wrong >= 3 ? 2 ** (this.wrong - 1) : 0;
    this.waitUntil = Date.now() + wait * 1000;
    return new No(401, 'WRONG_PASSWORD', { wait_seconds: wait });
  }

  matching(query, without) {
    const want = (key) => (key === without ? null : query.get(key));
    const text = want('text')?.toLowerCase();
    return this.accounts.filter(
      (item) =>
        (want('ids') === null || want('ids').split(',').includes(item.account_id)) &&
        (!want('status') || item.status === want('status')) &&
        (!want('platform') || item.platform === want('platform')) &&
        (!want('needs_me') || item.more.needs_me) &&
        (!want('tag') || tagsOf(item).includes(want('tag'))) &&
        (!text ||
          `${item.account_name} ${item.account_id} ${item.more.identity} ${item.more.profile.name}`
            .toLowerCase()
            .includes(text)),
    );
  }

  page(query) {
    const list = this.matching(query);
    const key = {
      name: (a) => a.account_name,
      status: (a) => a.status,
      platform: (a) => a.platform,
      last_check: (a) => a.more.last_check?.at ?? '',
      last_used: (a) => a.last_used_at ?? '',
      expires_at: (a) => a.more.forecast?.ends_at ?? '~',
    }[query.get('sort')];
    if (key) list.sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
    if (query.get('order') === 'desc') list.reverse();
    const limit = Number(query.get('limit') ?? 50);
    const offset = Number(query.get('offset') ?? 0);
    const accounts = list.slice(offset, offset + limit).map((item) => this.whole(item));
    return { accounts, total: list.length, limit, offset };
  }

  /** An account with what other parts of the stand-in know of it. */
  whole(item) {
    return { ...item, more: { ...item.more, ...this.services.more(item) } };
  }

  facets(query) {
    return {
      status: tally(this.matching(query, 'status'), (a) => [a.status]),
      platform: tally(this.matching(query, 'platform'), (a) => [a.platform]),
      tag: tally(this.matching(query, 'tag'), tagsOf),
      needs_me: this.matching(query, 'needs_me').filter((a) => a.more.needs_me).length,
      total: this.matching(query).length,
    };
  }

  one(method, id, body) {
    const found = this.accounts.find((item) => item.account_id === id);
    if (!found) throw new No(404, 'ACCOUNT_NOT_FOUND');
    if (method === 'PUT') {
      if (body.status) found.status = body.status;
      if (body.account_name) found.account_name = body.account_name;
      if (body.tags) found.more.tags = body.tags;
      this.tell({ type: 'accounts_changed', ids: [id] });
    }
    const { more } = found;
    return {
      ...this.whole(found),
      id: more.id,
      account_type: 'personal',
      last_check_at: more.last_check?.at ?? null,
      created_at: more.created_at,
      updated_at: more.updated_at,
    };
  }

  change({ account_ids: ids, status, add_tags: added, remove_tags: gone, proxy }) {
    if (proxy) this.services.face(proxy, No);
    const before = new Map();
    for (const id of ids) {
      const found = this.accounts.find((item) => item.account_id === id);
      if (!found) continue;
      before.set(id, { status: found.status, tags: found.more.tags });
      if (status) found.status = status;
      if (proxy !== undefined) this.services.setProxy(found, proxy, No);
      const tags = Object.entries({ ...found.more.tags, ...added });
      found.more.tags = Object.fromEntries(tags.filter(([name]) => !gone?.includes(name)));
    }
    this.tell({ type: 'accounts_changed', ids });
    this.time.offer('update_accounts', before.size, () => {
      for (const [id, { status: was, tags }] of before) {
        const found = this.accounts.find((item) => item.account_id === id);
        if (!found) continue;
        found.status = was;
        found.more.tags = tags;
      }
    });
    const left = ids.filter((id) => !before.has(id));
    return {
      done: [...before.keys()],
      skipped: left.map((id) => ({ account_id: id, code: 'ACCOUNT_NOT_FOUND' })),
    };
  }

  remove(ids) {
    const gone = new Set(ids);
    const thrown = this.accounts.filter((item) => gone.has(item.account_id));
    this.accounts = this.accounts.filter((item) => !gone.has(item.account_id));
    this.time.deleted(thrown);
    this.tell({ type: 'accounts_changed' });
    return { done: ids, skipped: [] };
  }

  check({ account_ids = this.accounts.map((item) => item.account_id) }) {
    const job = {
      id: `job_${this.jobs.length + 1}`,
      kind: 'check',
      state: 'running',
      why: null,
      done: 0,
      total: account_ids.length,
      alive: 0,
      expired: 0,
      restricted: 0,
      unknown: 0,
      next_at: null,
      results: [],
    };
    this.jobs = [job];
    const step = () => {
      if (job.state !== 'running') return;
      for (const id of account_ids.slice(
        job.done,
        job.done + Math.max(1, Math.ceil(account_ids.length / 8)),
      )) {
        const item = this.accounts.find((other) => other.account_id === id);
        job.done += 1;
        if (!item) continue;
        const { verdict, reason } = item.more.last_check ?? { verdict: 'alive', reason: 'ok' };
        if (item.more.last_check) item.more.last_check.at = iso(Date.now());
        const sum =
          { alive: 'alive', expired: 'expired', restricted: 'restricted', identity_mismatch: 'restricted' }[
            verdict
          ] ?? 'unknown';
        job[sum] += 1;
        job.results.push({ account_id: id, verdict, reason, status: item.status });
      }
      if (job.done >= job.total) job.state = 'done';
      this.tell({ type: 'job_changed', job: { ...job, results: undefined } }, { type: 'accounts_changed' });
      if (job.state === 'running') setTimeout(step, 250);
    };
    setTimeout(step, 250);
    return job;
  }

  cancel() {
    const [job] = this.jobs;
    job.state = 'cancelled';
    this.tell({ type: 'job_changed', job: { ...job, results: undefined } });
    return job;
  }
}

const tagsOf = (item) =>
  Object.entries(item.more.tags).map(([name, value]) => (value ? `${name}:${value}` : name));
