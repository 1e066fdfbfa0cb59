// The part of the stand-in behind snapshots, trash, undo, export, import, erase, the vault's history and cookie values.

const DAY = 86_400_000;
const iso = (ms) => new Date(ms).toISOString();
const brief = ({ account_id, account_name, platform }) => ({ account_id, name: account_name, platform });

/** What a test may set: see `Seed.time` in tests/e2e/support.ts. */
const PLAIN = {
  snapshots: 0,
  trash: 0,
  history: [],
  set_aside: [],
  /** What the file dialogs come to: `cancelled`, or nothing. */
  dialog: null,
  /** How many accounts are in the file that is imported. */
  file: 24,
  filePassword: 'paper boat 9',
  slow: 0,
};

export class Time {
  constructor(book, seed = {}) {
    this.book = book;
    this.seed = { ...PLAIN, ...seed };
    const now = Date.now();
    const reasons = ['owner', 'lock', 'before_delete', 'lock', 'daily', 'before_import', 'daily'];
    this.snapshots = Array.from({ length: this.seed.snapshots }, (_, n) => ({
      snapshot_id: `snap_${n}`,
      taken_at: iso(now - (n < 4 ? n * 5_400_000 + 1_260_000 : (n - 3) * DAY)),
      reason: reasons[n % reasons.length],
      accounts: Math.max(0, book.accounts.length - n),
      bytes: 412_000 + n * 3_100,
      verified: n !== 3,
    }));
    this.trash = Array.from({ length: this.seed.trash }, (_, n) => this.thrown(n, now - n * 7.3 * 3_600_000));
    this.undos = [];
    this.import = undefined;
    this.serial = 0;
  }

  thrown(n, at) {
    const pool = n % 7 === 4;
    const name = n === 2 ? '一个非常非常长的账号名字'.repeat(4) : pool ? `节日活动 ${n}` : `旧账号 ${n}`;
    return {
      trash_id: `trash_${n}`,
      kind: pool ? 'pool' : 'account',
      name,
      platform: n % 3 === 2 ? 'toutiao' : 'bilibili',
      deleted_at: iso(at),
      gone_at: iso(at + 30 * DAY),
    };
  }

  /** Answers what it knows; `undefined` for the rest. */
  async answer(method, url, body, No) {
    const [door, , area, id, part, sub] = url.pathname.split('/').slice(1).map(decodeURIComponent);
    if (door !== 'desktop') return undefined;
    if (area === 'vault') return this.vault(method, id, part, sub, body, No);
    if (area === 'trash') return this.bin(id, body);
    if (area === 'undo')
      return id ? this.undo(id, No) : { items: this.undos.map(({ back: _, ...item }) => item) };
    if (area === 'export') return this.export(body);
    if (area === 'import') return id ? this.imported(id, part, body, No) : this.openImport(body, No);
    if (area === 'accounts' && part === 'cookies' && method === 'POST') return this.cookie(url, sub);
    return undefined;
  }

  async vault(method, what, id, step, body, No) {
    if (what === 'history') return { entries: this.seed.history, set_aside: this.seed.set_aside };
    if (what === 'erase') return this.erase(body, No);
    if (what !== 'snapshots') return undefined;
    if (method === 'GET' && !id) return { snapshots: this.snapshots, keep_newest: 5, keep_daily: 7 };
    if (!id) return this.take('owner');
    const snapshot = this.snapshots.find((item) => item.snapshot_id === id);
    if (!snapshot) throw new No(404, 'SNAPSHOT_NOT_FOUND');
    const parts = this.difference(snapshot);
    if (step === 'preview') return { snapshot, ...parts };
    const wanted = body.account_ids && new Set(body.account_ids);
    const hit = (list) => list.filter((item) => !wanted || wanted.has(item.account_id)).length;
    const [restored, changed, removed] = [hit(parts.comes_back), hit(parts.changes), hit(parts.goes_away)];
    this.take('before_restore');
    const undo_id = this.offer('restore', restored + changed + removed, () => undefined);
    this.book.tell({ type: 'accounts_changed' });
    return { restored, changed, removed, undo_id };
  }

  take(reason) {
    const snapshot = {
      snapshot_id: `snap_new_${++this.serial}`,
      taken_at: iso(Date.now()),
      reason,
      accounts: this.book.accounts.length,
      bytes: 415_200,
      verified: true,
    };
    this.snapshots = [snapshot, ...this.snapshots];
    return snapshot;
  }

  /** The newest is as it is now; older ones differ the more. */
  difference(snapshot) {
    const age = this.snapshots.indexOf(snapshot);
    const wide = this.seed.wide ?? 0;
    const back = Array.from({ length: age === 0 ? 0 : age + wide }, (_, n) => ({
      account_id: `old_${n}`,
      name: n === 1 ? '一个名字长得一行怎么也放不下的老账号'.repeat(3) : `旧账号 ${n}`,
      platform: n % 3 === 2 ? 'toutiao' : 'bilibili',
    }));
    const here = this.book.accounts.map(brief);
    const changes = here.slice(0, age * 2);
    const goes_away = here.slice(age * 2, age * 2 + (age > 1 ? 2 : 0));
    return {
      comes_back: back,
      goes_away,
      changes,
      same: here.length - changes.length - goes_away.length,
      pools_changed: age > 2 ? 1 : 0,
    };
  }

