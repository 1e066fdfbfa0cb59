import { loadMeter, MIN_LENGTH, MIN_SCORE, type Strength } from './strength';

/** What is still wrong with a new password. */
export type PasswordProblem = 'short' | 'weak' | 'mismatch' | 'not_understood';

/** A password being chosen. It lives as long as its page and is wiped when the page is left. */
export class NewPassword {
  password = $state('');
  again = $state('');
  understood = $state(false);
  strength = $state.raw<Strength | undefined>();

  /** What stands in the way, first things first; nothing when it can be used. */
  get problem(): PasswordProblem | undefined {
    if ([...this.password].length < MIN_LENGTH) return 'short';
    if (this.strength && this.strength.score < MIN_SCORE) return 'weak';
    if (this.password !== this.again) return 'mismatch';
    return this.understood ? undefined : 'not_understood';
  }

  /** Measures what has been typed. A slow answer about an older text is dropped. */
  async measure(): Promise<void> {
    const typed = this.password;
    const meter = await loadMeter();
    if (typed === this.password)
      this.strength = typed === '' ? undefined : meter(typed, ['roster', '号簿', 'haobu']);
  }

  wipe(): void {
    this.password = '';
    this.again = '';
    this.strength = undefined;
  }
}
