//! A session's cookies as the owner may see them in a table.

use crate::{AccountRef, Engine, Error, MaskedCookie};

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
}
