import type { Choice } from '../shared/types';

/** The entries of a catalogue, in its order, as choices. */
export function choicesOf<V extends string>(words: Record<V, string>): Choice<V>[] {
  return Object.entries<string>(words).map(([value, label]) => ({ value: value as V, label }));
}

/** Numbers as choices; one that is set now but not on offer stands among them. */
export function numberChoices(
  offered: readonly number[],
  now: number,
  label: (n: number) => string,
): Choice[] {
  const numbers = offered.includes(now) ? offered : [...offered, now];
  return numbers.map((n) => ({ value: String(n), label: label(n) }));
}
