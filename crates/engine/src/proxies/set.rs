//! Giving an account a way out, and finding it again.

use roster_domain::{Account, AccountId, Reason, Secret};
use roster_platform::{ErrorKind, Retry};

use super::{ProxyFace, proxy_ok};
use crate::{
    AccountRef, AccountView, Engine, Error,
    storage::{Batch, RecordId},
    unlocked::Unlocked,
};

/// Nothing is asked: the way is known to be another one, and which is not known any more.
fn closed() -> roster_platform::Error {
    roster_platform::Error::new(ErrorKind::Network, "proxy").because(Reason::Proxy).retry(Retry::Never)
}

impl Engine {
    /// Gives an account a proxy of its own, or takes it away.
    ///
    /// # Errors
    /// [`Error::AccountNotFound`], [`Error::InvalidRequest`], [`Error::Storage`]
    pub async fn set_proxy(&self, account: &AccountRef, proxy: Option<Secret<String>>) -> Result<AccountView, Error> {
        let open = self.open()?;
        let id = open.id_of(account)?;
        if let Some(proxy) = &proxy {
            proxy_ok(proxy)?;
        }
        open.whole(move |open| async move {
            let now = open.now();
            open.change(&id, |account, _, batch, record| {
                open.write_proxy(account, record, proxy.as_ref(), batch);
                account.updated_at = now;
                Ok(())
            })
            .await?;
            open.memories.forget(&id);
            open.view(&id.into())
        })
        .await
    }

    /// An account's proxy without its secrets; `None` when it has none.
    ///
    /// # Errors
    /// [`Error::AccountNotFound`], [`Error::Storage`]; [`Error::Platform`] when the account has one and it is lost.
    pub async fn proxy(&self, account: &AccountRef) -> Result<Option<ProxyFace>, Error> {
        let open = self.open()?;
        let proxy = open.proxy_of(&open.id_of(account)?)?;
        Ok(proxy.as_ref().and_then(ProxyFace::of))
    }
}

impl Unlocked {
    /// Writes down an account's proxy, or that it has none.
    pub(crate) fn write_proxy(
        &self,
        account: &mut Account,
        record: RecordId,
        proxy: Option<&Secret<String>>,
        batch: &mut Batch,
    ) {
        account.proxy_hash = proxy.map(|proxy| self.store.proxy_hash(proxy));
        batch.proxy(record, proxy);
    }

    /// The way out of an account; `None` for the usual one.
    ///
    /// # Errors
    /// When it has one of its own that cannot be read, or when nobody knows any more because the account is gone: then
    /// there is no way.
    pub(crate) fn proxy_of(&self, account: &AccountId) -> Result<Option<Secret<String>>, roster_platform::Error> {
        let (record, has_one) = {
            let book = self.book.read();
            let row = book.get(account).ok_or_else(closed)?;
            (row.record, row.account.proxy_hash.is_some())
        };
        if !has_one {
            return Ok(None);
        }
        match self.store.proxy(record) {
            Ok(Some(proxy)) => Ok(Some(proxy)),
            Ok(None) => Err(closed()),
            Err(error) => {
                tracing::error!(%error, %account, "an account's proxy cannot be read");
                Err(closed())
            }
        }
    }
}
