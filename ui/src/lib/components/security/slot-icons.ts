import FileKey from '@lucide/svelte/icons/file-key';
import KeyRound from '@lucide/svelte/icons/key-round';
import RectangleEllipsis from '@lucide/svelte/icons/rectangle-ellipsis';
import ScrollText from '@lucide/svelte/icons/scroll-text';
import type { SlotKind } from '$lib/client/wire';
import type { Icon } from '../shared/types';

/** How each way into the vault is drawn. */
export const slotIcons: Record<SlotKind, Icon> = {
  password: RectangleEllipsis,
  recovery: ScrollText,
  keychain: KeyRound,
  key_file: FileKey,
};
