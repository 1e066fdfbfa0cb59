//! A session that asks: signed, in its site's queue where the call is counted, renewed where that is needed.

use std::time::Duration;

use roster_domain::{Credential, Reason};
use roster_platform::{Context, Error, ErrorKind};
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
    credential: Credential,
    /// The session is another than the one it began with.
    changed: bool,
}

impl<'c> Client<'c> {
    /// Makes the session ready to ask. It asks nothing unless a short token has to be renewed.
    ///
    /// # Errors
    /// When there is nothing that could prove who asks, or the renewal failed.
    pub(super) async fn open(ctx: &'c Context, limiter: &'c Limiter, credential: &Credential) -> Result<Self, Error> {
        let kind = session::kind(credential).ok_or_else(no_credential)?;
        let origin = Origin::of(credential.site.as_deref()).ok_or_else(|| site::nowhere("session"))?;
        let mut client = Self { ctx, limiter, origin, credential: credential.clone(), changed: false };
        if kind == Kind::Short
            && let Some(renewed) = renewal::live(ctx, limiter, credential, Urgency::Person).await?
        {
            client.replace(renewed.credential.clone());
        }
        Ok(client)
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
        self.changed = true;
    }

    /// An error about a call that was better not made.
    pub(super) fn not_asked(&self, call: Call) -> Error {
        Error::new(ErrorKind::Refused, call.question)
    }

    /// The session, when it is another than the one it began with.
    pub(super) fn into_changed(self) -> Option<Credential> {
        self.changed.then_some(self.credential)
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
        let ask = ask.header("origin", self.origin.text()).cookies(&self.credential.cookies);
        api::good(ask.send(self.ctx.now).await?).map(|_| ())
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
        let renewed = renewal::again(self.ctx, self.limiter, &self.credential).await?;
        self.replace(renewed.credential.clone());
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
        let mut turns = self.turns(call).await?;
        let answer = ask.send(self.ctx.now).await?;
        if answer.status == 429 && !turns.is_empty() {
            let waits = turns.iter_mut().map(|turn| turn.refused(self.ctx.now, answer.retry_after));
            let wait = waits.max().unwrap_or_default();
            return Err(answer.error(ErrorKind::RateLimited).not_before(wait));
        }
        Ok(answer)
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
