/** The settings: what each does, and what we recommend. */
export const settings = {
  title: 'Settings',
  sections: {
    general: 'General',
    health: 'Health checks',
    security: 'Ways in',
    locking: 'Locking',
    protection: 'Protection',
    notifications: 'Notifications',
    data: 'Data',
    about: 'About',
  },
  onThisPage: 'On this page',
  saved: 'Saved',
  recommended: (value: string) => `Recommended: ${value}`,
  notKept: 'Not saved, set back.',
  on: 'on',
  language: ['Language', 'The language of this window. Changes at once.'],
  languages: { system: 'As the system', 'zh-CN': '简体中文', en: 'English' },
  theme: ['Appearance', 'Light, dark, or whatever the system shows.'],
  themes: { system: 'As the system', light: 'Light', dark: 'Dark' },
  onClose: [
    'When the window is closed',
    'In the tray, Roster goes on checking. Quitting locks the vault and stops the checks.',
  ],
  onCloses: { ask: 'Ask', tray: 'Stay in the tray', quit: 'Quit' },
  logLevel: ['Detail of the log', 'How much the log file says. Tokens and cookies never stand in it.'],
  logLevels: {
    error: 'Faults only',
    warn: 'And warnings',
    info: 'And what happens',
    debug: 'And why',
    trace: 'Everything',
  },
  healthEnabled: [
    'Check accounts by itself',
    'A check is one small question to the platform: is this login still alive, and whose is it? It posts nothing, changes nothing, and never logs you out.',
  ],
  healthInterval: [
    'How often',
    'The shorter, the sooner you hear of a dead login; the longer, the less the platform notices. Roster spreads the questions out and pauses while locked or offline.',
  ],
  minutes: (n: number) =>
    n % 1440 === 0 && n >= 1440
      ? n === 1440
        ? 'Once a day'
        : `Every ${n / 1440} days`
      : n % 60 === 0
        ? n === 60
          ? 'Every hour'
          : `Every ${n / 60} hours`
        : `Every ${n} minutes`,
  twoProofs:
    'An account is marked as logged out only when the platform says so twice, at least a minute apart. A broken network never counts.',
  lockAfter: [
    'Lock when idle',
    'Wipes the keys from memory when you have not touched Roster for a while. Checks pause until you unlock.',
  ],
  lockMinutes: (n: number) => (n === 0 ? 'Never' : n === 1 ? 'After 1 minute' : `After ${n} minutes`),
  lockNow: ['Lock now', 'Asks for the password again at once.'],
  lockNowDo: 'Lock',
  honest: 'What this cannot do',
  honestText:
    'The vault protects your logins on the disk and while it is locked. While it is unlocked, malware that runs under your user name can read what Roster can read. Lock it when you do not need it, and keep the system clean.',
  notify: [
    'Tell me when an account dies',
    'A message from the system, several at once in one. An account that goes up and down all day gives two at most.',
  ],
  dataDir: [
    'Data folder',
    'The encrypted vault is here. Copy the whole folder to back it up, with Roster closed.',
  ],
  logDir: [
    'Log folder',
    'What Roster did and why something failed. An error on screen names the line to look for.',
  ],
  noLog: 'No log is written.',
  copyPath: 'Copy the path',
  licence: (name: string) => `Licence: ${name}`,
  appLine: 'All of your creator accounts in one well-kept book.',
};
