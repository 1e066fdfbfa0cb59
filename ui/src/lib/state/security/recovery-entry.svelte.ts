import type { ApiError } from '$lib/client';
import { KIT_WORDS, splitWords, tidyWord, type WordList } from './words';

/** What is wrong with the twelve words that were typed. */
export type WordsFault =
  | { what: 'unknown'; position: number }
  | { what: 'missing'; count: number }
  | { what: 'checksum' | 'too_many' | 'other_kit' };

/** Twelve words being typed on the unlock page. They live as long as their fields and are wiped with them. */
export class RecoveryEntry {
  words = $state<string[]>(Array.from({ length: KIT_WORDS }, () => ''));
  /** Fields that have been left: only those are judged while typing goes on. */
  left = $state<boolean[]>(Array.from({ length: KIT_WORDS }, () => false));
  fault = $state.raw<WordsFault | undefined>();

  #list = $state.raw<WordList | undefined>();

  /** The list has been read. */
  know(list: WordList): void {
    this.#list = list;
  }

  /** All twelve, as the engine takes them. */
  get text(): string {
    return this.words.map(tidyWord).join(' ');
  }

  /** Whether a word stands at this place that is in no kit. */
  isUnknown(index: number): boolean {
    const word = tidyWord(this.words[index] ?? '');
    if (word === '' || !this.#list) return false;
    return !this.#list.has(word);
  }

  /** Whether the place is to be marked: it was left with a word that is in no kit. */
  isMarked(index: number): boolean {
    return (this.left[index] ?? false) && this.isUnknown(index);
  }

  /**
   * Takes what was typed or pasted at a place. Several words go to the places after it. Answers where typing goes
   * on.
   */
  type(index: number, text: string): number {
    this.fault = undefined;
    const found = splitWords(text);
    if (found.length <= 1 && !/[\s,，、]$/u.test(text)) {
      this.words[index] = text;
      this.left[index] = false;
      return index;
    }
    // Whoever pastes all of them has the first field in mind, wherever the cursor is.
    const from = found.length >= KIT_WORDS ? 0 : index;
    if (found.length > KIT_WORDS) this.fault = { what: 'too_many' };
    found.slice(0, KIT_WORDS - from).forEach((word, n) => {
      this.words[from + n] = word;
      this.leave(from + n);
    });
    return Math.min(KIT_WORDS - 1, from + found.length);
  }

  /** The field is left: a beginning that only one word has is completed. */
  leave(index: number): void {
    const word = tidyWord(this.words[index] ?? '');
    this.words[index] = this.#list?.complete(word) ?? word;
    this.left[index] = true;
  }

  /** Looks at all of them before they are sent. Answers whether they can be. */
  check(): boolean {
    this.words.forEach((_, index) => this.leave(index));
    const missing = this.words.filter((word) => word === '').length;
    const unknown = this.words.findIndex((_, index) => this.isUnknown(index));
    if (unknown >= 0) this.fault = { what: 'unknown', position: unknown + 1 };
    else if (missing > 0) this.fault = { what: 'missing', count: missing };
    else this.fault = undefined;
    return !this.fault;
  }

  /** Takes what the engine found wrong. Answers whether it was about the words. */
  refused(error: ApiError): boolean {
    if (error.code === 'WRONG_PASSWORD') this.fault = { what: 'other_kit' };
    else if (error.details.field !== 'words') return false;
    else if (error.reason === 'unknown_word') this.fault = unknownAt(error.details.index);
    else if (error.reason === 'count') this.fault = { what: 'missing', count: 1 };
    else this.fault = { what: 'checksum' };
    return true;
  }

  /** The place to go to after a fault. */
  get firstWrong(): number {
    if (this.fault?.what === 'unknown') return this.fault.position - 1;
    return Math.max(
      0,
      this.words.findIndex((word) => word === ''),
    );
  }

  wipe(): void {
    this.words = this.words.map(() => '');
    this.left = this.left.map(() => false);
    this.fault = undefined;
  }
}

function unknownAt(index: unknown): WordsFault {
  return { what: 'unknown', position: typeof index === 'number' ? index : 1 };
}
