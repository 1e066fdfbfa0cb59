//! Erasing for good.

use roster_domain::Secret;

use super::ErasedView;
use crate::{Engine, Error};

impl Engine {
    /// Erases for good.
    ///
    /// # Errors
    /// [`Error::WrongPassword`]
    pub async fn erase(&self, _password: Secret<String>) -> Result<ErasedView, Error> {
        Err(Error::WrongPassword { wait: std::time::Duration::ZERO })
    }
}
