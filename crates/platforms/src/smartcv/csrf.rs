//! The token that NextAuth wants with its own forms, and the cookie that goes with it.

use roster_domain::{CookieJar, Credential, Reason};
use roster_platform::{Context, Error, ErrorKind};
use serde_json::Value;

use super::{api, doubt, session};

const CSRF: &str = "https://www.smartcv.cc/api/auth/csrf";

/// A token, and the credential's cookies with those that came along.
///
/// # Errors
/// "Not logged in" where the site keeps this behind its login; faults; another shape.
pub(super) async fn token(ctx: &Context, credential: &Credential) -> Result<(String, CookieJar), Error> {
    let answer = api::ask(ctx.http.get("csrf", CSRF), credential).send(ctx.now).await?;
    doubt::settle(ctx, credential, &answer).await?;
    let body = api::plain(&answer)?;
    let token = body.get("csrfToken").and_then(Value::as_str).filter(|token| !token.is_empty());
    let Some(token) = token.filter(|_| answer.status == 200) else {
        return Err(answer.error(ErrorKind::Protocol).because(Reason::UnexpectedShape));
    };
    let mut jar = credential.cookies.clone();
    for cookie in session::fresh(&answer.set_cookies, ctx.now) {
        jar.remove(&cookie.name);
        jar.insert(cookie);
    }
    Ok((token.to_owned(), jar))
}
