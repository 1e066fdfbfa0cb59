import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Revealed, SHOWN_SECONDS } from './revealed.svelte';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const value = (text: string) => () => Promise.resolve({ value: text });

describe('a revealed value', () => {
  it('is hidden by itself', async () => {
    const shown = new Revealed();
    await shown.show('a', value('one'));
    expect([shown.key, shown.value]).toEqual(['a', 'one']);
    vi.advanceTimersByTime(SHOWN_SECONDS * 1000 - 1);
    expect(shown.value).toBe('one');
    vi.advanceTimersByTime(1);
    expect([shown.key, shown.value]).toEqual([undefined, undefined]);
  });

  it('makes way for the next: never two at once, and the next has its whole time', async () => {
    const shown = new Revealed();
    await shown.show('a', value('one'));
    vi.advanceTimersByTime(20_000);
    await shown.show('b', value('two'));
    expect([shown.key, shown.value]).toEqual(['b', 'two']);
    vi.advanceTimersByTime(20_000);
    expect(shown.value).toBe('two');
  });

  it('does not come up after it was hidden while the answer was on its way', async () => {
    const shown = new Revealed();
    let answer: (value: { value: string }) => void = () => undefined;
    const asking = shown.show('a', () => new Promise((resolve) => (answer = resolve)));
    shown.hide();
    answer({ value: 'late' });
    await asking;
    expect(shown.value).toBeUndefined();
  });
});
