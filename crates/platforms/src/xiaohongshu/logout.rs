//! The end of a session at the platform.

use roster_domain::Credential;
use roster_platform::{Ask, Context, Error, ErrorKind, Retry, Verb};
use serde_json::json;

use super::{api, health};

const CENTRE: &str = "/api/galaxy/user/logout";
const SIGN_ON: &str = "/sso/logout";

/// Ends the session by the two exits that the page uses. Their method is not written down anywhere, so the outcome is
/// what the platform then says of the session; one that refuses both has to be left on its own page.
pub(super) async fn logout(ctx: &Context, credential: &Credential) -> Result<(), Error> {
    let at = |path: &str| api::Centre::at(credential.site.as_deref()).url(path);
    leave(ctx.http.ask("user/logout", Verb::Post, &at(CENTRE)).json(&json!({})), ctx, credential).await?;
    if health::is_out(ctx, credential).await? {
        return Ok(());
    }
    leave(ctx.http.get("sso/logout", &at(SIGN_ON)), ctx, credential).await?;
    if health::is_out(ctx, credential).await? {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Refused, "logout").retry(Retry::Soon))
}

async fn leave(ask: Ask, ctx: &Context, credential: &Credential) -> Result<(), Error> {
    api::ask(ask.once(), credential).send(ctx.now).await?.settled().map(|_| ())
}
