//! The end of a session at the platform.

use roster_domain::{Credential, Reason};
use roster_platform::{Context, Error, ErrorKind, Retry};

use super::{api, csrf, session};

const SIGN_OUT: &str = "https://www.smartcv.cc/api/auth/signout";

/// Signs out. A sealed session cannot be called back by its platform: what ends it is that the cookie is given up here
/// and there, and a copy elsewhere lives to its own end.
pub(super) async fn logout(ctx: &Context, credential: &Credential) -> Result<(), Error> {
    let (token, cookies) = match csrf::token(ctx, credential).await {
        Ok(found) => found,
        Err(error) if error.kind == ErrorKind::NotLoggedIn => return Ok(()),
        Err(error) => return Err(error),
    };
    let session = Credential { cookies, user_agent: credential.user_agent.clone(), ..Credential::default() };
    let fields = [("csrfToken", token.as_str()), ("callbackUrl", api::HOME), ("json", "true")];
    let ask = api::ask(ctx.http.post_form("signout", SIGN_OUT, &fields), &session);
    let answer = ask.header("origin", api::ORIGIN).header("x-auth-return-redirect", "1").send(ctx.now).await?.settled()?;
    let taken_back = answer.set_cookies.iter().any(|cookie| {
        let over = cookie.value.expose().is_empty() || cookie.expires_at.is_some_and(|end| end <= ctx.now);
        session::is_session_cookie(&cookie.name) && over
    });
    if taken_back {
        return Ok(());
    }
    if answer.is_redirect() {
        let ours = answer.location.as_ref().is_some_and(|to| api::is_ours(to) && !to.query_pairs().any(|(key, _)| key == "csrf"));
        let elsewhere = || answer.error(ErrorKind::Protocol).because(Reason::HostChanged).retry(Retry::Soon);
        return if ours { Ok(()) } else { Err(elsewhere()) };
    }
    match api::plain(&answer) {
        Ok(body) if body.get("url").is_some_and(serde_json::Value::is_string) => Ok(()),
        Ok(_) => Err(answer.error(ErrorKind::Protocol).because(Reason::UnexpectedShape)),
        Err(error) if error.kind == ErrorKind::NotLoggedIn => Ok(()),
        Err(error) => Err(error),
    }
}
