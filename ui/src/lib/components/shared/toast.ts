/** A short word at the edge of the window. */
export interface Toast {
  id: number;
  severity: 'note' | 'problem' | 'grave';
  title: string;
  text?: string | undefined;
  footnote?: string | undefined;
  action?: { label: string; run: () => void } | undefined;
}
