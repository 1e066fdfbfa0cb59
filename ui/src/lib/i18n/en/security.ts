/** What opens the vault, the recovery kit, and how the keys are kept. */
export const security = {
  kinds: {
    password: 'Password',
    recovery: 'Recovery kit',
    keychain: 'System keychain',
    key_file: 'Key file',
  },

  /* the recovery kit */
  kit: {
    title: 'A spare key on paper',
    text: 'If you forget the password, twelve words on a sheet of paper open the vault instead. Whoever holds the sheet can open it too: keep it where you keep your passport, never in a photo, a file or a chat.',
    make: 'Show my twelve words',
    skip: 'Not now',
    skipHonest:
      'Without the kit, a forgotten password means that nobody can open this vault again. Roster will keep reminding you.',
    askPassword: 'Your password, so that nobody else can make one',
    replaces: 'The words of the old kit stop working once you have tested the new ones.',
    wordsTitle: 'Write these down',
    wordsText:
      'Print the sheet, or copy the words by hand, with their numbers. They are shown only now; copying them on the computer would leave traces.',
    words: 'The twelve words',
    word: (n: number) => `Word ${n}`,
    print: 'Print the sheet',
    noPrint:
      'If no print window opens here, write the words on paper by hand: that is just as good. A PDF on the disk is not.',
    wrote: 'I wrote it down',
    testTitle: 'Try it once',
    testText: (a: number, b: number) => `Type words ${a} and ${b} from your paper, not from memory.`,
    wrongWord: (n: number) => `That is not word ${n}. Look at your paper again.`,
    emptyWord: (n: number) => `Word ${n} is missing.`,
    lookAgain: 'Show the words again',
    check: 'Check',
    checking: 'Checking…',
    refused:
      'The vault did not accept these two words. Look at the words again and compare them with your paper.',
    doneTitle: 'The kit works',
    doneText: 'Put the sheet away now. It is of no use to you on this desk.',
    goOn: 'Go on',
    reminder: 'No recovery kit yet',
    reminderTitle: 'There is no recovery kit yet',
    reminderText:
      'If you forget the password, this vault cannot be opened by anyone. The kit takes two minutes and a sheet of paper.',
    makeNow: 'Make the kit…',
    /* the printed sheet */
    sheetTitle: 'Recovery kit',
    sheetFor: 'Vault',
    sheetDate: 'Made on',
    sheetUse:
      'These twelve words open the vault when the password is forgotten: on the unlock page, choose “Use the recovery words”.',
    sheetKeep:
      'Keep this sheet where you keep papers of value, apart from the computer. Do not photograph or scan it. Whoever has it, and the vault’s files, can read everything in them.',
    sheetNotes: 'Notes (never the password)',
  },

  /* the unlock page */
  because: {
    owner: '',
    idle: 'Locked because you were away for a while.',
    suspend: 'Locked because the computer slept.',
    screen_lock: 'Locked together with the screen.',
    quit: '',
  },
  otherWays: 'Other ways to open it',
  use: {
    password: 'Use the password',
    recovery: 'Use the recovery words',
    keychain: 'Use the system keychain',
    key_file: 'Use a key file',
  },
  trying: {
    keychain: 'Asking the keychain…',
    key_file: 'Choosing a key file…',
  },
  wordsTitle: 'The twelve words of the recovery kit',
  wordsText: 'Type them with the space bar in between, or paste all twelve at once. Four letters are enough.',
  wordLabel: (n: number) => `Word ${n}`,
  unknownWord: (n: number) => `Word ${n} is not in the list: look for a slip.`,
  missingWords: (n: number) => (n === 1 ? 'One word is missing.' : `${n} words are missing.`),
  checksum:
    'Each word exists, but together they are no kit: one of them is another word, or two have changed places.',
  tooMany: 'There are more than twelve words.',
  notThisKit: 'These words belong to another vault, or to a kit that has been replaced since.',
  clearWords: 'Clear all',
  keychainReasons: {
    unavailable: ['There is no keychain here', 'This system does not offer one. Use the password.'],
    locked: ['The keychain is locked', 'Unlock it in the system first, or use the password.'],
    too_slow: ['The keychain did not answer within 3 seconds', 'Use the password, or try again later.'],
    missing: [
      'The keychain does not have the key any more',
      'It may be another user or another computer. Open the vault with the password and set it up anew.',
    ],
    failed: ['The keychain answered with an error', 'Use the password; nothing was changed.'],
    other_key: [
      'The key in the keychain does not open this vault',
      'It is of another vault, or was removed here. Use the password and set it up anew.',
    ],
  },
  reasons: {
    cancelled: ['No file was chosen.'],
    dialog: ['The file window could not be opened', 'Use the password, or try again.'],
    no_key_file: ['This is no key file of Roster', 'Or it is damaged. Choose the file that Roster saved.'],
    other_vault: [
      'This key file does not open this vault',
      'It belongs to another one, or was removed from this one since.',
    ],
    no_such_slot: [
      'The vault is not set up for this',
      'Open it another way and add this one in the settings.',
    ],
    no_kit: ['Too much time has passed', 'These words were never in force. Begin again with new ones.'],
    last_slot: ['This is the last way in', 'Add another one first; without it nobody could open the vault.'],
  },
  forgotWithKit: 'The recovery kit opens the vault without it: choose “Use the recovery words” above.',
  damagedHelp:
    'Roster has not changed anything. Keep the folder as it is, copy it somewhere safe, then put back your newest copy and try again.',
  newerHelp: 'Nothing was changed. Install the newest Roster on this computer, then open the vault with it.',
  busyHelp:
    'Close the other Roster, also the one in the tray or of another user. The vault can be open only once.',
  keyMissingHelp:
    'Roster makes no new key while sealed data is there. Copy the whole folder from your backup, then try again.',
  inFolder: 'The vault is in this folder:',
  tryAgain: 'Try again',
  afterTitle: 'You are in. Choose a new password',
  afterText:
    'The recovery words have opened the vault. The forgotten password stops working; the words stay valid.',
  lockAgain: 'Lock again',
  afterDo: 'Set the new password',
  afterDoing: 'Setting it…',

  /* settings: what opens the vault */
  openers: 'What opens this vault',
  openersText:
    'Each of these opens the vault by itself. Two that lie in different places are a good number: the password in your head, the kit in a drawer.',
  made: (when: string) => `Made ${when}`,
  fromStart: 'As old as the vault',
  openedWith: 'Opened it this time',
  change: 'Change…',
  replace: 'Replace…',
  remove: 'Remove…',
  add: 'Add…',
  about: {
    password: 'What you know. Change it when somebody may have seen it.',
    recovery: 'Twelve words on paper, for the day the password is forgotten.',
    keychain:
      'The system remembers a key while you are logged in, so one click opens the vault. Whoever uses your account of this computer can click, too.',
    key_file: 'A file on a USB stick that works like a house key. Never keep it beside the vault.',
  },
  recommend: {
    password: 'yes',
    recovery: 'yes, on paper',
    keychain: 'only on a computer that nobody else uses',
    key_file: 'no, unless you keep the stick apart',
  },
  /** What stands between two sentences. */
  sentences: '. ',
  changeTitle: 'Change the password',
  oldPassword: 'Password now',
  newPassword: 'New password',
  newAgain: 'New password, once more',
  changeDo: 'Change it',
  changing: 'Changing…',
  changed: 'The password has been changed.',
  changeNote: 'From now on only the new one opens the vault. Kit, keychain and key file stay as they are.',
  reauthField: 'Password',
  waitFor: (clock: string) => `Too many tries. Again in ${clock}.`,
  addKeychainTitle: 'Let the system keychain open the vault?',
  addKeychainText:
    'Roster puts one key for this vault into the keychain, and nothing else. From then on one click opens the vault while you are logged in to the system.',
  addKeychainDo: 'Set it up',
  addedKeychain: 'The keychain now opens this vault.',
  addKeyFileTitle: 'Make a key file?',
  addKeyFileText:
    'After the password you choose where to save it. Put it on a USB stick: whoever has the file opens the vault without a password.',
  addKeyFileDo: 'Choose where…',
  addedKeyFile: 'The key file now opens this vault.',
  removeTitle: (kind: string) => `Remove “${kind}”?`,
  removeText: {
    password: 'The password will no longer open this vault.',
    recovery:
      'The twelve words stop working. Without a kit, a forgotten password cannot be helped: make a new one soon.',
    keychain: 'The keychain entry is deleted; from now on you type the password.',
    key_file: 'The file stops working, wherever its copies are.',
  },
  removeAlso:
    'Roster then gives the vault new keys in the background, so that what opened it once is of no use.',
  removeDo: 'Remove',
  removed: 'Removed. New keys are being put in place.',

  /* settings: locking */
  locking: 'Locking',
  onSuspend: [
    'Lock when the computer sleeps',
    'A sleeping laptop can be carried away with the keys still in its memory. Locked, there are none in it.',
  ],
  onScreenLock: [
    'Lock with the screen',
    'When you lock the screen of the computer, Roster locks the vault as well.',
  ],

  /* settings: protection */
  protection: 'Encryption and memory',
  guessing: 'What a guess costs',
  guessingText: (memory: string, seconds: string | undefined) =>
    seconds === undefined
      ? `Guessing one password costs a thief ${memory} of memory, each time anew.`
      : `Guessing one password costs ${memory} of memory and about ${seconds} on a computer like this one, each time anew.`,
  guessingMore: (memory: string, passes: number, lanes: number) =>
    `Argon2id, ${memory}, ${passes} passes, ${lanes} lanes. Roster raises it by itself when this computer is fast enough, and never lowers it.`,
  rotate: [
    'New keys for everything',
    'Seals every record anew with keys that nobody has ever seen. Do it when somebody may have copied the vault together with its password. You can go on working meanwhile; it also survives a crash.',
  ],
  rotateRecommend: 'only after such a suspicion; Roster does it by itself when a way in is removed',
  rotateDo: 'New keys…',
  rotateTitle: 'Put new keys in place?',
  rotateText:
    'All records are sealed anew, in the background. Copies of the vault made before stay as they are.',
  rotateConfirm: 'Start',
  rotating: (done: number, total: number) =>
    `Sealing anew: ${done.toLocaleString('en')} of ${total.toLocaleString('en')}`,
  rotatedLast: (when: string) => `Last time: ${when}`,
  rotatedNever: 'Never needed so far.',
  rotated: 'New keys are in place.',
  capture: [
    'Keep it out of screenshots',
    'Other programs, recordings and shared screens see an empty window instead of this one.',
  ],
  captureNo:
    'On this system no program can keep its window out of screenshots and recordings. Lock the vault before you share your screen.',
  memory: 'In memory',
  memoryYes: 'Keys lie in memory that is never written to the swap file, and are wiped when the vault locks.',
  memoryNo:
    'The system did not let Roster pin its keys in memory, so they might reach the swap file. Encrypt the swap, or lock the vault when you leave. They are wiped when the vault locks.',
  coreOff: 'A crash leaves no memory image on the disk.',
  coreOn: 'In this build, a crash may leave an image of the memory on the disk.',
};
