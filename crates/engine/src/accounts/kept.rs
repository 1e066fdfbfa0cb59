//! Secrets that a platform gives once and that are kept beside the session: backup codes, access keys. They outlive the
//! session, and leave one at a time by the owner's hand like cookies.

use std::time::Duration;

use roster_domain::{AccountId, Credential, Secret};

use crate::{AccountRef, Engine, Error, ProxyFace, SECRET_ON_CLIPBOARD};

/// What an account has of its own that lists do not show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountOwn {
    /// Its proxy, without its secrets.
    pub proxy: Option<ProxyFace>,
    /// The names of the secrets that are kept for it.
    pub secrets: Vec<String>,
}

/// What their names begin with among a credential's tokens.
const KEPT: &str = "kept.";

/// The name under which a secret is kept.
pub(crate) fn kept_name(name: &str) -> String {
    format!("{KEPT}{name}")
}

/// Takes over what is kept beside an earlier session, whatever the new one brings under the same names.
pub(crate) fn carry_over(from: Credential, to: &mut Credential) {
    to.tokens.extend(from.tokens.into_iter().filter(|(name, _)| name.starts_with(KEPT)));
}

/// A session without what is kept beside it, for whoever it may turn out to belong to.
pub(crate) fn without_kept(mut session: Credential) -> Credential {
    session.tokens.retain(|name, _| !name.starts_with(KEPT));
    session
}

impl Engine {
    /// The names of the secrets that are kept for an account, in order.
    ///
    /// # Errors
    /// [`Error::AccountNotFound`], [`Error::Storage`]
    pub async fn kept_secrets(&self, account: &AccountRef) -> Result<Vec<String>, Error> {
        let open = self.open()?;
        let (_, _, record) = open.snapshot(&open.id_of(account)?)?;
        let credential = open.store.credential(record)?.unwrap_or_default();
        Ok(credential.tokens.keys().filter_map(|name| name.strip_prefix(KEPT)).map(str::to_owned).collect())
    }

    /// What an account has of its own that lists do not show.
    ///
    /// # Errors
    /// [`Error::AccountNotFound`], [`Error::Storage`]
    pub async fn account_own(&self, account: &AccountRef) -> Result<AccountOwn, Error> {
        let proxy = match self.proxy(account).await {
            Ok(proxy) => proxy,
            // One that is lost: the account goes nowhere, which its checks say.
            Err(Error::Platform(_)) => None,
            Err(error) => return Err(error),
        };
        Ok(AccountOwn { proxy, secrets: self.kept_secrets(account).await? })
    }

    /// Copies one to the clipboard, which forgets it after [`SECRET_ON_CLIPBOARD`]; answers that time.
    ///
    /// # Errors
    /// [`Error::AccountNotFound`], [`Error::SecretNotFound`], [`Error::TooManySecrets`], [`Error::Clipboard`]
    pub async fn copy_secret(&self, account: &AccountRef, name: &str) -> Result<Duration, Error> {
        let (account, value) = self.kept_value(account, name)?;
        let open = self.open()?;
        open.whole(|open| async move { Ok(open.core.ports.clipboard.copy_secret(value).await?) }).await?;
        tracing::info!(%account, "a kept secret was copied to the clipboard");
        Ok(SECRET_ON_CLIPBOARD)
    }

    /// One of them, for the owner to look at.
    ///
    /// # Errors
    /// [`Error::AccountNotFound`], [`Error::SecretNotFound`], [`Error::TooManySecrets`]
    pub async fn reveal_secret(&self, account: &AccountRef, name: &str) -> Result<Secret<String>, Error> {
        let (account, value) = self.kept_value(account, name)?;
        tracing::info!(%account, "a kept secret was shown");
        Ok(value)
    }

    /// Takes a portion of the ration for one value.
    fn kept_value(&self, account: &AccountRef, name: &str) -> Result<(AccountId, Secret<String>), Error> {
        let open = self.open()?;
        let id = open.id_of(account)?;
        let (_, _, record) = open.snapshot(&id)?;
        open.ration.take(self.core.ports.clock.awake())?;
        let credential = open.store.credential(record)?.unwrap_or_default();
        let value = credential.tokens.get(&kept_name(name)).cloned().ok_or(Error::SecretNotFound)?;
        Ok((id, value))
    }
}
