//! A session that asks: signed, in its site's queue where the call is counted, renewed where that is needed.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use roster_domain::{Credential, Reason};
use roster_platform::{Ask, Context, Error, ErrorKind, Outcome, Retry};
use serde_json::Value;

use super::{
    api::{self, Call, Good, Limit},
    limiter::{Limiter, Turn, Urgency},
    renewal::{self, held_back},
    session::{self, Kind},
    site::{self, Generation, Origin},
};

/// One session during one question or operation.
pub(super) struct Client<'c> {
    pub(super) ctx: &'c Context,
    limiter: &'c Limiter,
    origin: Origin,
    urgency: Urgency,
    credential: Credential,
    /// The session as it is kept: as it was given, or handed over last.
    kept: Credential,
    /// The session has changed since.
    changed: bool,
    /// It is another one.
    is_another: bool,
    /// Something was asked for that changes the account.
    has_begun: AtomicBool,
}

impl<'c> Client<'c> {
    /// Makes the session ready to ask. It asks nothing unless a short token has to be renewed.
    ///
    /// # Errors
    /// When there is nothing that could prove who asks, or the renewal failed.
    pub(super) async fn open(
        ctx: &'c Context,
        limiter: &'c Limiter,
        credential: &Credential,
        urgency: Urgency,
    ) -> Result<Self, Error> {
        let kind = session::kind(credential).ok_or_else(no_credential)?;
        let origin = Origin::of(credential.site.as_deref()).ok_or_else(|| site::nowhere("session"))?;
        let renewed = match kind {
            Kind::Short => renewal::live(ctx, limiter, credential, urgency).await?,
            Kind::Token | Kind::Cookie => None,
        };
        let changed = renewed.is_some();
        let credential = renewed.map_or_else(|| credential.clone(), |renewed| renewed.credential);
        let (kept, has_begun) = (credential.clone(), AtomicBool::new(false));
        Ok(Self { ctx, limiter, origin, urgency, credential, kept, changed, is_another: false, has_begun })
    }

    /// The site.
    pub(super) fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The session as it is now.
    pub(super) fn credential(&self) -> &Credential {
        &self.credential
    }

    /// Another session takes the place of this one.
    pub(super) fn replace(&mut self, credential: Credential) {
        self.credential = credential;
        self.is_another = true;
    }

    /// The server has put another session in the place of this one, which is worth nothing any more: it is safe before
    /// anything else is done.
    pub(super) async fn replaced_by(&mut self, credential: Credential) {
        self.ctx.sessions.hand_over(&self.kept, &credential).await;
        self.kept.clone_from(&credential);
        self.replace(credential);
    }

    /// An error about a call that was better not made.
    pub(super) fn not_asked(&self, call: Call) -> Error {
        Error::new(ErrorKind::Refused, call.question)
    }

    /// The session, when something of it changed.
    pub(super) fn into_changed(self) -> Option<Credential> {
        (self.changed || self.is_another).then_some(self.credential)
    }

    /// What an operation came to, with what became of the session.
    pub(super) fn into_outcome(self, outcome: Outcome) -> Outcome {
        match self.is_another {
            true => Outcome { credential: Some(self.credential), ..outcome },
            false => Outcome { refreshed: self.changed.then_some(self.credential), ..outcome },
        }
    }

    /// The site's generation: as the session knows it, else found out.
    ///
    /// # Errors
    /// As the site answered.
    pub(super) async fn generation(&self) -> Result<Generation, Error> {
        match session::generation(&self.credential) {
            Some(known) => Ok(known),
            None => site::generation(self.ctx, &self.origin).await,
        }
    }

    /// Asks a question without parameters.
    ///
    /// # Errors
    /// As [`Client::ask`].
    pub(super) async fn get(&mut self, call: Call, path: &str) -> Result<Good, Error> {
        self.ask(call, path, &[], None).await
    }

