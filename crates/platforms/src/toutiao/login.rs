//! Login by QR: a code, polls, and a chain of redirects that leaves the session behind.

use std::{fmt, time::Duration};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use roster_domain::{CookieJar, Credential, Evidence, Reason, Secret};
use roster_platform::{
    Answer, Ask, Context, Error, ErrorKind, Follow, LoginFlow, LoginInput, LoginStep, RefusalReason, Retry, ScannedBy,
};
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use super::api;
use crate::passport;
use crate::session_cookies as session;
use crate::wire::{NumberOrText, filled, picture};

const GET_QRCODE: &str = "https://sso.toutiao.com/get_qrcode/";
const CHECK: &str = "https://sso.toutiao.com/check_qrconnect/";
/// What both questions say about who asks: the creator centre, application 1231.
const WHO: [(&str, &str); 3] = [("aid", "1231"), ("service", "https://mp.toutiao.com"), ("need_logo", "1")];

/// How long a code lives where the platform does not say.
const LIFE: SignedDuration = SignedDuration::from_secs(180);
/// The longest life that is believed.
const LONGEST_LIFE: i64 = 10 * 60;
/// How long after its end a confirmation given in the last moment is still looked for.
const GRACE: SignedDuration = SignedDuration::from_secs(5);
/// Between two polls.
const POLL_AFTER: Duration = Duration::from_secs(3);
/// The longest pause after "too often".
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// How often the session is looked for after the confirmation: it may come one poll later.
const CLAIMS: u8 = 3;
/// How often fetching it is tried again when the network fails.
const FAULTS: u8 = 30;
/// After so many empty answers in a row the platform's own page has to take over.
const EMPTY_ANSWERS: u8 = 3;
const HOPS: usize = 8;

#[derive(Deserialize)]
struct Code {
    token: String,
    qrcode_index_url: String,
    #[serde(default)]
    expire_time: Option<NumberOrText>,
}

#[derive(Deserialize)]
struct Polled {
    /// A number or a word, by the host's age.
    #[serde(default)]
    status: Option<NumberOrText>,
    #[serde(default)]
    redirect_url: Option<String>,
    #[serde(default)]
    scan_user_info: Option<Scanner>,
}

#[derive(Deserialize)]
struct Scanner {
    #[serde(default)]
    screen_name: Option<String>,
    #[serde(default)]
    avatar_url: Option<String>,
}

/// One login.
pub(super) struct Flow {
    /// The code that is shown, and until when it lives; `None` when the login came to its end.
    shown: Option<(Secret<String>, Timestamp)>,
    /// What the confirmation has given so far.
    jar: CookieJar,
    /// Where the session is to be fetched, while that has not succeeded.
    redirect: Option<Secret<String>>,
    claims: u8,
    faults: u8,
    empty: u8,
    pause: Duration,
}

/// Makes the first code.
pub(super) async fn begin(ctx: &Context) -> Result<(Flow, LoginStep), Error> {
    let mut flow = Flow::new();
    let step = flow.generate(ctx).await?;
    Ok((flow, step))
}

#[async_trait]
impl LoginFlow for Flow {
    async fn next(&mut self, ctx: &Context, input: LoginInput) -> Result<LoginStep, Error> {
        if matches!(input, LoginInput::Refresh) {
            *self = Self::new();
            return self.generate(ctx).await;
        }
        let Some((token, until)) = self.shown.clone() else { return Ok(LoginStep::Expired) };
        if self.redirect.is_some() {
            return self.claim(ctx, Evidence::default()).await;
        }
        let past = until.checked_add(GRACE).is_ok_and(|end| ctx.now > end);
        if past && self.claims == 0 {
            self.shown = None;
            return Ok(LoginStep::Expired);
        }
        self.poll(ctx, &token).await
    }
}

impl Flow {
    fn new() -> Self {
        Self { shown: None, jar: CookieJar::new(), redirect: None, claims: 0, faults: 0, empty: 0, pause: POLL_AFTER }
    }

