//! Which site an account is at: its address, its generation of the protocol, and how it shows money.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use roster_domain::{Quota, QuotaUnit, Reason};
use roster_platform::{Choice, Context, Error, ErrorKind, Site as Known, Text};
use serde::Deserialize;
use url::Url;

use super::api::{self, Call};
use crate::wire::ornament;

/// The company's own sites.
pub(super) const SITES: [Known; 2] = [
    Known::new("https://ai.burncloud.com", Text::new("主站", "Main site")),
    Known::new("https://b.burncloud.com", Text::new("企业站", "Business site")),
];
/// The same for a form.
pub(super) const CHOICES: [Choice; 2] = [
    Choice { value: SITES[0].origin, name: SITES[0].name },
    Choice { value: SITES[1].origin, name: SITES[1].name },
];

const STATUS: Call = Call::get("status");
const GENERATION: Call = Call::get("generation");
/// How long what a site says of itself is believed.
const FRESH: Duration = Duration::from_secs(60 * 60);
/// How long its generation is believed: a site is upgraded seldom.
const GENERATION_FRESH: Duration = Duration::from_secs(24 * 60 * 60);

/// How deep a server may be installed.
const DEEPEST: usize = 3;

/// The address of a site: a host, and the path below which the server is installed there, which is none for most.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Origin {
    text: String,
    origin: String,
    host: String,
    path: String,
}

impl Origin {
    /// Reads what a person typed or what a session carries, with or without scheme. What is typed may be the address of
    /// a page: then the server is at one of the places [`Self::above`].
    /// Plain `http` is for servers of one's own network only, which the client holds to as well.
    pub(super) fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let whole = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
        let url = Url::parse(&whole).ok().filter(roster_platform::is_sendable)?;
        if !url.username().is_empty() || url.password().is_some() {
            return None;
        }
        let host = url.host_str()?;
        let host = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
        let segments = url.path_segments()?.filter(|segment| !segment.is_empty());
        let path: String = segments.take(DEEPEST).flat_map(|segment| ["/", segment]).collect();
        Some(Self::new(url.origin().ascii_serialization(), host, path))
    }

    fn new(origin: String, host: String, path: String) -> Self {
        Self { text: format!("{origin}{path}"), origin, host, path }
    }

    /// The site of a session; the main one when it names none.
    pub(super) fn of(site: Option<&str>) -> Option<Self> {
        Self::read(site.unwrap_or(SITES[0].origin))
    }

    /// The same one level up; `None` at the top.
    pub(super) fn above(&self) -> Option<Self> {
        let (path, _) = self.path.rsplit_once('/')?;
        Some(Self::new(self.origin.clone(), self.host.clone(), path.to_owned()))
    }

    /// `https://host[:port][/path]`
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// `https://host[:port]`, as a browser names where a call comes from.
    pub(super) fn origin(&self) -> &str {
        &self.origin
    }

    /// The address of a path of the server's.
    pub(super) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.text)
    }

    /// The path of a cookie that the server set. One that is installed below a path names its own without that, unless
    /// what stands before it puts that in.
    pub(super) fn cookie_path(&self, path: &str) -> String {
        let is_below = path.strip_prefix(&self.path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        if is_below || path == "/" { path.to_owned() } else { format!("{}{path}", self.path) }
    }

    /// A user's number made unique over all sites.
    pub(super) fn identity(&self, user: u64) -> String {
        format!("{user}@{}{}", self.host, self.path)
    }
}

/// The protocol's generation, as far as it makes a difference to a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Generation {
    /// Until January 2026: session cookie, sentences in Chinese.
    First,
    /// Until July 2026: session cookie, translated sentences.
    Second,
    /// Since then: a short-lived token with a cookie that renews it; errors with codes.
    Third,
}

impl Generation {
    /// As a session keeps it.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::First => "g1",
            Self::Second => "g2",
            Self::Third => "g3",
        }
    }

    /// As a session kept it.
    pub(super) fn read(word: &str) -> Option<Self> {
        [Self::First, Self::Second, Self::Third].into_iter().find(|generation| generation.word() == word)
    }
}

/// What a site says of itself without being told who asks. Only `quota_per_unit` has to be there: it is what makes it a
/// New-API server.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Status {
    quota_per_unit: f64,
    #[serde(default, deserialize_with = "ornament")]
    quota_display_type: Option<String>,
    #[serde(default, deserialize_with = "ornament")]
    display_in_currency: Option<bool>,
    #[serde(default, deserialize_with = "ornament")]
    usd_exchange_rate: Option<f64>,
    #[serde(default, deserialize_with = "ornament")]
    custom_currency_symbol: Option<String>,
    #[serde(default, deserialize_with = "ornament")]
    custom_currency_exchange_rate: Option<f64>,
    #[serde(default, deserialize_with = "ornament")]
    turnstile_check: Option<bool>,
    #[serde(default, deserialize_with = "ornament")]
    email_verification: Option<bool>,
    #[serde(default, deserialize_with = "ornament")]
    password_login_encryption_enabled: Option<bool>,
    #[serde(default, deserialize_with = "ornament")]
    checkin_enabled: Option<bool>,
    /// Not in the body: the header that servers since 2026 send with each answer.
    #[serde(skip)]
    names_version: bool,
}