    /// Asks, and takes over cookies that the answer renews.
    ///
    /// # Errors
    /// What the answer means; "rate limited" without asking while the site's counted calls are used up.
    pub(super) async fn ask(
        &mut self,
        call: Call,
        path: &str,
        query: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Result<Good, Error> {
        let good = api::good(self.answer(call, path, query, body).await?)?;
        if session::keep_cookies(&mut self.credential, &good.answer.set_cookies, self.ctx.now) {
            self.changed = true;
        }
        Ok(good)
    }

    /// The same for a call whose success older servers answer with nothing at all.
    ///
    /// # Errors
    /// As [`Client::ask`].
    pub(super) async fn ask_for_nothing(&mut self, call: Call, path: &str) -> Result<(), Error> {
        api::good_or_empty(self.answer(call, path, &[], None).await?)
    }

    /// Ends a session that lives by a short token: with its cookie, and with the site named as where the call comes from.
    ///
    /// # Errors
    /// What the answer means.
    pub(super) async fn leave(&mut self, call: Call, path: &str) -> Result<(), Error> {
        let ask = session::signed(api::ask(self.ctx, call, &self.origin.url(path)), &self.credential);
        let ask = ask.header("origin", self.origin.origin()).cookies(&self.credential.cookies);
        api::good(self.in_turn(call, ask).await?).map(|_| ())
    }

    async fn answer(
        &mut self,
        call: Call,
        path: &str,
        query: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Result<roster_platform::Answer, Error> {
        let answer = self.send(call, path, query, body).await?;
        let tired = answer.status == 401 && session::kind(&self.credential) == Some(Kind::Short);
        if !tired || !answer.text().contains("AUTH_TOKEN_EXPIRED") {
            return Ok(answer);
        }
        // The clocks differ: the server calls a token old that looked young from here. It did nothing, so asking again is safe.
        self.credential = renewal::again(self.ctx, self.limiter, &self.credential, self.urgency).await?.credential;
        self.kept.clone_from(&self.credential);
        self.changed = true;
        self.send(call, path, query, body).await
    }

    async fn send(
        &self,
        call: Call,
        path: &str,
        query: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Result<roster_platform::Answer, Error> {
        let ask = session::signed(api::ask(self.ctx, call, &self.origin.url(path)), &self.credential);
        let ask = if query.is_empty() { ask } else { ask.query(query) };
        let ask = match body {
            Some(body) => ask.json(body),
            None => ask,
        };
        self.in_turn(call, ask).await
    }

    /// Asks when it is this call's turn.
    async fn in_turn(&self, call: Call, ask: Ask) -> Result<roster_platform::Answer, Error> {
        let mut turns = self.turns(call).await?;
        self.may_begin(call)?;
        let answer = ask.send(self.ctx.now).await?;
        if answer.status == 429 && !turns.is_empty() {
            let waits = turns.iter_mut().map(|turn| turn.refused(self.ctx.now, answer.retry_after));
            let wait = waits.max().unwrap_or_default();
            return Err(answer.error(ErrorKind::RateLimited).not_before(wait));
        }
        Ok(answer)
    }

    /// What changes the account does not begin once the vault is being locked, however long it stood in a queue. What has
    /// begun is brought to its end.
    fn may_begin(&self, call: Call) -> Result<(), Error> {
        if call.changes() && !self.has_begun.load(Ordering::Relaxed) {
            if self.ctx.sessions.is_closing() {
                return Err(Error::new(ErrorKind::Network, call.question).because(Reason::Other).retry(Retry::Never));
            }
            self.has_begun.store(true, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Makes sure that so many of this call are not held back, before the first of them.
    ///
    /// # Errors
    /// "Rate limited", with the wait; as [`Client::generation`].
    pub(super) async fn room_for(&self, call: Call, calls: usize) -> Result<(), Error> {
        for key in self.queues(call).await? {
            let mut turn = self.limiter.turn(&key).await;
            turn.room(self.ctx.now, calls).map_err(|wait| held_back(call.question, wait))?;
        }
        Ok(())
    }

    /// The leave of every queue that this call stands in.
    async fn turns(&self, call: Call) -> Result<Vec<Turn>, Error> {
        let mut turns = Vec::new();
        for key in self.queues(call).await? {
            turns.push(turn(self.limiter, &key, self.ctx, call.question).await?);
        }
        Ok(turns)
    }

    /// The queues that this call stands in.
    async fn queues(&self, call: Call) -> Result<Vec<String>, Error> {
        if call.limit == Limit::Free {
            return Ok(Vec::new());
        }
        let third = call.limit == Limit::Critical || self.generation().await? == Generation::Third;
        let site = self.origin.text().to_owned();
        let user = format!("{site} {} {}", session::user_id(&self.credential).unwrap_or_default(), call.question);
        Ok(match call.limit {
            Limit::Critical | Limit::CriticalOnThird if third => vec![site],
            Limit::UserOnThird if third => vec![user],
            Limit::BothOnThird if third => vec![site, user],
            _ => Vec::new(),
        })
    }
}

/// The leave to make a counted call that a person waits for.
///
/// # Errors
/// "Rate limited", with the wait.
pub(super) async fn turn(limiter: &Limiter, key: &str, ctx: &Context, question: &str) -> Result<Turn, Error> {
    let mut turn = limiter.turn(key).await;
    turn.take(ctx.now, Urgency::Person).map_err(|wait: Duration| held_back(question, wait))?;
    Ok(turn)
}

/// "There is nothing that could prove who asks."
pub(super) fn no_credential() -> Error {
    Error::new(ErrorKind::Protocol, "session").because(Reason::NoCredential)
}
