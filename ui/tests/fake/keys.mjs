// The part of the stand-in behind what opens the vault: slots, recovery kit, keychain, key file, rotation.

const iso = (ms) => new Date(ms).toISOString();
const DAY = 86_400_000;

/** Two invented kits; the first is the one that opens a book with a kit. */
export const KIT =
  'abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about';
export const NEW_KIT = 'orbit ladder mimic rice paper thunder indoor seven bridge window spice arrow'.split(
  ' ',
);
const NEW_ASK = [4, 9];

export class Keys {
  constructor(book, seed = {}) {
    this.book = book;
    const slots = seed.slots ?? ['password', 'recovery'];
    this.slots = slots.map((kind, n) => this.slot(kind, n));
    this.lockedBecause = seed.locked_because ?? null;
    this.openedWith = book.phase === 'unlocked' ? 'password' : null;
    this.mark();
    this.needsPassword = seed.new_password ?? false;
    this.keychain = { available: true, reason: null, ...seed.keychain };
    /** What the next unlock by keychain or key file comes to: a reason, or nothing when it works. */
    this.refuse = seed.refuse ?? null;
    this.dialog = seed.dialog ?? 'chosen';
    this.fresh = false;
    this.epoch = 1;
    this.rotation = seed.rotation ?? null;
    this.rotatedAt = seed.last_rotated_at ?? null;
    this.made = 0;
  }

  slot(kind, n = 0) {
    return {
      slot_id: `slot_${kind}_${++Keys.count}`,
      kind,
      made_at: iso(Date.now() - n * 40 * DAY),
      opened_with: false,
    };
  }

  mark() {
    for (const slot of this.slots) slot.opened_with = slot.kind === this.openedWith;
  }

  facts() {
    const open = this.book.phase === 'unlocked';
    const kinds = this.slots.map((slot) => slot.kind);
    const needs = [];
    if (open && this.needsPassword) needs.push('new_password');
    if (open && !kinds.includes('recovery')) needs.push('recovery_kit');
    return {
      slot_kinds: this.book.phase === 'absent' ? [] : kinds,
      locked_because: this.book.phase === 'locked' ? this.lockedBecause : null,
      opened_with: open ? this.openedWith : null,
      needs,
    };
  }

  /** A vault has just been made. */
  begin(password) {
    this.book.password = password;
    this.slots = [{ ...this.slot('password'), made_at: iso(Date.now()) }];
    this.fresh = true;
    this.opened('password');
  }

  opened(kind) {
    this.openedWith = kind;
    this.needsPassword = kind === 'recovery';
    this.mark();
  }

  view() {
    return {
      slots: this.slots,
      keychain: this.keychain,
      kdf: { memory_kib: 65_536, passes: 3, lanes: 4 },
      epoch: this.epoch,
      rotation: this.rotation,
      last_rotated_at: this.rotatedAt,
    };
  }

  /** Answers what it knows; `undefined` for the rest. `No` is the book's error. */
  answer(method, url, body, No) {
    const prefix = '/desktop/v1/vault/';
    if (!url.pathname.startsWith(prefix)) return undefined;
    const route = url.pathname.slice(prefix.length);
    if (route.startsWith('unlock/')) return this.unlock(route.slice(7), body, No);
    if (this.book.phase !== 'unlocked') return undefined;
    switch (`${method} ${route}`) {
      case 'GET security':
        return this.view();
      case 'PUT password':
        return this.change(body, No);
      case 'POST recovery-kit':
        return this.kit(body, No);
      case 'POST recovery-kit/confirm':
        return this.confirm(body, No);
      case 'POST rotate':
        this.check(body.password);
        this.rotate();
        return this.view();
      case 'POST slots/keychain':
      case 'POST slots/key-file':
        return this.add(route.endsWith('keychain') ? 'keychain' : 'key_file', body, No);
      default:
        return /^slots\/.+\/remove$/.test(route) ? this.remove(route.split('/')[1], body, No) : undefined;
    }
  }

  check(password) {
    if (password !== this.book.password) throw this.book.wrongTry();
  }

  unlock(how, body, No) {
    const kind = how === 'key-file' ? 'key_file' : how;
    if (this.book.waitUntil > Date.now()) throw new No(429, 'RATE_LIMITED', { wait_seconds: 3 });
    if (kind === 'recovery') this.checkWords(body.words, No);
    else if (kind === 'key_file' && this.dialog === 'cancel')
      throw new No(409, 'CONFLICT', { reason: 'cancelled' });
    else if (kind === 'key_file' && this.refuse) throw this.book.wrongTry();
    else if (this.refuse) throw new No(422, 'UNSUPPORTED', { reason: this.refuse });
    this.opened(kind);
    return this.book.open();
  }

  checkWords(words, No) {
    const list = words.split(' ');
    const bad = (reason, index) => new No(400, 'INVALID_REQUEST', { field: 'words', reason, index });
    if (list.length !== 12) throw bad('count');
    if (list[11] === 'zoo') throw bad('checksum');
    if (words !== KIT) throw this.book.wrongTry();
  }

  change({ old, new: fresh }, No) {
    if (old === null && !this.needsPassword) throw new No(400, 'INVALID_REQUEST', { field: 'old' });
    if (old !== null) this.check(old);
    this.book.password = fresh;
    this.needsPassword = false;
    return this.book.vault();
  }

  kit({ password }, No) {
    if (password === null && !this.fresh) throw new No(400, 'INVALID_REQUEST', { field: 'password' });
    if (password !== null) this.check(password);
    return { words: NEW_KIT, ask: NEW_ASK, made_at: iso(Date.now()), vault_name: '7f3a-91c4' };
  }

  confirm({ words }, No) {
    if (!words.every((word, n) => word === NEW_KIT[NEW_ASK[n] - 1]))
      throw new No(400, 'INVALID_REQUEST', { field: 'words' });
    this.slots = [...this.slots.filter((slot) => slot.kind !== 'recovery'), this.slot('recovery')];
    return this.view();
  }

  add(kind, { password }, No) {
    this.check(password);
    if (kind === 'key_file' && this.dialog === 'cancel')
      throw new No(409, 'CONFLICT', { reason: 'cancelled' });
    if (kind === 'keychain' && this.refuse) throw new No(422, 'UNSUPPORTED', { reason: this.refuse });
    this.slots = [...this.slots, this.slot(kind)];
    return this.view();
  }

  remove(id, { password }, No) {
    this.check(password);
    const rest = this.slots.filter((slot) => slot.slot_id !== id);
    if (rest.length === this.slots.length) throw new No(404, 'SLOT_NOT_FOUND');
    if (rest.length === 0) throw new No(409, 'CONFLICT', { reason: 'last_slot' });
    this.slots = rest;
    this.rotate();
    return this.view();
  }

  rotate() {
    this.epoch += 1;
    this.rotation = { done: 0, total: 1280 };
    const step = () => {
      this.rotation.done = Math.min(this.rotation.total, this.rotation.done + 320);
      if (this.rotation.done < this.rotation.total) return void setTimeout(step, 400);
      this.rotation = null;
      this.rotatedAt = iso(Date.now());
    };
    setTimeout(step, 400);
  }
}
Keys.count = 0;