  bin(step, body) {
    if (!step) return { items: this.trash };
    const ids = body.trash_ids ?? this.trash.map((item) => item.trash_id);
    const hit = this.trash.filter((item) => ids.includes(item.trash_id));
    this.trash = this.trash.filter((item) => !hit.includes(item));
    this.book.accounts = [...hit.flatMap((item) => item.account ?? []), ...this.book.accounts];
    if (step === 'purge') return { purged: hit.length };
    this.book.tell({ type: 'accounts_changed' });
    return { restored: hit.length, failed: [] };
  }

  /** Accounts were deleted: into the trash, and it can be undone. */
  deleted(accounts) {
    const at = Date.now();
    const thrown = accounts.map((account) => ({
      trash_id: `trash_${account.account_id}`,
      kind: 'account',
      name: account.account_name,
      platform: account.platform,
      deleted_at: iso(at),
      gone_at: iso(at + 30 * DAY),
      account,
    }));
    this.trash = [...thrown, ...this.trash];
    this.offer('delete_accounts', accounts.length, () => {
      this.book.accounts = [...accounts, ...this.book.accounts];
      this.trash = this.trash.filter((item) => !thrown.includes(item));
      this.book.tell({ type: 'accounts_changed' });
    });
  }

  offer(what, count, back) {
    const undo_id = `undo_${++this.serial}`;
    this.undos = [{ undo_id, what, count, at: iso(Date.now()), back }, ...this.undos];
    this.book.tell({ type: 'undo_offered', undo_id, what, count });
    return undo_id;
  }

  undo(id, No) {
    const found = this.undos.find((item) => item.undo_id === id);
    if (!found) throw new No(404, 'UNDO_NOT_FOUND');
    this.undos = this.undos.filter((item) => item !== found);
    found.back();
    const skipped = Math.min(this.seed.changedSince ?? 0, found.count);
    return { what: found.what, undone: found.count - skipped, skipped };
  }

  async export({ account_ids }) {
    await this.dialog();
    const accounts = account_ids?.length ?? this.book.accounts.length;
    if (this.seed.dialog === 'cancelled') return { cancelled: true, file_name: null, accounts: 0, bytes: 0 };
    return {
      cancelled: false,
      file_name: 'roster-2026-11-20.rosterx',
      accounts,
      bytes: 2_048 + accounts * 1_900,
    };
  }

  async openImport({ source, secret }, No) {
    await this.dialog();
    if (this.seed.dialog === 'cancelled') return { cancelled: true, import: null };
    if (secret !== this.seed.filePassword) throw new No(401, 'WRONG_PASSWORD', { wait_seconds: 0 });
    const items = fileItems(this.seed.file);
    const count = (what) => items.filter((item) => item.what === what).length;
    this.import = {
      import_id: `import_${++this.serial}`,
      source,
      items,
      new: count('new'),
      update: count('update'),
      same: count('same'),
      conflict: count('conflict'),
      unreadable: count('unreadable'),
    };
    return { cancelled: false, import: this.import };
  }

  imported(id, step, body, No) {
    const open = this.import;
    if (open?.import_id !== id) throw new No(404, 'IMPORT_NOT_FOUND');
    this.import = undefined;
    if (step === 'discard') return {};
    const taken = open.items.filter((item) => !body.item_ids || body.item_ids.includes(item.item_id));
    const imported = taken.filter((item) => item.what === 'new').length;
    const updated = taken.filter((item) => item.what === 'update' || item.what === 'conflict').length;
    const undo_id = this.offer('import', imported + updated, () => undefined);
    this.book.tell({ type: 'accounts_changed' });
    return { imported, updated, skipped: open.items.length - imported - updated, undo_id };
  }

  async erase({ password }, No) {
    if (password !== this.book.password) throw new No(401, 'WRONG_PASSWORD', { wait_seconds: 0 });
    await new Promise((resolve) => setTimeout(resolve, this.seed.slow));
    const answer = {
      freed_bytes: 1_240_000,
      purged: this.trash.length,
      snapshots_removed: this.snapshots.length,
    };
    Object.assign(this, { trash: [], snapshots: [], undos: [] });
    return answer;
  }

  cookie(url, name) {
    if (url.pathname.endsWith('/copy')) return { cleared_in_seconds: 30 };
    return { value: `sample-value-of-${name}-${'7f3a90c1'.repeat(6)}` };
  }

  dialog() {
    return new Promise((resolve) => setTimeout(resolve, 40));
  }
}

/** What a file of so many accounts would change. */
function fileItems(length) {
  const kinds = ['new', 'new', 'update', 'same', 'new', 'conflict', 'unreadable'];
  const why = { conflict: 'newer_here', unreadable: 'damaged' };
  return Array.from({ length }, (_, n) => {
    const what = kinds[n % kinds.length];
    return {
      item_id: `item_${n}`,
      name: n === 4 ? '名字长到一行放不下的账号'.repeat(5) : `文件里的账号 ${n}`,
      platform: what === 'unreadable' ? null : n % 3 === 2 ? 'toutiao' : 'bilibili',
      what,
      reason: why[what] ?? null,
    };
  });
}
