//! What an adapter is given with each question about an account.

use roster_domain::{AccountId, Credential};
use roster_platform::{Context, Error};

use crate::unlocked::Unlocked;

impl Unlocked {
    /// The client of this account and what is remembered of its session.
    pub(crate) fn context_of(&self, account: &AccountId, credential: &Credential) -> Result<Context, Error> {
        let mut context = self.core.context(credential.user_agent.as_deref())?;
        // A session that is only being tried has no generation, and may be anybody's.
        if credential.generation > 0 {
            context.memory = self.memories.of(account, credential.generation);
        }
        Ok(context)
    }
}
