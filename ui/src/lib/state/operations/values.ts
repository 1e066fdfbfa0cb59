import { say } from '$lib/i18n/bilingual';
import { bytesText } from '$lib/i18n/bytes';
import { currentLocale, t } from '$lib/i18n/index.svelte';
import { dateTime } from '$lib/i18n/time';
import { moneyText } from '../quotas/words';
import type { Field, Json, Node } from './schema';

type Unit = (value: number, currency: string | undefined) => string;

/** What only names something is no amount: 12345, not 12,345. */
function named(value: number): string {
  return String(value);
}

const units: Record<string, Unit> = {
  bytes: (value) => bytesText(value),
  money: (value, currency) => (currency ? moneyText(value, currency) : exact(value)),
  percent: (value) => `${plain(value)} %`,
  unix_seconds: (value) => (value > 0 ? dateTime(value * 1000) : '–'),
  unix_millis: (value) => (value > 0 ? dateTime(value) : '–'),
  id: named,
  year: named,
  plain: named,
  seconds: (value) =>
    value.toLocaleString(currentLocale(), { style: 'unit', unit: 'second', unitDisplay: 'long' }),
};

/** An amount of which nobody said in which currency. */
const exact = (value: number) =>
  value.toLocaleString(currentLocale(), { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const plain = (value: number) => value.toLocaleString(currentLocale(), { maximumFractionDigits: 6 });

/** A single value as people read it, by what its schema says of it. */
export function scalarText(value: Json, node: Node, currency?: string): string {
  if (value === null || value === '') return '–';
  const known = node.kind === 'choice' ? node.options : 'words' in node ? node.words : [];
  const word = known.find((option) => option.value === value);
  if (word) return say(word.label);
  if (typeof value === 'boolean') return value ? t.common.yes : t.common.no;
  if (typeof value === 'number') {
    const unit = node.kind === 'number' ? units[node.unit ?? ''] : undefined;
    return unit ? unit(value, currency) : plain(value);
  }
  if (typeof value === 'string') return textValue(value, node);
  if (Array.isArray(value)) return listText(value, node, currency);
  return JSON.stringify(value);
}

/** So many of a list are named where there is one line for all of it. */
const NAMED = 12;

/** A list within a line: its values one after the other, not as JSON. */
function listText(list: Json[], node: Node, currency?: string): string {
  if (list.length === 0) return '–';
  const item: Node = node.kind === 'list' ? node.item : { kind: 'any' };
  const shown = list.slice(0, NAMED).map((one) => scalarText(one, item, currency));
  const more = list.length - shown.length;
  return more > 0 ? t.operations.andMore(t.common.listJoin(shown), more) : t.common.listJoin(shown);
}

function textValue(value: string, node: Node): string {
  const isTime = node.kind === 'text' && node.format === 'date-time';
  return isTime && !Number.isNaN(Date.parse(value)) ? dateTime(value) : value;
}

/** What was used of something, and of how much: "150 / 1,000", "8 / unlimited"; and what is left. */
export function usageText(
  value: { [name: string]: Json },
  fields: readonly Field[],
): [of: string, left?: string] {
  const text = (name: string) => {
    const number = value[name];
    const node = fields.find((field) => field.name === name)?.node;
    return typeof number === 'number' && node ? scalarText(number, node) : undefined;
  };
  const limit = value.unlimited === true ? t.quotas.unlimited : text('limit');
  const used = text('used') ?? '–';
  const left = text('left');
  const of = limit ? `${used} / ${limit}` : used;
  return left ? [of, t.operations.left(left)] : [of];
}

/** The money of an object is in the currency that stands beside it. */
export function currencyOf(value: Json | undefined): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return typeof value.currency === 'string' && value.currency !== '' ? value.currency : undefined;
}

/** Whether the currency stands with its money anyway and needs no place of its own. */
export function isSaidElsewhere(name: string, fields: readonly Field[]): boolean {
  return name === 'currency' && fields.some(({ node }) => node.kind === 'number' && node.unit === 'money');
}
