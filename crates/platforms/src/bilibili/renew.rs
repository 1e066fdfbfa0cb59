//! Renewal of a session: ask, prove, exchange, and give up the old one once the new one is stored.

use jiff::Timestamp;
use roster_domain::{Credential, Reason, Secret};
use roster_platform::{Answer, Context, Error, ErrorKind, Renewal, Retry};
use rsa::{Oaep, RsaPublicKey, pkcs8::DecodePublicKey, rand_core::OsRng, sha2::Sha256};
use serde::Deserialize;

use super::{api, health, session};

const INFO: &str = "https://passport.bilibili.com/x/passport-login/web/cookie/info";
const CORRESPOND: &str = "https://www.bilibili.com/correspond/1/";
const REFRESH: &str = "https://passport.bilibili.com/x/passport-login/web/cookie/refresh";
const CONFIRM: &str = "https://passport.bilibili.com/x/passport-login/web/confirm/refresh";

/// The token that renews a session.
const TOKEN: &str = "refresh_token";
/// The one before it, kept until the platform has been told to give it up.
const PENDING: &str = "pending_refresh_token";

/// What stands before the time in the correspond path. The second is tried once where the first is not found.
const PREFIXES: [&str; 2] = ["refresh_", "set_"];
/// A time in milliseconds is never below this.
const MILLISECONDS: i64 = 1_000_000_000_000;

/// The public key that the platform's web page carries.
const OFFICIAL_KEY: &str = "-----BEGIN PUBLIC KEY-----
MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDLgd2OAkcGVtoE3ThUREbio0Eg
Uc/prcajMKXvkCKFCWhJYJcLkcM2DKKcSeFpD/j6Boy538YXnR6VhcuUJOhH2x71
nzPjfdTcqMz7djHum0qSZA0AyCBDABUqCrfNgCiJ00Ra7GmRj+YCK1NJEuewlb40
JNrRuoEUXpabUzGB8QIDAQAB
-----END PUBLIC KEY-----";

/// The key that the correspond path is encrypted with; `None` when what was set is no key.
#[derive(Debug)]
pub(super) struct CorrespondKey(Option<RsaPublicKey>);

impl CorrespondKey {
    /// The platform's own.
    pub(super) fn official() -> Self {
        Self::from_pem(OFFICIAL_KEY)
    }

    /// Another, for a stand-in.
    pub(super) fn from_pem(pem: &str) -> Self {
        let key = RsaPublicKey::from_public_key_pem(pem.trim()).ok();
        if key.is_none() {
            tracing::warn!("the correspond key that was set cannot be read; sessions will not be renewed");
        }
        Self(key)
    }

    /// The path for this time: RSA-OAEP with SHA-256, as lower-case hex.
    fn path(&self, prefix: &str, time_ms: i64) -> Result<String, Error> {
        let failed = || Error::new(ErrorKind::Unsupported, "correspond");
        let key = self.0.as_ref().ok_or_else(failed)?;
        let text = format!("{prefix}{time_ms}");
        let sealed = key.encrypt(&mut OsRng, Oaep::new::<Sha256>(), text.as_bytes()).map_err(|_| failed())?;
        Ok(hex::encode(sealed))
    }
}

#[derive(Debug, Deserialize)]
struct Info {
    refresh: bool,
    #[serde(default)]
    timestamp: i64,
}

#[derive(Deserialize)]
struct Refreshed {
    #[serde(default)]
    status: i64,
    #[serde(default)]
    refresh_token: String,
}

/// Renews the session if the platform wants it. A session without a refresh token cannot be renewed.
pub(super) async fn renew(ctx: &Context, credential: &Credential, key: &CorrespondKey) -> Result<Renewal, Error> {
    let Some(token) = credential.tokens.get(TOKEN).filter(|token| !token.expose().is_empty()) else {
        return Err(Error::new(ErrorKind::Unsupported, "renew"));
    };
    let csrf = csrf(credential, "cookie/info")?;
    let ask = ctx.http.get("cookie/info", INFO).query(&[("csrf", csrf.expose())]);
    let answer = api::ask(ask, Some(credential), api::HOME).send(ctx.now).await?;
    let (answer, envelope) = api::open(answer)?;
    let info: Info = api::content(&answer, envelope)?;
    if !info.refresh {
        return Ok(Renewal::NotNeeded);
    }
    let time_ms = if info.timestamp >= MILLISECONDS { info.timestamp } else { ctx.now.as_millisecond() };
    let proof = correspond(ctx, credential, key, time_ms).await?;
    let fields = [
        ("csrf", csrf.expose().as_str()),
        ("refresh_csrf", proof.expose()),
        ("source", "main_web"),
        ("refresh_token", token.expose()),
    ];
    let ask = ctx.http.post_form("cookie/refresh", REFRESH, &fields);
    let answer = api::ask(ask, Some(credential), api::HOME).send(ctx.now).await?;
    exchange(answer, credential, token, ctx.now).map(Renewal::Renewed)
}

/// The one-time token from the correspond page.
async fn correspond(
    ctx: &Context,
    credential: &Credential,
    key: &CorrespondKey,
    time_ms: i64,
) -> Result<Secret<String>, Error> {
    let mut missing = Error::new(ErrorKind::Protocol, "correspond");
    for prefix in PREFIXES {
        let url = format!("{CORRESPOND}{}", key.path(prefix, time_ms)?);
        let ask = api::ask(ctx.http.get("correspond", &url), Some(credential), api::HOME);
        let answer = ask.header("accept", "text/html,application/xhtml+xml,*/*;q=0.8").send(ctx.now).await?;
        match answer.status {
            404 => missing = answer.error(ErrorKind::Protocol),
            412 => return Err(api::open(answer).map_or_else(|error| error, |_| missing)),
            _ => return token_of(ctx, credential, answer.settled()?).await,
        }
    }
    // Both were not found: the path is made differently by now, or this clock is ahead of the platform's.
    Err(missing)
}

