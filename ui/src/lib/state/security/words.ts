/** How many words a recovery kit has. */
export const KIT_WORDS = 12;

/** A word as the list spells it: what a Chinese keyboard makes wide or a phone makes large is made plain. */
export function tidyWord(typed: string): string {
  return typed.normalize('NFKC').trim().toLowerCase();
}

/** The words of a text, whatever stands between them: spaces, lines, commas, the numbers of the paper. */
export function splitWords(text: string): string[] {
  return tidyWord(text).match(/\p{L}+/gu) ?? [];
}

/** The words that kits are made of, in their order. */
export class WordList {
  readonly #words: readonly string[];
  readonly #known: ReadonlySet<string>;

  constructor(words: readonly string[]) {
    this.#words = words;
    this.#known = new Set(words);
  }

  has(word: string): boolean {
    return this.#known.has(word);
  }

  /** The one word that begins like this; nothing when there are several or none, or when it is one itself. */
  complete(begin: string): string | undefined {
    if (begin.length < 3 || this.has(begin)) return undefined;
    const found = this.#words.filter((word) => word.startsWith(begin));
    return found.length === 1 ? found[0] : undefined;
  }
}

let list: Promise<WordList> | undefined;

/** Reads the list on first use: hardly anybody ever needs it. */
export function loadWordList(): Promise<WordList> {
  list ??= import('./english.txt?raw').then(({ default: text }) => new WordList(text.trim().split('\n')));
  return list;
}
