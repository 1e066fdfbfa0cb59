/** How hard a password is to guess. */
export interface Strength {
  /** 0 to 4. */
  score: 0 | 1 | 2 | 3 | 4;
  /** Seconds that somebody needs who has stolen the disk, at 10,000 guesses a second. */
  seconds: number;
}

/** The shortest password that is taken. */
export const MIN_LENGTH = 8;
/** The lowest score that is taken. */
export const MIN_SCORE = 2;

type Measure = (password: string, words: string[]) => Strength;
let measure: Promise<Measure> | undefined;

/** Reads the word lists on first use: they weigh more than the rest of the app and only one page needs them. */
export function loadMeter(): Promise<Measure> {
  measure ??= Promise.all([import('@zxcvbn-ts/core'), import('@zxcvbn-ts/language-common')]).then(
    ([{ ZxcvbnFactory }, { dictionary, adjacencyGraphs }]) => {
      const meter = new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs });
      return (password, words) => {
        const { score, crackTimes } = meter.check(password.slice(0, 100), words);
        return { score, seconds: crackTimes.offlineSlowHashingXPerSecond.seconds };
      };
    },
  );
  return measure;
}
