//! The end of a session at the platform.

use roster_domain::Credential;
use roster_platform::{Context, Error, ErrorKind, Follow, Retry};

use super::{api, health};

/// Out of the sign-on service, which then sends to the creator centre's own exit.
const SSO: &str = "https://sso.toutiao.com/logout/";
/// The creator centre's own exit.
const CENTRE: &str = "https://mp.toutiao.com/passport/web/logout/?next=https%3A%2F%2Fmp.toutiao.com%2F";
const HOPS: usize = 5;

/// Ends the session. What the exits answer is not written down anywhere, so the outcome is what the platform then
/// says of the session.
pub(super) async fn logout(ctx: &Context, credential: &Credential) -> Result<(), Error> {
    let ask = ctx.http.get("sso/logout", SSO).query(&[("service", CENTRE)]);
    leave(ask, ctx, credential).await?;
    if health::is_out(ctx, credential).await? {
        return Ok(());
    }
    leave(ctx.http.get("logout", CENTRE), ctx, credential).await?;
    if health::is_out(ctx, credential).await? {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Refused, "logout").retry(Retry::Soon))
}

async fn leave(ask: roster_platform::Ask, ctx: &Context, credential: &Credential) -> Result<(), Error> {
    let rules = Follow { hops: HOPS, hosts: &api::HOSTS, enough: &|_| false };
    let followed = api::ask_centre(ask.once(), credential).follow(rules, ctx.now).await?;
    match followed.broken {
        Some(error) => Err(error),
        None => followed.last.settled().map(|_| ()),
    }
}
