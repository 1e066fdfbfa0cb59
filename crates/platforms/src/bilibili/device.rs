//! The device cookies. A session without them is refused sooner by risk control; a login works without.

use roster_domain::{Cookie, CookieJar, Secret};
use roster_platform::{Context, Error};
use serde::Deserialize;

use super::api::{self, COOKIE_DOMAIN, HOME};

const SPI: &str = "https://api.bilibili.com/x/frontend/finger/spi";

#[derive(Debug, Deserialize)]
struct Ids {
    /// `buvid3`
    #[serde(rename = "b_3")]
    third: String,
    /// `buvid4`
    #[serde(rename = "b_4")]
    fourth: String,
}

/// Asks for a new device id.
pub(super) async fn cookies(ctx: &Context) -> Result<CookieJar, Error> {
    let answer = api::ask(ctx.http.get("finger/spi", SPI).once(), None, HOME).send(ctx.now).await?;
    let (answer, envelope) = api::open(answer)?;
    let ids: Ids = api::content(&answer, envelope)?;
    let pairs = [("buvid3", ids.third), ("buvid4", ids.fourth)];
    Ok(pairs.into_iter().filter(|(_, value)| is_plain(value)).map(|(name, value)| cookie(name, value)).collect())
}

/// Whether the value can stand in a `Cookie` header as it is.
fn is_plain(value: &str) -> bool {
    !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b';' | b',' | b'"' | b'\\'))
}

fn cookie(name: &str, value: String) -> Cookie {
    Cookie {
        name: name.to_owned(),
        value: Secret::new(value),
        domain: String::from(COOKIE_DOMAIN),
        host_only: false,
        path: String::from("/"),
        expires_at: None,
        secure: false,
        http_only: false,
        same_site: None,
    }
}
