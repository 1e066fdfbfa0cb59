//! The end of a session at the platform.

use roster_domain::Credential;
use roster_platform::{Ask, Context, Error, ErrorKind, Follow, Retry};

use super::{api, health};

/// Out of the sign-on service, which then sends to the viewers' site's own exit.
const SSO: &str = "https://sso.douyin.com/logout/";
/// The viewers' site's own exit.
const VIEWERS: &str = "https://www.douyin.com/passport/web/logout/?next=https%3A%2F%2Fwww.douyin.com%2F";
const AID: &str = "6383";
const HOPS: usize = 5;

/// Ends the session. What the exits answer differs, so the outcome is what the platform then says of the session.
pub(super) async fn logout(ctx: &Context, credential: &Credential) -> Result<(), Error> {
    leave(ctx.http.get("sso/logout", SSO).query(&[("service", VIEWERS), ("aid", AID)]), ctx, credential).await?;
    if is_out(ctx, credential).await? {
        return Ok(());
    }
    leave(ctx.http.get("logout", VIEWERS).query(&[("aid", AID)]), ctx, credential).await?;
    if is_out(ctx, credential).await? {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Refused, "logout").retry(Retry::Soon))
}

async fn leave(ask: Ask, ctx: &Context, credential: &Credential) -> Result<(), Error> {
    let rules = Follow { hops: HOPS, hosts: &api::HOSTS, enough: &|_| false };
    let followed = api::ask(ask.once(), credential, api::VIEWERS).follow(rules, ctx.now).await?;
    match followed.broken {
        Some(error) => Err(error),
        None => followed.last.settled().map(|_| ()),
    }
}

async fn is_out(ctx: &Context, credential: &Credential) -> Result<bool, Error> {
    match health::who(ctx, credential).await {
        Ok(_) => Ok(false),
        Err(error) if error.kind == ErrorKind::NotLoggedIn => Ok(true),
        Err(error) => Err(error),
    }
}
