//! Finding accounts.

use crate::{AccountPage, AccountQuery, AccountRef, AccountView, Engine, Error};

impl Engine {
    /// One page of accounts.
    ///
    /// # Errors
    /// [`Error::InvalidRequest`] for `limit`; [`Error::PoolNotFound`] for a pool that is not there.
    pub fn list_accounts(&self, query: &AccountQuery) -> Result<AccountPage, Error> {
        let open = self.open()?;
        let mut page = open.book.read().page(query, self.core.now())?;
        for view in &mut page.accounts {
            open.show_doings(view);
        }
        Ok(page)
    }

    /// One account.
    ///
    /// # Errors
    /// [`Error::AccountNotFound`]
    pub fn account(&self, account: &AccountRef) -> Result<AccountView, Error> {
        self.open()?.view(account)
    }
}
