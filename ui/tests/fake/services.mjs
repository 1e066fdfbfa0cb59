// What platforms can do beyond login and health, in the stand-in: operations, quotas, wallet, windows, proxies, kept secrets.
import { OPERATIONS } from './operations.mjs';
import { PLATFORMS } from './platforms.mjs';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const iso = (ms) => new Date(ms).toISOString();

const quota = (key, unit, more = {}) => ({
  key,
  unit,
  currency: null,
  used: null,
  limit: null,
  unlimited: false,
  left: null,
  resets_at: null,
  expires_at: null,
  ...more,
});
const counted = (key, unit, used, limit, more = {}) =>
  quota(key, unit, { used, limit, left: Math.max(0, limit - used), ...more });

/** What a platform's account has left; each account a little different. */
function quotasOf({ platform, more }, now) {
  const n = more.id;
  const noon = now + (5 + (n % 12)) * HOUR;
  switch (platform) {
    case 'bilibili':
      return [quota('coins', 'credits', { left: 842.5 - n })];
    case 'jimeng':
    case 'dreamina':
      return [
        counted('daily_generations', 'count', (n * 13) % 61, 60, { resets_at: iso(noon) }),
        quota('credits', 'credits', { left: (n * 67) % 400 }),
        quota('gift_credits', 'credits', { left: 20, expires_at: iso(now + 3 * DAY) }),
      ];
    case 'smartcv':
      return [
        counted('resumes', 'count', 8, 50),
        counted('api_requests', 'count', Math.min(1000, 150 + n * 40), 1000, {
          resets_at: iso(now + 11 * DAY),
        }),
        counted('storage', 'bytes', 10_485_760, 104_857_600),
        quota('templates', 'count', { used: 3, unlimited: true }),
      ];
    case 'burncloud':
      return [quota('balance', 'money', { used: 3.42, left: n % 3 ? 12.5 + n : 0, currency: 'USD' })];
    default:
      return [];
  }
}

export class Services {
  constructor(book, seed = {}) {
    this.book = book;
    this.seed = { read: true, ...seed };
    this.readAt = new Map();
    this.proxies = new Map();
    this.windows = new Set();
    this.asked = [];
    const now = Date.now();
    if (!this.seed.read) return;
    for (const [n, { account_id }] of book.accounts.entries())
      this.readAt.set(account_id, now - (n % 9) * 41 * 60_000);
  }

  /** What an account's row and page have from here. */
  more(account) {
    const { account_id, platform, more } = account;
    const able = PLATFORMS.find(({ id }) => id === platform)?.capabilities;
    const [first = null] = this.readAt.has(account_id) ? quotasOf(account, Date.now()) : [];
    return {
      site: platform === 'burncloud' ? 'https://ai.burncloud.com' : null,
      proxied: this.proxies.has(account_id),
      proxy: this.proxies.get(account_id) ?? null,
      secrets: more.secrets ?? (platform === 'smartcv' ? [{ name: 'backup_codes' }] : []),
      can_open: (able?.open ?? false) && more.has_credential,
      window_open: this.windows.has(account_id),
      quota: first,
    };
  }

  answer(method, url, body, No) {
    const [, , area, id, part, name, deed] = url.pathname.split('/').slice(1).map(decodeURIComponent);
    if (area === 'wallet') return id === 'refresh' ? this.readAll() : this.wallet();
    if (area === 'proxy' && id === 'test') return this.testProxy(body, No);
    if (area !== 'accounts' || !part) return undefined;
    const found = this.book.accounts.find((item) => item.account_id === id);
    if (!found) return undefined;
    switch (part) {
      case 'operations':
        return name ? this.operate(found, name, body, No) : { operations: OPERATIONS[found.platform] ?? [] };
      case 'quotas':
        if (url.searchParams.get('refresh') === 'true') this.readAt.set(id, Date.now());
        return this.quotas(found);
      case 'open':
      case 'close-window':
        return this.window(found, part === 'open');
      case 'proxy':
        return this.setProxy(found, body.proxy, No);
      case 'secrets':
        return deed === 'copy'
          ? { cleared_in_seconds: 30 }
          : { value: `sample-${name}-12345678\nsample-87654321` };
      default:
        return undefined;
    }
  }

  quotas(account) {
    const read_at = this.readAt.get(account.account_id);
    if (read_at === undefined) return { read_at: null, age_s: null, items: [] };
    return {
      read_at: iso(read_at),
      age_s: Math.round((Date.now() - read_at) / 1000),
      items: quotasOf(account, Date.now()),
    };
  }

