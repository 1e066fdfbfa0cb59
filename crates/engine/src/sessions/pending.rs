//! Asking whose a session is that is stored and belongs to no account yet. What the platform puts in its place is sealed in
//! its place.

use std::sync::{Arc, Weak};

use async_trait::async_trait;
use roster_domain::{Credential, Precedence};
use roster_platform::{Context, Probe, ProbeDepth, Sessions, Work};
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

use super::keeper::{carry_out, is_closing};
use crate::{
    storage::{Batch, PendingLogin},
    unlocked::Unlocked,
};

/// Keeps one such session while it is being asked about.
struct PendingKeeper {
    open: Weak<Unlocked>,
    /// `None` once something else is decided about it.
    pending: Mutex<Option<PendingLogin>>,
}

impl std::fmt::Debug for PendingKeeper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PendingKeeper").finish_non_exhaustive()
    }
}

#[async_trait]
impl Sessions for PendingKeeper {
    async fn newest(&self) -> Option<Credential> {
        self.pending.lock().await.as_ref().map(|pending| pending.credential.clone())
    }

    async fn hand_over(&self, from: &Credential, to: &Credential) {
        let mut kept = self.pending.lock().await;
        let (Some(open), Some(pending)) = (self.open.upgrade(), kept.as_mut()) else { return };
        pending.credential.take_changes(from, to, Precedence::Arriving);
        let mut batch = Batch::new();
        batch.login(pending);
        if let Err(error) = open.store.commit(batch).await {
            tracing::error!(login = %pending.login, %error, "a login's renewed session could not be written");
        }
    }

    fn carry_out(&self, work: Work) {
        carry_out(&self.open, work);
    }

    fn is_closing(&self) -> bool {
        is_closing(&self.open)
    }
}

impl Unlocked {
    /// Asks whose it is; `None` when told to stop before the answer was there. The session is the newest then, whatever
    /// became of it on the way.
    pub(crate) async fn ask_about_pending(
        &self,
        pending: &mut PendingLogin,
        cancel: &CancellationToken,
    ) -> Option<Probe> {
        let asked = pending.credential.clone();
        let keeper = Arc::new(PendingKeeper { open: self.me.clone(), pending: Mutex::new(Some(pending.clone())) });
        let context = self.context_for(pending.target.as_ref(), asked.user_agent.as_deref());
        let context = context.map(|context| Context { sessions: Arc::clone(&keeper) as Arc<dyn Sessions>, ..context });
        let question = self.probe(&pending.platform, context, &asked, ProbeDepth::Light);
        let Some((probe, _)) = cancel.run_until_cancelled(question).await else {
            // When the vault is being locked, what is still on its way is sealed; when the owner gives up the login, not.
            if !self.cancel.is_cancelled() {
                keeper.pending.lock().await.take();
            }
            return None;
        };
        if let Some(newest) = keeper.pending.lock().await.take() {
            *pending = newest;
        }
        if let Some(refreshed) = &probe.refreshed {
            pending.credential.take_changes(&asked, refreshed, Precedence::Present);
        }
        Some(probe)
    }
}
