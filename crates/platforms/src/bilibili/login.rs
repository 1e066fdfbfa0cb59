//! Login by QR: a code, polls, and the session in one of three ways.

use std::{fmt, time::Duration};

use async_trait::async_trait;
use futures_util::future::join;
use jiff::{SignedDuration, Timestamp};
use roster_domain::{CookieJar, Credential, Evidence, Reason, Secret};
use roster_platform::{
    Answer, Context, Error, ErrorKind, Follow, LoginFlow, LoginInput, LoginStep, RefusalReason, Retry,
};
use serde::Deserialize;
use url::Url;

use super::{
    api::{self, COOKIE_DOMAIN, LOGIN_PAGE},
    device, health, session,
};

const GENERATE: &str = "https://passport.bilibili.com/x/passport-login/web/qrcode/generate";
const POLL: &str = "https://passport.bilibili.com/x/passport-login/web/qrcode/poll";

/// The platform stops accepting a code after this long.
const LIFE: SignedDuration = SignedDuration::from_secs(180);
/// How long after that a confirmation given in the last moment is still looked for.
const GRACE: SignedDuration = SignedDuration::from_secs(5);
/// Between two polls.
const POLL_AFTER: Duration = Duration::from_secs(2);
/// How often the device cookies are asked for.
const DEVICE_TRIES: u8 = 2;
/// How often a ticket or an adopted session is tried when the network fails.
const CLAIM_TRIES: u8 = 30;

/// A code's text leads to one of these hosts, or it is not shown.
const CODE_HOSTS: [&str; 2] = ["passport.bilibili.com", "account.bilibili.com"];
/// A ticket is good at these hosts, and a chain of redirects goes nowhere else.
const TICKET_HOSTS: [&str; 2] = ["passport.bilibili.com", "passport.biligame.com"];
const TICKET_HOPS: usize = 5;

#[derive(Debug, Deserialize)]
struct Generated {
    url: String,
    qrcode_key: String,
}

#[derive(Deserialize)]
struct Polled {
    code: i64,
    #[serde(default)]
    message: Option<String>,
    #[serde(default)]
    url: String,
    #[serde(default)]
    refresh_token: String,
    /// When the login happened, in milliseconds.
    #[serde(default)]
    timestamp: i64,
}

/// Where a login stands.
enum Stage {
    /// A code is shown.
    Shown { key: Secret<String>, until: Timestamp },
    /// Confirmed; the session has still to be fetched or proved.
    Confirmed { claim: Box<Claim>, tries: u8 },
    /// It came to its end, one way or the other.
    Over,
}

/// What a confirmation gave, to be turned into a session. It is given once, so it is kept until it is used up.
#[derive(Clone)]
struct Claim {
    cookies: CookieJar,
    /// The cross-domain address.
    url: Option<Secret<String>>,
    refresh_token: Secret<String>,
    login_ms: i64,
    evidence: Evidence,
    /// Whether the cookies were a sister site's, so that the main site has to accept them first.
    adopted: bool,
}

/// One login.
pub(super) struct Flow {
    stage: Stage,
    device: CookieJar,
    device_tries: u8,
}

/// Makes the first code.
pub(super) async fn begin(ctx: &Context) -> Result<(Flow, LoginStep), Error> {
    let mut flow = Flow { stage: Stage::Over, device: CookieJar::new(), device_tries: 0 };
    let step = flow.generate(ctx).await?;
    Ok((flow, step))
}

#[async_trait]
impl LoginFlow for Flow {
    async fn next(&mut self, ctx: &Context, input: LoginInput) -> Result<LoginStep, Error> {
        match (input, &self.stage) {
            (LoginInput::Refresh, _) => self.generate(ctx).await,
            (LoginInput::Fields(_), _) => Err(Error::new(ErrorKind::Unsupported, "login form")),
            (LoginInput::Poll, Stage::Over) => Ok(LoginStep::Expired),
            (LoginInput::Poll, Stage::Confirmed { .. }) => self.claim(ctx).await,
            (LoginInput::Poll, Stage::Shown { key, until }) => {
                let past = until.checked_add(GRACE).is_ok_and(|end| ctx.now > end);
                if past {
                    self.stage = Stage::Over;
                    return Ok(LoginStep::Expired);
                }
                let key = key.clone();
                self.poll(ctx, &key).await
            }
        }
    }
}