    async fn generate(&mut self, ctx: &Context) -> Result<LoginStep, Error> {
        let ask = api::ask_passport(ctx.http.get("get_qrcode", GET_QRCODE).query(&WHO));
        let answer = ask.send(ctx.now).await?;
        let (answer, data) = match passport::content(answer) {
            Ok(said) => said,
            Err(error) => return self.refused_or(error),
        };
        self.show(&answer, &data, ctx.now)
            .ok_or_else(|| answer.error(ErrorKind::Protocol).because(Reason::UnexpectedShape))
    }

    /// Takes the code that an answer carries, if it carries a usable one.
    fn show(&mut self, answer: &Answer, data: &Value, now: Timestamp) -> Option<LoginStep> {
        let known = |token: &str| self.shown.as_ref().is_some_and(|(shown, _)| shown.expose() == token);
        let code = Code::deserialize(data).ok().filter(|code| !code.token.is_empty() && !known(&code.token))?;
        let url = Url::parse(&code.qrcode_index_url).ok()?;
        if url.scheme() != "https" || !url.username().is_empty() || url.password().is_some() {
            return None;
        }
        let until = until(code.expire_time.as_ref(), now);
        self.jar.merge(session::ours(&answer.set_cookies, api::COOKIE_DOMAIN));
        self.shown = Some((Secret::new(code.token), until));
        Some(LoginStep::ShowQr { text: code.qrcode_index_url, expires_at: until, poll_after: POLL_AFTER })
    }

    async fn poll(&mut self, ctx: &Context, token: &Secret<String>) -> Result<LoginStep, Error> {
        let ask = ctx.http.get("check_qrconnect", CHECK).query(&WHO).query(&[("token", token.expose())]);
        let answer = api::ask_passport(ask).cookies(&self.jar).poll().send(ctx.now).await?;
        if answer.is_redirect() && !answer.set_cookies.is_empty() {
            return self.confirmed(ctx, &answer, None).await;
        }
        if answer.status == 200 && answer.text().is_empty() {
            return self.nothing_said(&answer);
        }
        self.empty = 0;
        let (answer, data) = match passport::content(answer) {
            Ok(said) => said,
            Err(error) => return self.refused_or(error),
        };
        self.pause = POLL_AFTER;
        let Ok(polled) = Polled::deserialize(&data) else {
            return Err(answer.error(ErrorKind::Protocol).because(Reason::UnexpectedShape));
        };
        self.step(ctx, &answer, &data, polled).await
    }

    async fn step(&mut self, ctx: &Context, answer: &Answer, data: &Value, polled: Polled) -> Result<LoginStep, Error> {
        let status = polled.status.as_ref().map(NumberOrText::text).unwrap_or_default().to_lowercase();
        match status.as_str() {
            "" | "1" | "new" => Ok(LoginStep::Waiting { poll_after: POLL_AFTER }),
            "2" | "scan" | "scanned" => {
                let by = polled.scan_user_info.and_then(scanned_by);
                Ok(LoginStep::Scanned { by, poll_after: POLL_AFTER })
            }
            "3" | "confirm" | "confirmed" | "success" | "succeeded" | "complete" => {
                self.confirmed(ctx, answer, filled(polled.redirect_url)).await
            }
            // Either the person refused, or the code was replaced: then the new one came along.
            "4" | "refused" | "cancel" | "canceled" | "cancelled" => match self.show(answer, data, ctx.now) {
                Some(step) => Ok(step),
                None => Ok(self.ended(RefusalReason::Person, answer.said(ErrorKind::Refused, status, None))),
            },
            "5" | "expire" | "expired" => {
                self.shown = None;
                Ok(LoginStep::Expired)
            }
            _ => {
                let status: String = status.chars().take(20).collect();
                Ok(self.ended(RefusalReason::Platform, answer.said(ErrorKind::Refused, status, None)))
            }
        }
    }

    /// Takes what the confirmation gave and looks for the session.
    async fn confirmed(&mut self, ctx: &Context, answer: &Answer, to: Option<String>) -> Result<LoginStep, Error> {
        self.jar.merge(session::ours(&answer.set_cookies, api::COOKIE_DOMAIN));
        let to = to.or_else(|| answer.location.as_ref().map(Url::to_string));
        self.redirect = to.map(Secret::new);
        self.claim(ctx, answer.evidence()).await
    }

