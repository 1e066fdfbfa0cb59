//! The end of a session at the platform.

use roster_domain::{Credential, Reason};
use roster_platform::{Answer, Context, Error, ErrorKind};

use super::{api, health, renew::csrf};

const EXIT: &str = "https://passport.bilibili.com/login/exit/v2";

/// Ends the session. A dead one gets the login page instead of JSON; since something on the way may have sent a page
/// too, the platform is asked whether it is really out.
pub(super) async fn logout(ctx: &Context, credential: &Credential) -> Result<(), Error> {
    let csrf = csrf(credential, "exit")?;
    let ask = ctx.http.post_form("exit", EXIT, &[("biliCSRF", csrf.expose())]);
    let answer = api::ask(ask, Some(credential), api::HOME).send(ctx.now).await?;
    if answer.status != 412 && answer.status < 500 && (answer.is_html() || answer.is_redirect()) {
        return confirm_out(ctx, credential, &answer).await;
    }
    let (answer, envelope) = api::open(answer)?;
    if envelope.code == 0 && (200..300).contains(&answer.status) {
        return Ok(());
    }
    match api::meaning(&answer, envelope.code, envelope.message.as_deref()) {
        error if error.kind == ErrorKind::NotLoggedIn => Ok(()),
        error => Err(error),
    }
}

async fn confirm_out(ctx: &Context, credential: &Credential, page: &Answer) -> Result<(), Error> {
    match health::who(ctx, credential).await {
        Err(error) if error.kind == ErrorKind::NotLoggedIn => Ok(()),
        Err(error) => Err(error),
        Ok(_) => Err(page.error(ErrorKind::Protocol).because(Reason::NotJson)),
    }
}