impl Flow {
    async fn generate(&mut self, ctx: &Context) -> Result<LoginStep, Error> {
        let ask = ctx.http.get("qrcode/generate", GENERATE).cookies(&self.device);
        let answer = api::ask(ask, None, LOGIN_PAGE).send(ctx.now).await?;
        let (answer, envelope) = api::open(answer)?;
        let code: Generated = api::content(&answer, envelope)?;
        if !is_safe(&code) {
            return Err(answer.error(ErrorKind::Protocol).because(Reason::UnexpectedShape));
        }
        let until = ctx.now.checked_add(LIFE).unwrap_or(ctx.now);
        self.stage = Stage::Shown { key: Secret::new(code.qrcode_key), until };
        Ok(LoginStep::ShowQr { text: code.url, expires_at: until, poll_after: POLL_AFTER })
    }

    async fn poll(&mut self, ctx: &Context, key: &Secret<String>) -> Result<LoginStep, Error> {
        let ask = ctx.http.get("qrcode/poll", POLL).query(&[("qrcode_key", key.expose())]).cookies(&self.device).poll();
        let polled = api::ask(ask, None, LOGIN_PAGE).send(ctx.now);
        let answer = if self.device.is_empty() && self.device_tries < DEVICE_TRIES {
            self.device_tries += 1;
            // Alongside the first polls, so that the code is on the screen as early as can be.
            let (answer, device) = join(polled, device::cookies(ctx)).await;
            match device {
                Ok(cookies) => self.device = cookies,
                Err(error) => tracing::debug!(%error, "no device cookies"),
            }
            answer?
        } else {
            polled.await?
        };
        let (answer, envelope) = api::open(answer)?;
        let polled: Polled = api::content(&answer, envelope)?;
        match polled.code {
            86101 => Ok(LoginStep::Waiting { poll_after: POLL_AFTER }),
            86090 => Ok(LoginStep::Scanned { by: None, poll_after: POLL_AFTER }),
            86038 => {
                self.stage = Stage::Over;
                Ok(LoginStep::Expired)
            }
            0 => {
                self.stage = Stage::Confirmed { claim: Box::new(Claim::new(&answer, polled)), tries: 0 };
                self.claim(ctx).await
            }
            code => {
                self.stage = Stage::Over;
                let said = answer.said(ErrorKind::Refused, code, polled.message.as_deref());
                Ok(LoginStep::Refused { why: RefusalReason::Platform, reason: Reason::Other, evidence: *said.evidence })
            }
        }
    }

    /// Turns what the confirmation gave into a session; a fault on the way leaves it to be tried again.
    async fn claim(&mut self, ctx: &Context) -> Result<LoginStep, Error> {
        let Stage::Confirmed { claim, tries } = &mut self.stage else { return Ok(LoginStep::Expired) };
        *tries += 1;
        let last = *tries >= CLAIM_TRIES;
        match claim.redeem(ctx, &self.device).await {
            Ok(Some(credential)) => {
                self.stage = Stage::Over;
                let identity = credential.cookies.value("DedeUserID").map(|id| id.expose().clone());
                Ok(LoginStep::Done { credential, identity })
            }
            Err(error) if error.retry != Retry::Never && !last => Err(error),
            Ok(None) | Err(_) => {
                let evidence = claim.evidence.clone();
                self.stage = Stage::Over;
                Ok(LoginStep::Refused { why: RefusalReason::NoSession, reason: Reason::Other, evidence })
            }
        }
    }
}

impl Claim {
    fn new(answer: &Answer, polled: Polled) -> Self {
        Self {
            cookies: session::of_main_domain(&answer.set_cookies),
            url: Some(polled.url).filter(|url| !url.is_empty()).map(Secret::new),
            refresh_token: Secret::new(polled.refresh_token),
            login_ms: polled.timestamp,
            evidence: answer.evidence(),
            adopted: false,
        }
    }

    /// The three ways in which a session arrives, in order: with the confirmation itself, behind its ticket, in the
    /// query of its address.
    async fn redeem(&mut self, ctx: &Context, device: &CookieJar) -> Result<Option<Credential>, Error> {
        let url = self.url.as_ref().and_then(|url| Url::parse(url.expose()).ok());
        if !session::is_whole(&self.cookies)
            && let Some(url) = url.as_ref().filter(|url| has_ticket(url))
        {
            self.follow(ctx, url, device).await?;
        }
        if !session::is_whole(&self.cookies)
            && let Some(url) = &url
        {
            self.complete_with(session::from_query(url, ctx.now));
        }
        if !session::is_whole(&self.cookies) {
            return Ok(None);
        }
        let credential = self.credential(ctx, url.as_ref(), device);
        if self.adopted && !is_accepted(ctx, &credential).await? {
            return Ok(None);
        }
        Ok(Some(credential))
    }

