/** The few words that shared components say by themselves. The root of the app keeps them in its language. */
export interface SharedWords {
  close: string;
  dismiss: string;
  clear: string;
  showPassword: string;
  hidePassword: string;
  capsLock: string;
  loading: string;
}

let source: () => SharedWords = () => ({
  close: 'Close',
  dismiss: 'Dismiss',
  clear: 'Clear',
  showPassword: 'Show password',
  hidePassword: 'Hide password',
  capsLock: 'Caps Lock is on',
  loading: 'Loading…',
});

/** Says where the words come from. Called once, before anything is drawn. */
export function provideSharedWords(next: () => SharedWords): void {
  source = next;
}

export const words: SharedWords = {
  get close() {
    return source().close;
  },
  get dismiss() {
    return source().dismiss;
  },
  get clear() {
    return source().clear;
  },
  get showPassword() {
    return source().showPassword;
  },
  get hidePassword() {
    return source().hidePassword;
  },
  get capsLock() {
    return source().capsLock;
  },
  get loading() {
    return source().loading;
  },
};
