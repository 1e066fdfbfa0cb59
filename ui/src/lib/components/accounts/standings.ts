import Ban from '@lucide/svelte/icons/ban';
import CircleCheck from '@lucide/svelte/icons/circle-check';
import CircleDashed from '@lucide/svelte/icons/circle-dashed';
import CircleHelp from '@lucide/svelte/icons/circle-help';
import CirclePause from '@lucide/svelte/icons/circle-pause';
import Hourglass from '@lucide/svelte/icons/hourglass';
import LogIn from '@lucide/svelte/icons/log-in';
import UserX from '@lucide/svelte/icons/user-x';
import type { Standing } from '$lib/state/accounts/standing';
import type { Icon, Tone } from '../shared/types';

/** How each standing looks: never by colour alone. */
export const looks: Record<Standing, { tone: Tone; icon: Icon }> = {
  ok: { tone: 'ok', icon: CircleCheck },
  soon: { tone: 'soon', icon: Hourglass },
  expired: { tone: 'bad', icon: LogIn },
  restricted: { tone: 'barred', icon: Ban },
  stranger: { tone: 'stranger', icon: UserX },
  unknown: { tone: 'unknown', icon: CircleHelp },
  off: { tone: 'off', icon: CirclePause },
  pending: { tone: 'fresh', icon: CircleDashed },
};