    async fn follow(&mut self, ctx: &Context, url: &Url, device: &CookieJar) -> Result<(), Error> {
        let rules = Follow { hops: TICKET_HOPS, hosts: &TICKET_HOSTS, enough: &session::is_whole };
        let ask = ctx.http.get("crossDomain", url.as_str()).cookies(device).once().sister_domains(&[COOKIE_DOMAIN]);
        let ask = api::ask(ask, None, "https://passport.bilibili.com/").header("accept", "text/html,*/*");
        let found = ask.follow(rules, ctx.now).await?;
        self.complete_with(session::of_main_domain(found.cookies.iter()));
        if session::is_whole(&self.cookies) {
            return Ok(());
        }
        let adopted = session::adopted(found.cookies.iter());
        if session::is_whole(&adopted) {
            self.cookies = adopted;
            self.adopted = true;
            return Ok(());
        }
        match found.broken {
            Some(error) => Err(error),
            None => found.last.settled().map(|_| ()),
        }
    }

    /// Adds what is still missing.
    fn complete_with(&mut self, further: CookieJar) {
        let missing = further.iter().filter(|cookie| self.cookies.value(&cookie.name).is_none());
        let missing: CookieJar = missing.cloned().collect();
        self.cookies.merge(missing);
    }

    fn credential(&self, ctx: &Context, url: Option<&Url>, device: &CookieJar) -> Credential {
        let mut cookies = device.clone();
        cookies.merge(self.cookies.clone());
        let mut credential = Credential {
            expires_at: Some(session::expiry(&cookies, url, self.login_ms, ctx.now)),
            cookies,
            user_agent: Some(ctx.http.user_agent().to_owned()),
            obtained_at: Some(ctx.now),
            ..Credential::default()
        };
        if !self.refresh_token.expose().is_empty() {
            credential.tokens.insert(String::from("refresh_token"), self.refresh_token.clone());
        }
        credential
    }
}

/// Whether the main site takes a session that only a sister site was given.
async fn is_accepted(ctx: &Context, credential: &Credential) -> Result<bool, Error> {
    match health::who(ctx, credential).await {
        Ok(_) => Ok(true),
        Err(error) if error.kind == ErrorKind::NotLoggedIn => Ok(false),
        Err(error) => Err(error),
    }
}

/// Whether the code leads to the platform and carries the key it came with.
fn is_safe(code: &Generated) -> bool {
    let Ok(url) = Url::parse(&code.url) else { return false };
    let key = &code.qrcode_key;
    let hex = key.len() == 32 && key.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f'));
    let known = url.host_str().is_some_and(|host| CODE_HOSTS.contains(&host));
    let plain = url.scheme() == "https" && url.port().is_none() && url.username().is_empty() && url.password().is_none();
    hex && known && plain && url.query_pairs().any(|(name, value)| name == "qrcode_key" && value == *key)
}

fn has_ticket(url: &Url) -> bool {
    url.query_pairs().any(|(name, value)| name == "ticket" && !value.is_empty())
}

impl fmt::Debug for Flow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stage = match self.stage {
            Stage::Shown { .. } => "shown",
            Stage::Confirmed { .. } => "confirmed",
            Stage::Over => "over",
        };
        f.debug_struct("Flow").field("stage", &stage).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "0123456789abcdef0123456789abcdef";

    fn code(url: &str, key: &str) -> Generated {
        Generated { url: url.to_owned(), qrcode_key: key.to_owned() }
    }

    #[test]
    fn only_codes_that_lead_to_the_platform_are_shown() {
        for form in ["https://passport.bilibili.com/h5-app/passport/login/scan", "https://account.bilibili.com/h5/scan-web"] {
            assert!(is_safe(&code(&format!("{form}?navhide=1&qrcode_key={KEY}&from="), KEY)), "{form}");
        }
        for bad in [
            format!("http://passport.bilibili.com/scan?qrcode_key={KEY}"),
            format!("https://passport.bilibili.com.evil.example/scan?qrcode_key={KEY}"),
            format!("https://evil.example/passport.bilibili.com?qrcode_key={KEY}"),
            format!("https://passport.bilibili.com@evil.example/?qrcode_key={KEY}"),
            format!("https://user@passport.bilibili.com/?qrcode_key={KEY}"),
            format!("https://passport.bilibili.com:8443/?qrcode_key={KEY}"),
            String::from("https://passport.bilibili.com/scan?qrcode_key=other"),
            String::from("https://passport.bilibili.com/scan"),
            String::from("javascript:alert(1)"),
            String::new(),
        ] {
            assert!(!is_safe(&code(&bad, KEY)), "{bad}");
        }
        assert!(!is_safe(&code("https://passport.bilibili.com/?qrcode_key=short", "short")));
    }
}
