const marks = import.meta.glob<string>('./*/logo.svg', { eager: true, query: '?url', import: 'default' });

/** The address of a platform's mark, for those that have one. */
export function markOf(platform: string): string | undefined {
  return marks[`./${platform}/logo.svg`];
}