    /// Fetches the session where the confirmation said. A fault on the way leaves it to be tried again.
    async fn claim(&mut self, ctx: &Context, evidence: Evidence) -> Result<LoginStep, Error> {
        if let Some(to) = self.redirect.take().filter(|_| !session::is_whole(&self.jar)) {
            let rules = Follow { hops: HOPS, hosts: &api::HOSTS, enough: &session::is_whole };
            let ask: Ask = ctx.http.get("login/callback", to.expose()).cookies(&self.jar).once();
            let outcome = api::ask_passport(ask).header("accept", "text/html,*/*").follow(rules, ctx.now).await;
            let broken = match outcome {
                Ok(followed) => {
                    self.jar.merge(session::ours(followed.cookies.iter(), api::COOKIE_DOMAIN));
                    followed.broken
                }
                Err(error) => Some(error),
            };
            if let Some(error) = broken.filter(|error| !session::is_whole(&self.jar) && error.retry != Retry::Never)
                && self.faults < FAULTS
            {
                self.faults += 1;
                self.redirect = Some(to);
                return Err(error);
            }
        }
        self.claims += 1;
        if session::is_whole(&self.jar) {
            return Ok(self.done(ctx));
        }
        if self.claims < CLAIMS {
            return Ok(LoginStep::Scanned { by: None, poll_after: POLL_AFTER });
        }
        self.shown = None;
        Ok(LoginStep::Refused { why: RefusalReason::NoSession, reason: Reason::Other, evidence })
    }

    fn done(&mut self, ctx: &Context) -> LoginStep {
        self.shown = None;
        let credential = Credential {
            cookies: self.jar.clone(),
            user_agent: Some(ctx.http.user_agent().to_owned()),
            obtained_at: Some(ctx.now),
            expires_at: session::expiry(&self.jar),
            ..Credential::default()
        };
        // The session names nobody; the probe will.
        LoginStep::Done { credential, identity: None }
    }

    /// An error that ends the login, or one that leaves it as it was.
    fn refused_or(&mut self, error: Error) -> Result<LoginStep, Error> {
        match error.kind {
            ErrorKind::RiskControl => Ok(self.ended(RefusalReason::RiskControl, error)),
            ErrorKind::RateLimited => {
                self.pause = (self.pause * 2).min(LONGEST_PAUSE);
                Err(error.not_before(self.pause))
            }
            ErrorKind::Restricted | ErrorKind::Refused => Ok(self.ended(RefusalReason::Platform, error)),
            ErrorKind::Unsupported
            | ErrorKind::NotLoggedIn
            | ErrorKind::Network
            | ErrorKind::Server
            | ErrorKind::Protocol => Err(error),
        }
    }

    fn nothing_said(&mut self, answer: &Answer) -> Result<LoginStep, Error> {
        self.empty += 1;
        let error = answer.error(ErrorKind::Protocol).because(Reason::NotJson).retry(Retry::Soon);
        if self.empty < EMPTY_ANSWERS {
            return Err(error);
        }
        let error = answer.error(ErrorKind::RiskControl);
        Ok(self.ended(RefusalReason::RiskControl, error))
    }

    fn ended(&mut self, why: RefusalReason, error: Error) -> LoginStep {
        self.shown = None;
        LoginStep::Refused { why, reason: error.reason, evidence: *error.evidence }
    }
}

/// The end of a code's life: what the platform says, if it can be believed beside the local clock.
fn until(said: Option<&NumberOrText>, now: Timestamp) -> Timestamp {
    let said = said.and_then(NumberOrText::number).and_then(|seconds| Timestamp::from_second(seconds).ok());
    let believable = |end: &Timestamp| (1..=LONGEST_LIFE).contains(&(end.as_second() - now.as_second()));
    said.filter(believable).unwrap_or_else(|| now.checked_add(LIFE).unwrap_or(now))
}

fn scanned_by(scanner: Scanner) -> Option<ScannedBy> {
    let by = ScannedBy { name: filled(scanner.screen_name), avatar_url: picture(scanner.avatar_url.as_deref()) };
    (by != ScannedBy::default()).then_some(by)
}

impl fmt::Debug for Flow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Flow").field("shown", &self.shown.is_some()).field("claims", &self.claims).finish_non_exhaustive()
    }
}
