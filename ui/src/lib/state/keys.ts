/** Whether the key goes into a field where the owner types. */
export function isTyping(event: KeyboardEvent): boolean {
  const target = event.target as HTMLElement | null;
  if (!target?.closest) return false;
  if (target.closest('textarea, select, [contenteditable="true"]')) return true;
  const input = target.closest('input');
  return input !== null && !['checkbox', 'radio', 'button', 'range'].includes(input.type);
}

/** Whether a dialog or a menu has the keyboard now. */
export function overlayOpen(): boolean {
  return (
    document.querySelector('[role="dialog"], [role="alertdialog"], [role="menu"], [role="listbox"]') !== null
  );
}

/** A shortcut as one word: `mod+n`, `f5`, `/`. `mod` is Ctrl, and ⌘ on a Mac. */
export function shortcut(event: KeyboardEvent, mac: boolean): string {
  const mod = mac ? event.metaKey : event.ctrlKey;
  const parts = [mod && 'mod', event.altKey && 'alt', event.shiftKey && event.key.length > 1 && 'shift'];
  return [...parts.filter(Boolean), event.key.toLowerCase()].join('+');
}

/** The same as people read it: `Ctrl+N`, `⌘N`. */
export function keyText(keys: string, mac: boolean): string {
  return keys
    .split('+')
    .map((key) =>
      key === 'mod' ? (mac ? '⌘' : 'Ctrl') : key.length > 1 ? key.toUpperCase() : key.toUpperCase(),
    )
    .join(mac ? '' : '+');
}