impl Status {
    /// Whether a login wants a human check that only a page can do.
    pub(super) fn wants_human_check(&self) -> bool {
        self.turnstile_check == Some(true)
    }

    /// Whether passwords are taken only as the site's own page seals them.
    pub(super) fn seals_passwords(&self) -> bool {
        self.password_login_encryption_enabled == Some(true)
    }

    /// Whether a registration wants a code sent by e-mail.
    pub(super) fn verifies_email(&self) -> bool {
        self.email_verification == Some(true)
    }

    /// The generation among those with session cookies.
    pub(super) fn cookie_generation(&self) -> Generation {
        if self.names_version || self.checkin_enabled.is_some() { Generation::Second } else { Generation::First }
    }

    /// The site's sign for money, and how much of it one unit of quota is; `None` where it shows raw numbers.
    fn currency(&self) -> Option<(&str, f64)> {
        let kind = self.quota_display_type.as_deref().unwrap_or(match self.display_in_currency {
            Some(false) => "TOKENS",
            Some(true) | None => "USD",
        });
        match kind {
            "TOKENS" => None,
            "CNY" => Some(("CNY", self.usd_exchange_rate.unwrap_or(7.3) / self.quota_per_unit)),
            "CUSTOM" => {
                let sign = self.custom_currency_symbol.as_deref().filter(|sign| !sign.is_empty()).unwrap_or("¤");
                Some((sign, self.custom_currency_exchange_rate.unwrap_or(1.0) / self.quota_per_unit))
            }
            _ => Some(("USD", 1.0 / self.quota_per_unit)),
        }
    }

    /// An amount of quota as the site shows it: the number, and its currency unless it is raw.
    pub(super) fn shown(&self, quota: i64) -> (f64, Option<String>) {
        let quota = quota as f64;
        match self.currency() {
            Some((sign, rate)) => (quota * rate, Some(sign.to_owned())),
            None => (quota, None),
        }
    }

    /// A stock of quota, with what was used of it where that is known.
    pub(super) fn stock(&self, key: &str, left: i64, used: Option<i64>) -> Quota {
        let (left, currency) = self.shown(left);
        let unit = if currency.is_some() { QuotaUnit::Money } else { QuotaUnit::Credits };
        Quota { used: used.map(|used| self.shown(used).0), currency, ..Quota::stock(key, unit, left) }
    }
}

/// What the site says of itself, remembered for an hour.
///
/// # Errors
/// As it answered; the platform has changed when it is no New-API server.
pub(super) async fn status(ctx: &Context, origin: &Origin) -> Result<Arc<Status>, Error> {
    let question = format!("status {}", origin.text());
    ctx.memory.remember(&question, FRESH, ctx.now, ask_status(ctx, origin, ctx.now)).await
}

async fn ask_status(ctx: &Context, origin: &Origin, now: Timestamp) -> Result<Status, Error> {
    let good = api::good(api::ask(ctx, STATUS, &origin.url("/api/status")).send(now).await?)?;
    let mut status: Status = good.read()?;
    if !status.quota_per_unit.is_finite() || status.quota_per_unit <= 0.0 {
        return Err(good.changed());
    }
    status.names_version = good.answer.header("x-new-api-version").is_some();
    Ok(status)
}

/// The generation, found without a session and remembered for a day. A server of the third one puts a code beside
/// its "not logged in"; older ones do not.
///
/// # Errors
/// When the site does not answer in a way that tells.
pub(super) async fn generation(ctx: &Context, origin: &Origin) -> Result<Generation, Error> {
    let question = format!("generation {}", origin.text());
    let found = ctx.memory.remember(&question, GENERATION_FRESH, ctx.now, detect(ctx, origin)).await?;
    Ok(*found)
}

async fn detect(ctx: &Context, origin: &Origin) -> Result<Generation, Error> {
    match api::good(api::ask(ctx, GENERATION, &origin.url("/api/user/self")).send(ctx.now).await?) {
        Ok(good) => Err(good.changed()),
        Err(error) => match answers_with_codes(&error) {
            Some(true) => Ok(Generation::Third),
            Some(false) => Ok(status(ctx, origin).await?.cookie_generation()),
            None => Err(error),
        },
    }
}

/// Whether a site's "not logged in" has a code; `None` when it said something else. By what the site answered, not by what
/// that means for a session: with a clock that is off, it means nothing for one.
fn answers_with_codes(error: &Error) -> Option<bool> {
    let code = error.evidence.code.as_deref()?;
    let said = error.kind == ErrorKind::NotLoggedIn || error.evidence.http_status == Some(401);
    said.then(|| code.starts_with("AUTH_"))
}

