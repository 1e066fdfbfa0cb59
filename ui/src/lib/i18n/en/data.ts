import { plural } from '../plural';

/** The vault's past and what leaves it or comes in: snapshots, trash, undo, export, import, what it did. */
export const data = {
  snapshots: 'Snapshots',
  snapshotsText: (newest: number, daily: number) =>
    `Whole copies of the vault as it was, encrypted in the data folder: the ${newest} newest, and one for each of the last ${daily} days. Roster takes them by itself.`,
  take: 'Take one now',
  taken: 'A snapshot was taken and read back.',
  noSnapshots: 'None yet. The first one is taken when the vault is locked, or now.',
  reasons: {
    lock: 'When the vault was locked',
    daily: 'Once a day',
    owner: 'Taken by you',
    before_import: 'Before an import',
    before_restore: 'Before a restore',
    before_erase: 'Before erasing for good',
    before_delete: 'Before many were deleted',
    before_migration: 'Before the vault’s format changed',
  } as Record<string, string>,
  otherReason: 'Taken by Roster',
  accounts: (n: number) => plural(n, 'account', 'accounts'),
  verified: 'Read back and whole',
  unverified: 'Damaged, cannot be restored',
  look: 'Restore…',
  lookAt: (when: string) => `Restore from ${when}`,
  showAll: (n: number) => `Show all ${n.toLocaleString('en')}`,
  showFewer: 'Show fewer',

  restoreTitle: 'Back to this snapshot?',
  restoreOf: (when: string, why: string) => `${when} · ${why}`,
  comesBack: 'Comes back',
  goesAway: 'Goes away',
  changes: 'Changes back',
  restoreCounts: (back: number, change: number, away: number) =>
    [
      back ? `${back.toLocaleString('en')} come back` : '',
      change ? `${change.toLocaleString('en')} change back` : '',
      away ? `${away.toLocaleString('en')} go away` : '',
    ]
      .filter(Boolean)
      .join(' · '),
  sameCount: (n: number) => `${plural(n, 'account is', 'accounts are')} the same now`,
  poolsChanged: (n: number) => `${plural(n, 'pool changes', 'pools change')} back too`,
  poolsStay: 'Pools stay as they are.',
  nothingChanges: 'Everything is as it was then',
  nothingChangesText: 'There is nothing to bring back from this snapshot.',
  how: 'What to restore',
  everything: 'Everything',
  chosen: 'Chosen accounts',
  next: 'Go on',
  confirmRestore: (n: number) => `Restore ${plural(n, 'account', 'accounts')}`,
  confirmAll: 'Restore everything',
  confirmText: (counts: string) =>
    `${counts}. Roster takes a snapshot of today first, so this can be undone.`,
  confirmAwayTitle: (n: number) => `${plural(n, 'account goes', 'accounts go')} away`,
  confirmAway:
    'They were added after this snapshot, so their logins are not in it. If you want them again and can no longer undo, you have to log in again.',
  restoring: 'Restoring…',
  restoreDone: 'Restored',
  restoredCounts: (back: number, change: number, away: number) =>
    [
      back ? `${plural(back, 'account', 'accounts')} came back` : '',
      change ? `${change.toLocaleString('en')} changed back` : '',
      away ? `${away.toLocaleString('en')} went away` : '',
    ]
      .filter(Boolean)
      .join(', ') || 'Nothing had to change',

  trash: 'Trash',
  trashText: 'What you delete stays here for 30 days, still encrypted, and can be put back whole.',
  trashCount: (n: number) => (n === 0 ? 'Empty' : plural(n, 'thing', 'things')),
  openTrash: 'Open',
  trashEmpty: 'The trash is empty',
  trashEmptyText: 'What you delete waits here for 30 days before it is gone.',
  toSettings: 'Back to the settings',
  toAccounts: 'To the accounts',
  pool: 'Pool',
  deletedAgo: (when: string) => `deleted ${when}`,
  goneIn: (days: number) => `${plural(days, 'day', 'days')} left`,
  goneSoon: 'gone today',
  restoreOne: 'Restore',
  restoreNamed: (name: string) => `Restore ${name}`,
  purgeOne: 'Delete for good…',
  purgeNamed: (name: string) => `Delete ${name} for good`,
  emptyTrash: 'Empty the trash…',
  purgeTitle: (n: number) =>
    n === 1 ? 'Delete this for good?' : `Delete ${n.toLocaleString('en')} things for good?`,
  purgeText: (name: string) =>
    `${name} and its login are gone from the vault after this. Older snapshots may still hold them until you erase for good in the settings.`,
  purgePoolText: (name: string) => `The pool ${name} is gone for good after this. Its accounts stay.`,
  purgeManyText:
    'They and their logins are gone from the vault after this. Older snapshots may still hold them until you erase for good in the settings.',
  purgeConfirm: 'Delete for good',
  purged: (n: number) => `${plural(n, 'thing', 'things')} deleted for good`,
  trashRestored: (n: number) => `${n.toLocaleString('en')} restored`,
  trashFailed: (n: number) => `${plural(n, 'thing', 'things')} could not be restored`,
  trashReasons: {
    not_there: 'It is no longer in the trash.',
    exists: 'It came back in another way already.',
  } as Record<string, string>,
  select: (name: string) => `Select ${name}`,
  selectAll: 'Select all',
  selectedOf: (n: number, of: number) => `${n.toLocaleString('en')} of ${of.toLocaleString('en')} selected`,

  undoTitle: 'Undo',
  undoText: 'Deletions and changes to several accounts at once. Ctrl+Z takes back the latest.',
  undoEmpty: 'Nothing to undo.',
  undoneWhat: {
    delete_accounts: (n: number) => `${plural(n, 'account', 'accounts')} deleted`,
    delete_pool: (n: number) => `${plural(n, 'pool', 'pools')} deleted`,
    update_accounts: (n: number) => `${plural(n, 'account', 'accounts')} changed`,
    restore: (n: number) => `${plural(n, 'account', 'accounts')} restored`,
    import: (n: number) => `${plural(n, 'account', 'accounts')} imported`,
    other: (n: number) => plural(n, 'change', 'changes'),
  },
  showAllUndo: (n: number) => `Show all ${n.toLocaleString('en')}`,
  undo: 'Undo',
  undoNamed: (what: string) => `Undo: ${what}`,
  undone: (n: number) => `Undone: ${plural(n, 'record', 'records')}`,
  undoneSome: (n: number, left: number) =>
    `${n.toLocaleString('en')} undone; ${left.toLocaleString('en')} had changed since and ${left === 1 ? 'was' : 'were'} left`,
  undoneNone: 'Everything had changed since, so nothing was undone',
  nothingToUndo: 'There is nothing to undo',

  export: 'Export',
  exportText:
    'One encrypted file with accounts and their logins, to keep elsewhere or to take to another computer.',
  exportDo: 'Export…',
  exportTitle: 'Export accounts',
  exportWhich: 'Which accounts',
  exportAll: (n: number) => `All ${n.toLocaleString('en')}`,
  exportSelected: (n: number) => `The ${n.toLocaleString('en')} selected`,
  filePassword: 'Password for the file',
  filePasswordAgain: 'Password, once more',
  exportWarnTitle: 'The file holds the logins themselves',
  exportWarn:
    'Whoever has the file and its password can use every login in it. Keep them apart, and give neither away.',
  exportUnderstood: 'I have understood, and I will keep the password',
  exportGo: 'Choose a place and save…',
  exporting: 'Sealing the file…',
  exportCancelled: 'No place was chosen; nothing was written.',
  exportDone: 'Exported',
  exportDoneText: (n: number, size: string) => `${plural(n, 'account', 'accounts')}, ${size}, encrypted.`,
  exportKeep: 'Without its password nobody can open the file, you included.',

  import: 'Import',
  importText:
    'Accounts from a file that Roster exported, or from the older format. You see what would change before anything is written.',
  importDo: 'Import…',
  importTitle: 'Import accounts',
  importSource: 'What kind of file',
  sources: {
    export: ['A Roster export', 'Made with “Export” here or on another computer.'],
    legacy: ['The old format', 'A file of credentials from the tool before Roster.'],
  },
  importPassword: 'Password of the file',
  importSecret: 'Secret of the old tool',
  importSecretHint: 'The key that the old tool sealed its credentials with.',
  importWrong: 'This does not open the file.',
  importGo: 'Choose the file…',
  importOpening: 'Reading the file…',
  importCancelled: 'No file was chosen.',
  importPreview: 'What would change',
  importNothingYet: 'Nothing has been written yet.',
  importWhat: {
    new: 'New',
    update: 'Update',
    same: 'The same',
    conflict: 'Conflict',
    unreadable: 'Unreadable',
  },
  importReasons: {
    newer_here: 'The one here is newer',
    other_person: 'The login belongs to another person',
    wrong_secret: 'The secret does not open it',
    damaged: 'Damaged',
    unknown_platform: 'Unknown platform',
    unknown_format: 'In a form nobody here knows',
    duplicate: 'Twice in the file',
    no_login: 'It holds no login',
  } as Record<string, string>,
  importApply: (n: number) => `Import ${plural(n, 'account', 'accounts')}`,
  importing: 'Importing…',
  importEmpty: 'There is nothing in this file',
  importEmptyText: 'The file was read, but it holds no account.',
  importAllSame: 'All of it is here already.',
  importDone: 'Imported',
  importedCounts: (made: number, updated: number, skipped: number) =>
    [
      made ? `${plural(made, 'account is', 'accounts are')} new` : '',
      updated ? `${updated.toLocaleString('en')} updated` : '',
      skipped ? `${skipped.toLocaleString('en')} left as they were` : '',
    ]
      .filter(Boolean)
      .join(', ') || 'Nothing was written',
  show: 'Show',
  allKinds: 'All',

  erase: 'Erase for good',
  eraseText:
    'Empties the trash, removes all snapshots and old keys, and frees the space. What was deleted cannot come back after this.',
  eraseDo: 'Erase…',
  eraseTitle: 'Erase what was deleted, for good?',
  eraseList: [
    'The trash is emptied.',
    'All snapshots are removed, and with them the way back to earlier days.',
    'Nothing can be undone any more.',
    'Old keys are thrown away and the space on the disk is freed.',
  ],
  eraseStays: 'The accounts you have now stay, with their logins.',
  eraseElsewhere:
    'Copies you made yourself, exports and backups of the folder, are not touched: delete those too.',
  erasePassword: 'Vault password',
  eraseType: (word: string) => `Type “${word}” to go on`,
  eraseWord: 'erase',
  eraseConfirm: 'Erase for good',
  erasing: 'Erasing. Leave Roster open until it is done…',
  eraseDone: 'Erased for good',
  eraseFreed: (size: string) => `${size} freed.`,
  eraseCounts: (purged: number, snapshots: number) =>
    `${plural(purged, 'thing', 'things')} from the trash and ${plural(snapshots, 'snapshot', 'snapshots')} are gone.`,

  history: 'What the vault did',
  historyText: 'Recoveries, restores, imports and changes of keys, in plain words.',
  historyOpen: 'Show',
  historyEmpty: 'Nothing out of the ordinary',
  historyEmptyText:
    'When the vault repairs itself, restores, imports or changes a key, it is written down here.',
  historyLead: 'The newest first. At most 500 lines are kept, encrypted in the vault.',
  deeds: {
    recovered: (n: number) =>
      n > 0
        ? `Recovered after a crash: ${plural(n, 'change was', 'changes were')} read back from the journal`
        : 'Recovered after a crash: nothing was missing',
    rebuilt: (n: number) =>
      n > 0
        ? `The store was damaged and was built anew: ${plural(n, 'record', 'records')}`
        : 'The store was damaged and was built anew',
    set_aside: (n: number) =>
      n > 1 ? `${n.toLocaleString('en')} damaged parts were set aside` : 'A damaged part was set aside',
    lost: (n: number) =>
      n > 0 ? `${plural(n, 'record', 'records')} could not be recovered` : 'Something could not be recovered',
    migrated: () => 'The vault’s format was renewed and checked',
    rotated: () => 'The keys were changed',
    snapshot_failed: () => 'A snapshot could not be taken',
    restored: (n: number) => `Restored from a snapshot: ${plural(n, 'account', 'accounts')}`,
    imported: (n: number) => `Imported: ${plural(n, 'account', 'accounts')}`,
    erased: (n: number) =>
      n > 0 ? `Erased for good: ${plural(n, 'thing', 'things')} from the trash` : 'Erased for good',
    password_changed: () => 'The password was changed',
    slot_added: () => 'A way to open the vault was added',
    slot_removed: () => 'A way to open the vault was removed',
  },
  slotKinds: {
    password: 'Password',
    recovery: 'Recovery kit',
    keychain: 'The system’s keychain',
    key_file: 'Key file',
  } as Record<string, string>,
  otherDeed: 'The vault did something this window does not know yet',
  setAside: 'Set aside',
  setAsideText:
    'Damaged files are never thrown away at once: at most three lie in the data folder for whoever can still read something from them.',
  setAsideParts: (n: number) => plural(n, 'file', 'files'),
  seeHistory: 'What happened',
  lostNames: (names: string) => `Lost: ${names}`,
  namesAndMore: (names: string, more: number) => `${names} and ${more.toLocaleString('en')} more`,
  lostTitle: (n: number) =>
    n === 1
      ? 'One record could not be recovered'
      : `${n.toLocaleString('en')} records could not be recovered`,

  cookieCopy: (name: string) => `Copy ${name}`,
  cookieCopied: (seconds: number) => `Copied. The clipboard is cleared in ${seconds} s.`,
  cookieReveal: (name: string) => `Show ${name} for 30 seconds`,
  cookieHide: (name: string) => `Hide ${name}`,
  cookieHidesIn: (seconds: number) => `${seconds} s`,

  columns: 'Columns',
  columnsText: 'Which columns the list shows, and in which order. Kept in the vault.',
  columnUp: (name: string) => `Move ${name} left`,
  columnDown: (name: string) => `Move ${name} right`,
  columnsReset: 'As at the start',
};