  wallet() {
    const rows = this.book.accounts.flatMap((account) =>
      this.quotas(account).items.map((quota) => ({
        account_id: account.account_id,
        account_name: account.account_name,
        platform: account.platform,
        site: this.more(account).site,
        status: account.status,
        quota,
        read_at: iso(this.readAt.get(account.account_id)),
        age_s: Math.round((Date.now() - this.readAt.get(account.account_id)) / 1000),
        membership: account.platform === 'jimeng' ? 'VIP' : null,
        membership_ends_at:
          account.platform === 'jimeng' ? iso(Date.now() + (account.more.id % 40) * DAY) : null,
      })),
    );
    return { rows, reading: this.reading ?? false };
  }

  /** Reads all, an account at a time. */
  readAll() {
    const ids = this.book.accounts
      .filter((account) => quotasOf(account, 0).length > 0)
      .map((a) => a.account_id);
    const job = {
      id: 'job_quotas',
      kind: 'quotas',
      state: 'running',
      why: null,
      done: 0,
      total: ids.length,
      alive: 0,
      expired: 0,
      restricted: 0,
      unknown: 0,
      next_at: null,
      results: [],
    };
    this.book.jobs = [job];
    const tell = () => this.book.tell({ type: 'job_changed', job: { ...job, results: undefined } });
    const step = () => {
      if (job.state !== 'running') return;
      for (const id of ids.slice(job.done, job.done + Math.ceil(ids.length / 4))) {
        const failed = job.done < (this.seed.unreadable ?? 0);
        const { account_name, status } = this.book.accounts.find((one) => one.account_id === id);
        const verdict = failed ? 'unknown' : 'alive';
        job.results.push({
          account_id: id,
          account_name,
          status,
          verdict,
          reason: failed ? 'timeout' : 'ok',
        });
        if (!failed) this.readAt.set(id, Date.now());
        job.done += 1;
      }
      if (job.done >= job.total) job.state = 'done';
      tell();
      this.book.tell({ type: 'accounts_changed' });
      if (job.state === 'running') setTimeout(step, 150);
    };
    setTimeout(step, 150);
    return job;
  }

  operate({ platform, account_id }, name, { input, confirmed }, No) {
    const operation = (OPERATIONS[platform] ?? []).find((one) => one.operation === name);
    if (!operation) throw new No(404, 'OPERATION_NOT_FOUND');
    if (operation.risk === 'dangerous' && !confirmed)
      throw new No(409, 'CONFLICT', { reason: 'confirmation_needed' });
    this.asked.push({ account_id, name, input });
    const { value, fail, ...more } = operation.play(input);
    if (fail) throw new No(...fail);
    return {
      operation: name,
      value,
      at: iso(Date.now()),
      open_url: null,
      secrets: [],
      session_changed: false,
      session_ended: false,
      ...more,
    };
  }

  window({ account_id }, opens) {
    if (opens) this.windows.add(account_id);
    else this.windows.delete(account_id);
    this.book.tell(
      opens
        ? { type: 'window_opened', account_id }
        : { type: 'window_closed', account_id, saved: true, logged_out: false },
    );
    return opens ? { opened: true } : { closed: true };
  }

  setProxy(account, proxy, No) {
    if (proxy === null) this.proxies.delete(account.account_id);
    else this.proxies.set(account.account_id, this.face(proxy, No));
    return this.book.one('GET', account.account_id);
  }

  /** What may be seen of a proxy. */
  face(proxy, No) {
    const url = URL.canParse(proxy) ? new URL(proxy) : null;
    if (!url || !/^(https?|socks5h?):$/.test(url.protocol))
      throw new No(400, 'INVALID_REQUEST', { field: 'proxy' });
    const { protocol, hostname, port, username } = url;
    return {
      scheme: protocol.slice(0, -1),
      host: hostname,
      port: Number(port || 80),
      has_user: username !== '',
    };
  }

  /** `down` in its address is down for all, `down-for-douyin` for that platform alone. */
  testProxy({ proxy, account_id }, No) {
    if (proxy) this.face(proxy, No);
    const platform = this.book.accounts.find((one) => one.account_id === account_id)?.platform;
    const [, only] = /down(?:-for-(\w+))?/.exec(proxy ?? '') ?? [];
    const down = (proxy ?? '').includes('down') && (only === undefined || only === platform);
    const { protocol, hostname, port } = new URL(proxy || 'socks5://127.0.0.1:1080');
    const face = { scheme: protocol.slice(0, -1), host: hostname, port: Number(port || 80), has_user: false };
    const test = { asked: `www.${platform ?? 'bilibili'}.com`, through: face };
    return down
      ? { ok: false, reason: 'proxy', duration_ms: 3020, ...test }
      : { ok: true, reason: 'ok', duration_ms: 184, ...test };
  }
}
