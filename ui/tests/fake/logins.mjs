// Logins of the stand-in: by code, by form and by window.
import { CODE_IMAGE, CODE_TEXT } from './code.mjs';
import { firstForm, secondForm } from './platforms.mjs';

const iso = (ms) => new Date(ms).toISOString();

const HOSTS = {
  douyin: 'creator.douyin.com',
  xiaohongshu: 'creator.xiaohongshu.com',
  jimeng: 'jimeng.jianying.com',
  smartcv: 'www.smartcv.cc',
};

export class Logins {
  constructor(book) {
    this.book = book;
    this.all = new Map();
    this.last = undefined;
  }

  answer(method, id, part, body, No) {
    if (method === 'POST' && !id) return this.start(body);
    if (!id) return { logins: [...this.all.values()] };
    const login = this.all.get(id);
    if (!login) throw new No(404, 'LOGIN_NOT_FOUND');
    if (method === 'DELETE') {
      this.all.delete(id);
      return { session_id: id, message: '' };
    }
    if (part === 'refresh') this.move(login, { ...this.first(login), error: null });
    if (part === 'fields') return this.fill(login, body.fields, No);
    if (part === 'accept-new')
      this.done({ ...login, account_id: null }, login.other_person.name, 'acc_000005', login);
    return login;
  }

  start({ platform, account_id = null, method = 'qr', site = null }) {
    const session_id = `login_${this.all.size + 1}_${Date.now()}`;
    const login = {
      session_id,
      platform,
      method,
      site,
      account_id,
      phase: 'loading',
      qrcode_text: null,
      qrcode_image: null,
      expires_at: null,
      expires_in: null,
      scanned_by: null,
      result: null,
      other_person: null,
      error: null,
      form: null,
      window: null,
      refreshes: 0,
      started_at: iso(Date.now()),
    };
    this.all.set(session_id, login);
    this.last = session_id;
    if (!this.book.slowCode) setTimeout(() => this.move(login, this.first(login)), 60);
    return { ...login };
  }

  /** How it goes on after the start. */
  first({ platform, method }) {
    if (method === 'window')
      return {
        phase: 'waiting',
        window: { open: true, host: HOSTS[platform] ?? null, secure: true, candidate: false },
      };
    if (method !== 'qr') return { phase: 'needs_input', form: firstForm(platform, method) };
    return {
      phase: 'waiting',
      qrcode_text: CODE_TEXT,
      qrcode_image: CODE_IMAGE,
      expires_in: 180,
      expires_at: iso(Date.now() + 180_000),
    };
  }

  /** `wrong` in a password or a code is wrong; who has `2fa` in the name has a second factor. */
  fill(login, fields, No) {
    if (login.phase !== 'needs_input') throw new No(409, 'CONFLICT', { reason: 'login_phase' });
    const { form } = login;
    const missing = form.fields.find(({ id, required }) => required && !fields[id]?.trim());
    if (missing) throw new No(400, 'INVALID_REQUEST', { field: `fields.${missing.id}` });
    this.filled = { ...this.filled, ...fields };
    this.move(login, { phase: 'verifying', form: null });
    setTimeout(() => this.judge(login, form, fields), 60);
    return { ...login };
  }

  judge(login, form, fields) {
    const wrong = form.fields.find(({ id }) => /wrong/.test(fields[id] ?? ''));
    if (wrong) {
      const problem = {
        field: wrong.id,
        text: { zh: '平台说这个不对，请再看一遍。', en: 'The platform says that this is wrong. Look again.' },
        reason: 'other',
        code: '20003',
        message: 'invalid credentials',
      };
      return this.move(login, { phase: 'needs_input', form: { ...form, problem } });
    }
    if (/busy/.test(Object.values(fields).join(' '))) {
      const problem = { field: null, text: null, reason: 'rate_limited', code: '429', message: null };
      return this.move(login, { phase: 'needs_input', form: { ...form, problem } });
    }
    const second = form.id === 'password' && /2fa/.test(`${fields.user ?? ''}${fields.email ?? ''}`);
    if (second) return this.move(login, { phase: 'needs_input', form: secondForm() });
    return this.done(login, '像素漫游', 'acc_000004');
  }

  done(login, account_name, account_id, moved = login) {
    const result = {
      account_id: login.account_id ?? account_id,
      account_name,
      created: login.account_id === null,
      avatar_url: null,
      status: 'active',
    };
    this.book.loggedIn(login.account_id);
    this.move(moved, { phase: 'done', form: null, window: null, result });
  }

  move(login, change) {
    Object.assign(login, change);
    this.book.tell({ type: 'login_changed', session_id: login.session_id });
  }

  /** Brings the latest login where a test wants it. */
  moveLast(change) {
    const login = this.all.get(this.last);
    if (!login) return;
    if (change.phase === 'done') this.book.loggedIn(login.account_id);
    this.move(login, change);
  }
}
