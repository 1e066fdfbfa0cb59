/** What the add-account dialog is opened for. */
export interface LoginRequest {
  platform?: string | undefined;
  /** The account that logs in again; none for a new one. */
  account?: { id: string; name: string } | undefined;
}

/** Dialogs that any page may open. */
export class Overlays {
  login = $state.raw<LoginRequest | undefined>();
  /** Which accounts the export dialog offers to take alone; closed without a list. */
  exporting = $state.raw<readonly string[] | undefined>();
  importing = $state(false);
  /** The round of logins: over these accounts, or over all that have expired; closed without it. */
  round = $state.raw<{ ids?: readonly string[] | undefined } | undefined>();

  addAccount(platform?: string): void {
    this.login = { platform };
  }

  loginAgain(account: { id: string; name: string; platform: string }): void {
    this.login = { platform: account.platform, account: { id: account.id, name: account.name } };
  }

  /** @param ids these accounts; without them all that have expired. */
  loginRound(ids?: readonly string[]): void {
    this.round = { ids };
  }

  /** @param selected the ticked accounts, which may go alone. */
  exportAccounts(selected: readonly string[] = []): void {
    this.exporting = selected;
  }

  importAccounts(): void {
    this.importing = true;
  }

  /** The vault is closed: nothing that was begun goes on. */
  closeTransfers(): void {
    this.exporting = undefined;
    this.importing = false;
    this.round = undefined;
  }

  closeLogin(): void {
    this.login = undefined;
  }
}
