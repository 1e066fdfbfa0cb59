const rules = new Intl.PluralRules('en');

/** English words for a count: one form for one, another for the rest. The count is written with separators. */
export function plural(count: number, one: string, other: string): string {
  return `${count.toLocaleString('en')} ${rules.select(count) === 'one' ? one : other}`;
}

/** A count as Chinese text writes it. */
export function count(value: number): string {
  return value.toLocaleString('zh-CN');
}
