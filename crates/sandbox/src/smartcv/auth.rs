//! NextAuth's own routes, and the page on which a person logs in.

use std::sync::Arc;

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::{FAMILY, HOME, LOGIN_PAGE, SIGN_OUT, Service, book, session};
use crate::answer::{Answer, SetCookie};
use crate::ask::Ask;
use crate::pages;
use crate::world::people::Person;
use crate::world::{locked, random_hex};

impl Service {
    fn new_token(&self) -> (String, String) {
        let token = (random_hex::<32>(), random_hex::<32>());
        locked(&self.tokens).push(token.clone());
        token
    }

    /// Whether the form's token is that of the cookie, and from here.
    fn is_own_form(&self, ask: &Ask) -> bool {
        let (Some(given), Some(pair)) = (ask.field("csrfToken"), session::csrf_cookie(ask)) else { return false };
        given == pair.0 && locked(&self.tokens).contains(&pair)
    }

    /// A form that counts as forged is shown again, without a reason (4) or with one (5).
    fn shown_again(&self, page: &str, ask: &Ask) -> Answer {
        let to = match self.mode(&FAMILY) {
            "authjs" => format!("https://www.smartcv.cc/api/auth/{page}?error=MissingCSRF"),
            _ => format!("https://www.smartcv.cc/api/auth/{page}?csrf=true"),
        };
        led(ask, &to, StatusCode::OK)
    }
}

/// To this address: as JSON for those who asked for it, else as a redirect.
fn led(ask: &Ask, to: &str, status: StatusCode) -> Answer {
    let as_json = ask.field("json") == Some("true") || ask.header("x-auth-return-redirect").is_some();
    match as_json {
        true => Answer::json(&json!({ "url": to })).status(status),
        false => Answer::redirect(to).for_a_window(),
    }
}

pub(super) fn csrf(service: &Service, ask: &Ask) -> Answer {
    let token = service.new_token();
    Answer::json(&json!({ "csrfToken": token.0 })).cookies([service.csrf_cookie(&token, ask)])
}

pub(super) fn providers() -> Answer {
    let provider = |id: &str, name: &str, kind: &str| {
        let at = |route: &str| format!("https://www.smartcv.cc/api/auth/{route}/{id}");
        json!({ "id": id, "name": name, "type": kind, "signinUrl": at("signin"), "callbackUrl": at("callback") })
    };
    Answer::json(&json!({
        "credentials": provider("credentials", "Credentials", "credentials"),
        "google": provider("google", "Google", "oauth"),
        "github": provider("github", "GitHub", "oauth"),
    }))
}

/// Whose e-mail address a form names.
pub(super) fn named(service: &Service, ask: &Ask) -> Option<Arc<Person>> {
    let id = ask.field("email")?.trim().to_lowercase();
    service.world.people.find(id.strip_suffix(book::MAIL)?)
}

pub(super) fn callback(service: &Service, ask: &Ask) -> Answer {
    if !service.is_own_form(ask) {
        return service.shown_again("signin", ask);
    }
    let given = ask.field("password").unwrap_or_default();
    let entering = named(service, ask).filter(|person| service.books.of(person, ask.now).password == given);
    match entering {
        None => denied(service, ask, "CredentialsSignin"),
        Some(person) if !service.books.second_step(&person, ask.field("code"), ask.now) => {
            denied(service, ask, "TwoFactorRequired")
        }
        Some(person) => {
            let cookies = service.opened(person, ask);
            let to = ask.field("callbackUrl").unwrap_or(HOME);
            led(ask, to, StatusCode::OK).cookies(cookies)
        }
    }
}

/// No session, for this reason. The two versions write it differently.
pub(super) fn denied(service: &Service, ask: &Ask, reason: &str) -> Answer {
    match (service.mode(&FAMILY), reason) {
        ("authjs", "CredentialsSignin") => {
            led(ask, &format!("{LOGIN_PAGE}?error=CredentialsSignin&code=credentials"), StatusCode::OK)
        }
        ("authjs", other) => led(ask, &format!("{LOGIN_PAGE}?error=CredentialsSignin&code={other}"), StatusCode::OK),
        (_, reason) => {
            let to = format!("https://www.smartcv.cc/api/auth/error?error={reason}&provider=credentials");
            led(ask, &to, StatusCode::UNAUTHORIZED)
        }
    }
}

/// What the session's route says to somebody who is not logged in.
pub(super) fn nobody(service: &Service, ask: &Ask) -> Answer {
    let nothing = if service.mode(&FAMILY) == "authjs" { Value::Null } else { json!({}) };
    Answer::json(&nothing).cookies(service.emptied(ask))
}

/// Asking for the session lets it live on; the cookie of one that is over is taken back.
pub(super) fn session(service: &Service, ask: &Ask) -> Answer {
    let Some(session) = service.session(ask) else { return nobody(service, ask) };
    let session = service.rolled(&session, ask);
    let book = service.books.of(&session.person, ask.now);
    let user = json!({
        "id": book::user_id(&session.person), "email": book::email(&session.person), "name": book.name,
        "image": book.avatar, "subscriptionType": book.kind(),
    });
    let body = json!({ "user": user, "expires": session.expires().to_string() });
    Answer::json(&body).cookies(service.session_cookies(&session, ask))
}

pub(super) fn sign_out(service: &Service, ask: &Ask) -> Answer {
    if !service.is_own_form(ask) {
        return service.shown_again("signout", ask);
    }
    if service.mode(&SIGN_OUT) == "ends_the_session" {
        service.drop_session(ask);
    }
    led(ask, ask.field("callbackUrl").unwrap_or(HOME), StatusCode::OK).cookies(service.emptied(ask))
}

/// The code that all pages of the sandbox have, and the form that this site really has.
pub(super) fn login_page(service: &Service, ask: &Ask) -> Answer {
    let mut page = pages::login(service, ask);
    if page.status != StatusCode::OK || ask.method != Method::GET {
        return page;
    }
    let token = service.new_token();
    let form = FORM.replace("{token}", &token.0).replace("{callback}", HOME);
    page.body = String::from_utf8_lossy(&page.body).replacen("</main>", &format!("{form}</main>"), 1).into_bytes();
    let cookie: SetCookie = service.csrf_cookie(&token, ask);
    page.cookies([cookie])
}

/// Relative, so that a browser stays where it came from.
const FORM: &str = "<form id=\"password-form\" method=\"post\" action=\"/api/auth/callback/credentials\">
<input type=\"hidden\" name=\"csrfToken\" value=\"{token}\"><input type=\"hidden\" name=\"callbackUrl\" value=\"{callback}\">
<p><input name=\"email\" type=\"email\" placeholder=\"lin@example.test\" required></p>
<p><input name=\"password\" type=\"password\" placeholder=\"sandbox-lin\" required></p>
<p><input name=\"code\" inputmode=\"numeric\" placeholder=\"备用码 Backup code\"></p>
<p><button>登录 Log in</button></p></form>";
