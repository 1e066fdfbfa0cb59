//! Where a session is kept while questions about it are under way. A platform that replaces a session with each renewal
//! leaves no time: the new one has to be safe before it is used.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::{Mutex, PoisonError},
};

use async_trait::async_trait;
use roster_domain::{Credential, Precedence, Reason};

use crate::{Context, Error, ErrorKind};

/// Something that is carried out to its end.
pub type Work = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Keeps one account's session. The engine's writes into the vault.
#[async_trait]
pub trait Sessions: Send + Sync + fmt::Debug {
    /// The session as it is kept now. It is newer than the one that a question began with where another question has
    /// renewed it meanwhile. `None` when nobody keeps it, or another login took its place.
    async fn newest(&self) -> Option<Credential>;

    /// Keeps what became of a session that the platform has just replaced; it is safe when this returns. `from` is what
    /// was renewed, `to` what came of it: what else was written down meanwhile stays. Where another login took the
    /// session's place, that one stays.
    async fn hand_over(&self, from: &Credential, to: &Credential);

    /// Carries something out to its end, whoever gives up waiting for it. Locking waits for it.
    fn carry_out(&self, work: Work);

    /// Whether the vault is being locked: what changes something and was not sent yet is not sent any more.
    fn is_closing(&self) -> bool;
}

impl Context {
    /// Carries something out to its end, also when who asked for it gives up waiting: a question that must not be broken
    /// off once it is sent.
    ///
    /// # Errors
    /// When the program ends before.
    pub async fn whole<T: Send + 'static>(
        &self,
        question: &str,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, Error> {
        let (tell, told) = tokio::sync::oneshot::channel();
        self.sessions.carry_out(Box::pin(async move {
            // Nobody may be waiting any more; what it brought has been handed over by then.
            drop(tell.send(work.await));
        }));
        told.await.map_err(|_| Error::new(ErrorKind::Network, question).because(Reason::Other))
    }
}

/// A session that nobody keeps yet, such as that of a login under way: what is handed over stays at hand.
#[derive(Debug, Default)]
pub struct AtHand(Mutex<Option<Credential>>);

impl AtHand {
    /// What was handed over last.
    pub fn handed_over(&self) -> Option<Credential> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[async_trait]
impl Sessions for AtHand {
    async fn newest(&self) -> Option<Credential> {
        self.handed_over()
    }

    async fn hand_over(&self, from: &Credential, to: &Credential) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match kept.as_mut() {
            Some(kept) => kept.take_changes(from, to, Precedence::Arriving),
            None => *kept = Some(to.clone()),
        }
    }

    fn carry_out(&self, work: Work) {
        drop(tokio::spawn(work));
    }

    fn is_closing(&self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use jiff::Timestamp;
    use roster_domain::Secret;

    use super::*;
    use crate::{ClientScope, HttpConfig, HttpFactory, Memory};

    fn session(token: &str) -> Credential {
        let tokens = [(String::from("token"), Secret::from(token))];
        Credential { tokens: tokens.into(), ..Credential::default() }
    }

    #[tokio::test]
    async fn what_is_carried_out_goes_on_when_nobody_waits_any_more() {
        let sessions = Arc::new(AtHand::default());
        let http = HttpFactory::new(HttpConfig::default()).expect("http").for_account(ClientScope::default());
        let context = Context {
            http: http.expect("client"),
            now: Timestamp::UNIX_EPOCH,
            memory: Memory::default(),
            sessions: Arc::clone(&sessions) as Arc<dyn Sessions>,
        };
        let (go, going) = tokio::sync::oneshot::channel::<()>();
        let keeper = Arc::clone(&sessions);
        let mut waiting = Box::pin(context.whole("renew", async move {
            drop(going.await);
            keeper.hand_over(&session("old"), &session("new")).await;
        }));
        assert!(futures_poll(&mut waiting).await, "it waits");
        drop(waiting);
        go.send(()).expect("it still listens");
        while sessions.newest().await.is_none() {
            tokio::task::yield_now().await;
        }
        assert_eq!(sessions.newest().await.expect("kept").tokens["token"].expose(), "new");
    }

    /// Whether a future is still waiting after one look.
    async fn futures_poll<F: Future + Unpin>(future: &mut F) -> bool {
        std::future::poll_fn(|cx| std::task::Poll::Ready(Pin::new(&mut *future).poll(cx).is_pending())).await
    }
}
