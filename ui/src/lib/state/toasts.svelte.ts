import type { ApiError } from '$lib/client';
import { errorWords, platformSaid } from '$lib/errors/table';
import { t } from '$lib/i18n/index.svelte';

/** A short word at the edge of the window. */
export interface Toast {
  id: number;
  severity: 'note' | 'problem' | 'grave';
  title: string;
  text?: string | undefined;
  footnote?: string | undefined;
  action?: { label: string; run: () => void } | undefined;
}

const MOST = 4;

/** What is said at the edge of the window. Grave ones stay until they are dismissed. */
export class Toasts {
  list = $state<Toast[]>([]);
  #last = 0;

  say(toast: Omit<Toast, 'id' | 'severity'> & { severity?: Toast['severity'] }): number {
    const id = ++this.#last;
    const whole: Toast = { severity: 'note', ...toast, id };
    this.list = [...this.list, whole].slice(-MOST);
    if (whole.severity !== 'grave') {
      setTimeout(() => this.dismiss(id), whole.action || whole.severity === 'problem' ? 10_000 : 5_000);
    }
    return id;
  }

  /** Says what an error means and what to do. */
  fail(error: ApiError): void {
    const { title, remedy, severity, incident } = errorWords(error);
    const footnote = incident ? t.errors.incident(incident) : platformSaid(error);
    this.say({ title, text: remedy, severity, footnote });
  }

  /** Takes all of them away: they name accounts, and nobody may read those off a locked window. */
  clear(): void {
    this.list = [];
  }

  dismiss(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }
}
