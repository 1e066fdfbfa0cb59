// What the whole app answered to the samples of a platform's specification: files that its own tests wrote.
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';

export class Samples {
  constructor(platform) {
    this.kept = JSON.parse(readFileSync(new URL(`../samples/${platform}.json`, import.meta.url), 'utf8'));
  }

  /** Which sample comes next. */
  play({ name }) {
    const { samples, logouts = [] } = this.kept;
    this.next = [...samples, ...logouts].find((sample) => sample.name === name);
    if (!this.next) throw new Error(`no sample ${name}`);
  }

  answer(method, url, body, No) {
    const [, , area, id, part, name, deed] = url.pathname.split('/').slice(1).map(decodeURIComponent);
    if (area !== 'accounts' || id !== 'acc_000000') return undefined;
    if (!part) return method === 'GET' ? this.kept.account : undefined;
    if (part === 'quotas') return this.kept.quotas;
    if (part === 'secrets' && deed === 'reveal') return { value: this.kept.revealed[name] };
    if (part === 'logout') return this.shown(No);
    if (part !== 'operations') return undefined;
    return name ? this.operate(name, body, No) : this.kept.operations;
  }

  operate(name, { input, confirmed }, No) {
    const { operation, input: wanted } = this.next ?? {};
    const dangerous =
      this.kept.operations.operations.find((one) => one.operation === name)?.risk === 'dangerous';
    const same = operation === name && isDeepStrictEqual(input, wanted) && confirmed === dangerous;
    if (!same) throw new No(500, 'INTERNAL', { incident: `${name}: ${JSON.stringify(input)}` });
    return this.shown(No);
  }

  shown(No) {
    const { status, body } = this.next.shown;
    if (!body.success) throw new No(status, body.error.code, body.error.details);
    if (body.data.secrets?.length) {
      const { more } = this.kept.account;
      more.secrets = [
        ...new Set([...(more.secrets ?? []).map(({ name }) => name), ...body.data.secrets]),
      ].map((name) => ({ name }));
    }
    return body.data;
  }
}
