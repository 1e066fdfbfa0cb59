//! A session's cookies as the owner may see them: masked in a table, and one value at a time when asked for.

use std::time::Duration;

use roster_domain::{AccountId, Secret};

use crate::{AccountRef, ClipboardError, Engine, Error, MaskedCookie, SECRET_ON_CLIPBOARD};

/// One cookie of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CookieKey {
    /// Its name.
    pub name: String,
    /// Its domain, as [`MaskedCookie`] has it.
    pub domain: String,
    /// Its path, where several cookies of the name and the domain differ in that only.
    pub path: Option<String>,
}

impl Engine {
    /// The session's cookies with masked values; none when there is no session.
    ///
    /// # Errors
    /// [`Error::AccountNotFound`], [`Error::Storage`]
    pub async fn masked_cookies(&self, account: &AccountRef) -> Result<Vec<MaskedCookie>, Error> {
        let open = self.open()?;
        let (_, _, record) = open.snapshot(&open.id_of(account)?)?;
        let credential = open.store.credential(record)?.unwrap_or_default();
        let masked = credential.cookies.iter().map(|cookie| MaskedCookie {
            name: cookie.name.clone(),
            domain: cookie.domain.clone(),
            path: cookie.path.clone(),
            expires_at: cookie.expires_at,
            secure: cookie.secure,
            http_only: cookie.http_only,
            masked: cookie.value.masked(),
        });
        Ok(masked.collect())
    }

    /// Copies a cookie's value to the clipboard, which forgets it after [`SECRET_ON_CLIPBOARD`]; answers that time.
    /// The value does not come by any page.
    ///
    /// # Errors
    /// [`Error::AccountNotFound`], [`Error::CookieNotFound`], [`Error::TooManySecrets`], [`Error::Clipboard`]
    pub async fn copy_cookie(&self, account: &AccountRef, cookie: &CookieKey) -> Result<Duration, Error> {
        let (account, value) = self.cookie_value(account, cookie)?;
        // The lock waits for it, and then takes it off again.
        let open = self.open()?;
        open.whole(|open| async move { Ok(open.core.ports.clipboard.copy_secret(value).await?) }).await?;
        tracing::info!(%account, "a cookie was copied to the clipboard");
        Ok(SECRET_ON_CLIPBOARD)
    }

    /// A cookie's value, for the owner to look at.
    ///
    /// # Errors
    /// [`Error::AccountNotFound`], [`Error::CookieNotFound`], [`Error::TooManySecrets`]
    pub async fn reveal_cookie(&self, account: &AccountRef, cookie: &CookieKey) -> Result<Secret<String>, Error> {
        let (account, value) = self.cookie_value(account, cookie)?;
        tracing::info!(%account, "a cookie was shown");
        Ok(value)
    }

    /// Takes a portion of the ration for one value.
    fn cookie_value(&self, account: &AccountRef, wanted: &CookieKey) -> Result<(AccountId, Secret<String>), Error> {
        let open = self.open()?;
        let id = open.id_of(account)?;
        let (_, _, record) = open.snapshot(&id)?;
        open.ration.take(self.core.ports.clock.awake())?;
        let credential = open.store.credential(record)?.unwrap_or_default();
        let path_fits = |path: &str| wanted.path.as_deref().is_none_or(|wanted| wanted == path);
        let mut cookies = credential.cookies.iter();
        let found = cookies
            .find(|cookie| cookie.name == wanted.name && cookie.domain == wanted.domain && path_fits(&cookie.path));
        let cookie = found.ok_or(Error::CookieNotFound)?;
        Ok((id, cookie.value.clone()))
    }
}

impl From<ClipboardError> for Error {
    fn from(error: ClipboardError) -> Self {
        Self::Clipboard(error)
    }
}
