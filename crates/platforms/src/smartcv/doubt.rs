//! Answers that may be the site's way of saying "not logged in", or a gate's way of saying no: NextAuth is asked, whose
//! word about sessions is the only one that counts.

use roster_domain::Credential;
use roster_platform::{Answer, Context, Error};
use serde_json::Value;

use super::{api, codes, session};

/// What a page that asks for a login has in it: the routes of NextAuth. Other pages of the site link to them as well.
const LOGIN_MARKS: [&str; 2] = ["/api/auth/signin", "/api/auth/callback"];

/// Lets an answer pass, unless it leaves a doubt and NextAuth says that nobody is logged in.
///
/// # Errors
/// "Not logged in". A doubt that stays says nothing about the session; the answer is then read as it is.
pub(super) async fn settle(ctx: &Context, credential: &Credential, answer: &Answer) -> Result<(), Error> {
    match session::is_whole(&credential.cookies) && is_left(answer) && nobody_is_in(ctx, credential).await {
        true => Err(answer.not_logged_in("no session", None)),
        false => Ok(()),
    }
}

fn is_left(answer: &Answer) -> bool {
    let status = answer.status;
    if answer.is_html() {
        let text = answer.text();
        return matches!(status, 200 | 401 | 403) && LOGIN_MARKS.iter().any(|mark| text.contains(mark));
    }
    let bare = |code: Option<String>| code.is_none_or(|code| code.is_empty());
    match (status, api::failure(answer)) {
        (401 | 403, None) => true,
        (403, Some(failure)) => bare(failure.code) && !codes::is_locked(&failure.error),
        _ => false,
    }
}

/// Whether NextAuth says so: `null`, `{}`, or a session of nobody.
async fn nobody_is_in(ctx: &Context, credential: &Credential) -> bool {
    let ask = api::ask(ctx.http.get("session", api::SESSION), credential).once();
    let Ok(answer) = ask.send(ctx.now).await else { return false };
    if answer.status != 200 || answer.is_redirect() {
        return false;
    }
    match answer.json::<Value>() {
        Ok(Value::Null) => true,
        Ok(Value::Object(session)) => match session.get("user") {
            None => session.is_empty(),
            Some(user) => user.is_null(),
        },
        Ok(_) | Err(_) => false,
    }
}
