import { plural } from '../plural';

/** One login after the other over all accounts that need one. */
export const round = {
  title: 'Log in again, one after the other',
  start: 'Log in to all again',
  startSelected: 'Log in again',
  progress: (at: number, total: number) => `${at.toLocaleString('en')} of ${total.toLocaleString('en')}`,
  skip: 'Skip',
  next: 'Next',
  finish: 'To the summary',
  doneFor: (name: string) => `“${name}” is logged in again`,
  newFor: (name: string) => `“${name}” was kept as an account of its own`,
  keptFor: (name: string) => `Somebody else logged in: the login went to their own account, “${name}”`,
  doneText: 'On with the next one.',
  summary: 'That was the round',
  leftOut: (n: number) =>
    `${plural(n, 'account needs', 'accounts need')} no new login and ${n === 1 ? 'was' : 'were'} left out.`,
  nothing: 'No account needs a new login',
  nothingText: 'All logins that Roster keeps are alive, as far as it knows.',
  done: (n: number) => `${plural(n, 'account', 'accounts')} logged in again`,
  skipped: (n: number) => `${plural(n, 'account', 'accounts')} skipped`,
  others: (n: number) => `${plural(n, 'login', 'logins')} of somebody else, kept in their own accounts`,
  again: (n: number) => `Go over the ${n.toLocaleString('en')} skipped`,
  fates: { done: 'logged in again', skipped: 'skipped', other_person: 'somebody else logged in' },
};
