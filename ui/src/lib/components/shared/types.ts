import type SampleIcon from '@lucide/svelte/icons/x';

/** An icon component of lucide. */
export type Icon = typeof SampleIcon;

/** The colour family of a pill, a notice or a progress bar. */
export type Tone = 'ok' | 'soon' | 'bad' | 'barred' | 'stranger' | 'unknown' | 'off' | 'fresh';

/** One entry of a menu or of a select. */
export interface Choice<V extends string = string> {
  value: V;
  label: string;
  hint?: string | undefined;
  disabled?: boolean;
}

/** One entry of a drop-down menu. */
export type MenuEntry =
  | {
      kind?: 'item';
      label: string;
      icon?: Icon;
      keys?: string;
      danger?: boolean;
      disabled?: boolean;
      run: () => void;
    }
  | { kind: 'line' };
