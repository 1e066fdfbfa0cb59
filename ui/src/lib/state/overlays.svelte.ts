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

  addAccount(platform?: string): void {
    this.login = { platform };
  }

  loginAgain(account: { id: string; name: string; platform: string }): void {
    this.login = { platform: account.platform, account: { id: account.id, name: account.name } };
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
  }

  closeLogin(): void {
    this.login = undefined;
  }
}