/// "There is no site at this address."
pub(super) fn nowhere(question: &str) -> Error {
    Error::new(ErrorKind::Protocol, question).because(Reason::HostChanged)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(body: &str) -> Status {
        serde_json::from_str(body).expect("reads")
    }

    #[test]
    fn an_address_is_read_as_people_type_it() {
        for (typed, text) in [
            ("ai.burncloud.com", "https://ai.burncloud.com"),
            (" https://AI.burncloud.com/ ", "https://ai.burncloud.com"),
            ("https://api.example:8443/v1", "https://api.example:8443/v1"),
            ("http://192.168.1.20:3000", "http://192.168.1.20:3000"),
            ("http://localhost:3000/", "http://localhost:3000"),
            ("https://host.example/gate/", "https://host.example/gate"),
            ("https://host.example//gate/console?x=1#y", "https://host.example/gate/console"),
            ("host.example/a/b/c/d", "https://host.example/a/b/c"),
        ] {
            assert_eq!(Origin::read(typed).map(|read| read.text), Some(text.to_owned()), "{typed}");
        }
        for refused in ["", "http://api.example", "ftp://a.example", "https://user:pw@a.example", "http://8.8.8.8"] {
            assert!(Origin::read(refused).is_none(), "{refused}");
        }
    }

    /// The client turns "not logged in" into a doubt when this computer's clock is more than five minutes off.
    #[test]
    fn a_clock_that_is_off_hides_no_generation() {
        let said = |kind, status, code: Option<&str>| {
            let code = code.map(str::to_owned);
            let evidence = roster_domain::Evidence { code, http_status: Some(status), ..Default::default() };
            answers_with_codes(&Error::new(kind, "generation").with_evidence(evidence))
        };
        assert_eq!(said(ErrorKind::NotLoggedIn, 401, Some("AUTH_UNAUTHORIZED")), Some(true));
        assert_eq!(said(ErrorKind::Protocol, 401, Some("AUTH_UNAUTHORIZED")), Some(true), "in doubt");
        assert_eq!(said(ErrorKind::Protocol, 401, Some("not logged in")), Some(false), "in doubt");
        assert_eq!(said(ErrorKind::NotLoggedIn, 200, Some("not logged in")), Some(false));
        assert_eq!(said(ErrorKind::Protocol, 401, None), None, "another shape");
        assert_eq!(said(ErrorKind::Refused, 403, Some("x")), None);
    }

    #[test]
    fn a_server_below_a_path_has_everything_there() {
        let below = Origin::read("https://host.example/a/b").expect("an address");
        assert_eq!(below.url("/api/status"), "https://host.example/a/b/api/status");
        assert_eq!(below.origin(), "https://host.example");
        for (path, kept) in
            [("/", "/"), ("/api/user/auth", "/a/b/api/user/auth"), ("/a/b/api", "/a/b/api"), ("/a/bc", "/a/b/a/bc")]
        {
            assert_eq!(below.cookie_path(path), kept, "{path}");
        }
        let above = below.above().expect("a level up");
        assert_eq!((above.text(), above.cookie_path("/api")), ("https://host.example/a", String::from("/a/api")));
        let top = above.above().expect("the top");
        assert_eq!((top.text(), top.cookie_path("/api")), ("https://host.example", String::from("/api")));
        assert!(top.above().is_none());
    }

    #[test]
    fn the_same_number_at_two_sites_is_two_people() {
        let at = |site: &str| Origin::read(site).map(|origin| origin.identity(12));
        assert_eq!(at("https://b.burncloud.com").as_deref(), Some("12@b.burncloud.com"));
        assert_eq!(at("https://api.example:8443").as_deref(), Some("12@api.example:8443"));
        assert_eq!(at("https://api.example/gate").as_deref(), Some("12@api.example/gate"));
    }

    #[test]
    fn quota_is_shown_as_the_site_shows_it() {
        let shown = |body: &str| status(body).shown(2_500_000);
        assert_eq!(shown(r#"{"quota_per_unit":500000}"#), (5.0, Some(String::from("USD"))));
        let cny = r#"{"quota_per_unit":500000.0,"quota_display_type":"CNY","usd_exchange_rate":7.0}"#;
        assert_eq!(shown(cny), (35.0, Some(String::from("CNY"))));
        let own = r#"{"quota_per_unit":250000,"quota_display_type":"CUSTOM","custom_currency_symbol":"鱼","custom_currency_exchange_rate":2}"#;
        assert_eq!(shown(own), (20.0, Some(String::from("鱼"))));
        for raw in [r#"{"quota_per_unit":1,"quota_display_type":"TOKENS"}"#, r#"{"quota_per_unit":1,"display_in_currency":false}"#] {
            assert_eq!(shown(raw), (2_500_000.0, None), "{raw}");
        }
    }
}