async fn token_of(ctx: &Context, credential: &Credential, answer: Answer) -> Result<Secret<String>, Error> {
    if let Some(token) = element_text(&answer.text()) {
        return Ok(Secret::from(token));
    }
    // A page without the element means that the cookie was not accepted, which only `nav` can confirm.
    health::who(ctx, credential).await?;
    Err(answer.error(ErrorKind::Protocol).because(Reason::UnexpectedShape))
}

/// The text of the element whose id is `1-name`.
fn element_text(page: &str) -> Option<&str> {
    let marks = ["id=\"1-name\"", "id='1-name'", "id=1-name"];
    let rest = marks.iter().find_map(|mark| page.split_once(mark)).map(|(_, rest)| rest)?;
    let (_, rest) = rest.split_once('>')?;
    let (text, _) = rest.split_once('<')?;
    let text = text.trim();
    let plain = (8..=128).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    plain.then_some(text)
}

/// The new session out of the platform's answer. The old refresh token stays, as pending.
fn exchange(answer: Answer, old: &Credential, token: &Secret<String>, now: Timestamp) -> Result<Credential, Error> {
    let (answer, envelope) = api::open(answer)?;
    let refreshed: Refreshed = api::content(&answer, envelope)?;
    let fresh = session::of_main_domain(&answer.set_cookies);
    if refreshed.status != 0 || !session::is_whole(&fresh) {
        let error = answer.said(ErrorKind::Protocol, refreshed.status, None);
        return Err(error.because(Reason::UnexpectedShape));
    }
    let id = |credential: &roster_domain::CookieJar| credential.value("DedeUserID").map(|id| id.expose().clone());
    if id(&old.cookies).is_some_and(|known| Some(known) != id(&fresh)) {
        return Err(answer.error(ErrorKind::Refused).because(Reason::OtherUser));
    }
    let mut new = old.clone();
    for cookie in fresh.iter() {
        new.cookies.remove(&cookie.name);
    }
    new.expires_at = Some(session::expiry(&fresh, None, 0, now));
    new.cookies.merge(fresh);
    new.obtained_at = Some(now);
    new.tokens.insert(String::from(PENDING), token.clone());
    new.tokens.remove(TOKEN);
    if !refreshed.refresh_token.is_empty() {
        new.tokens.insert(String::from(TOKEN), Secret::new(refreshed.refresh_token));
    }
    Ok(new)
}

/// Tells the platform to give up the session before this one. With nothing pending there is nothing to tell.
pub(super) async fn confirm(ctx: &Context, credential: &Credential) -> Result<Credential, Error> {
    let mut confirmed = credential.clone();
    let Some(pending) = confirmed.tokens.remove(PENDING) else { return Ok(confirmed) };
    let csrf = csrf(credential, "confirm/refresh")?;
    let fields = [("csrf", csrf.expose().as_str()), ("refresh_token", pending.expose())];
    let ask = ctx.http.post_form("confirm/refresh", CONFIRM, &fields);
    let answer = api::ask(ask, Some(credential), api::HOME).send(ctx.now).await?;
    let (answer, envelope) = api::open(answer)?;
    match envelope.code {
        0 => Ok(confirmed),
        // Here the call is well made, so it is the token that the platform does not take.
        -400 => Err(answer.said(ErrorKind::Refused, -400, envelope.message.as_deref())),
        code => Err(api::meaning(&answer, code, envelope.message.as_deref())),
    }
}

/// The session's CSRF token.
pub(super) fn csrf<'c>(credential: &'c Credential, question: &str) -> Result<&'c Secret<String>, Error> {
    let missing = || Error::new(ErrorKind::Protocol, question).because(Reason::NoCredential).retry(Retry::Never);
    credential.cookies.value("bili_jct").ok_or_else(missing)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_official_key_makes_a_path_of_256_lower_case_digits() {
        let key = CorrespondKey::official();
        let path = key.path("refresh_", 1_790_000_000_456).expect("path");
        assert_eq!(path.len(), 256);
        assert!(path.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f')));
        assert_ne!(path, key.path("refresh_", 1_790_000_000_456).expect("path"), "the padding is random");
    }

    #[test]
    fn what_is_no_key_makes_no_path() {
        let error = CorrespondKey::from_pem("not a key").path("refresh_", 1).expect_err("refused");
        assert_eq!(error.kind, ErrorKind::Unsupported);
    }

    #[test]
    fn the_token_is_found_in_the_page_and_nothing_else_is_taken_for_it() {
        let page = include_str!("fixtures/correspond.html");
        assert_eq!(element_text(page), Some("cafebabecafebabecafebabecafebabe"));
        assert_eq!(element_text("<p class=a id='1-name' >\n cafebabe01 </p>"), Some("cafebabe01"));
        for bad in ["", "<div id=\"1-name\"></div>", "<div id=\"2-name\">cafebabe01</div>", "<div id=\"1-name\">a b c d e f g</div>"] {
            assert_eq!(element_text(bad), None, "{bad}");
        }
    }
}
