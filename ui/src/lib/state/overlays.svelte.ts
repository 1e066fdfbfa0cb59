/** What the add-account dialog is opened for. */
export interface LoginRequest {
  platform?: string | undefined;
  /** The account that logs in again; none for a new one. */
  account?: { id: string; name: string } | undefined;
}

/** Dialogs that any page may open. */
export class Overlays {
  login = $state.raw<LoginRequest | undefined>();

  addAccount(platform?: string): void {
    this.login = { platform };
  }

  loginAgain(account: { id: string; name: string; platform: string }): void {
    this.login = { platform: account.platform, account: { id: account.id, name: account.name } };
  }

  closeLogin(): void {
    this.login = undefined;
  }
}
