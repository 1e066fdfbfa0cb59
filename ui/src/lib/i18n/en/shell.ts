import { plural } from '../plural';

/** The frame around the pages: navigation, lock, background work. */
export const shell = {
  navigation: 'Pages',
  accounts: 'Accounts',
  pools: 'Pools',
  settings: 'Settings',
  lock: 'Lock',
  lockHint: 'Lock the vault',
  skip: 'Skip to the page',
  closeTitle: 'Close the window?',
  closeText:
    'In the tray, Roster goes on watching your accounts. Quitting locks the vault and stops the checks. Roster remembers your choice; the settings can change it.',
  closeTray: 'Stay in the tray',
  closeQuit: 'Quit',
  work: 'Background work',
  idle: 'Nothing running',
  nextCheck: (when: string) => `Next check ${when}`,
  checking: (done: number, total: number) =>
    `Checking ${done.toLocaleString('en')} / ${total.toLocaleString('en')}`,
  pausedOffline: 'Paused: no network',
  pausedLocked: 'Paused: vault locked',
  pausedUser: 'Paused by you',
  failed: 'Checks stopped',
  cancelJob: 'Stop checking',
  died: (name: string) => `${name} needs a new login`,
  diedMany: (n: number) => `${plural(n, 'account needs', 'accounts need')} a new login`,
  show: 'Show',
  notices: 'Messages',
  needMe: (n: number) => `${plural(n, 'account needs', 'accounts need')} you`,
};
