/** First start and unlocking. */
export const vault = {
  welcome: 'A quiet place for every account you keep',
  welcomeText:
    'Scan a code once, and Roster keeps the login, watches that it stays alive, and tells you when it does not. Everything stays encrypted on this computer.',
  chooseLanguage: 'Language',
  begin: 'Make my vault',
  step: (now: number, of: number) => `Step ${now} of ${of}`,
  passwordTitle: 'Choose a password for the vault',
  passwordText: 'It locks every login kept here. A few unrelated words are strong and easy to remember.',
  password: 'Password',
  passwordAgain: 'Password, once more',
  mismatch: 'The two do not match yet.',
  tooShort: (n: number) => `At least ${n} characters.`,
  tooWeak: 'Too easy to guess. Make it longer, or use words that do not belong together.',
  noRescueTitle: 'Nobody can reset it',
  noRescue:
    'The password never leaves this computer, and there is no back door, for us neither. The next step gives you a spare key on paper. Without either, nobody can open the vault: you would have to log in to each account anew.',
  understood: 'I have understood, and I will remember it',
  create: 'Make the vault',
  creating: 'Making the vault…',
  strength: 'Strength',
  strengths: ['Very weak', 'Weak', 'Fair', 'Good', 'Strong'],
  guessTime: (time: string) => `Guessing it would take about ${time} on a stolen disk.`,
  guessInstant: 'It would be guessed at once on a stolen disk.',
  guessForever: 'Guessing it would take longer than a lifetime.',
  madeTitle: 'Your vault is ready',
  madeText: 'Now put the first account into it: have the platform’s app on your phone at hand.',
  addFirst: 'Add the first account',
  later: 'Look around first',
  locked: 'The vault is locked',
  stuck: 'The vault cannot be opened',
  unlock: 'Unlock',
  unlocking: 'Opening…',
  forgot: 'Forgotten the password?',
  forgotText:
    'There is no way round it: the password is the key. If it is really lost, move the data folder away and make a new vault.',
  waiting: (clock: string) => `You can try again in ${clock}.`,
  recovered: 'The last session did not end cleanly; everything that was saved is here.',
  setAside: (n: number) =>
    n === 1
      ? 'One record could not be read and was set aside. The rest is unharmed.'
      : `${n} records could not be read and were set aside. The rest is unharmed.`,
  tagline: 'The book of your accounts',
};
