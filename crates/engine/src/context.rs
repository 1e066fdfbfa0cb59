//! What an adapter is given with each question about an account.

use roster_domain::{AccountId, Credential};
use roster_platform::{Context, Error};

use crate::{sessions::Keeper, unlocked::Unlocked};

impl Unlocked {
    /// The client of this account and what is remembered of its session.
    pub(crate) fn context_of(&self, account: &AccountId, credential: &Credential) -> Result<Context, Error> {
        let memory = self.memories.of(account, credential.generation);
        let sessions = Keeper::of(self, account, credential.generation);
        Ok(Context { memory, sessions, ..self.context_for(Some(account), credential.user_agent.as_deref())? })
    }

    /// The client of this account, or of nobody in particular, for a question about a session that may be anybody's.
    ///
    /// # Errors
    /// When the account has a proxy of its own that is not at hand: nothing is asked then.
    pub(crate) fn context_for(&self, account: Option<&AccountId>, user_agent: Option<&str>) -> Result<Context, Error> {
        let proxy = account.map(|account| self.proxy_of(account)).transpose()?.flatten();
        self.core.context(proxy, user_agent)
    }
}
