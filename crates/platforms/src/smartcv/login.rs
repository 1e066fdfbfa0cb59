//! Login by e-mail and password, as NextAuth's own page does it: a token against forged forms, then the password, then
//! the session in a cookie.

use async_trait::async_trait;
use roster_domain::{CookieJar, Credential, Reason, Secret};
use roster_platform::{
    Answer, Context, Error, ErrorKind, Field, FieldKind, Filled, Form, FormProblem, LoginFlow, LoginInput, LoginStep,
    RefusalReason, Text,
};
use serde_json::Value;
use url::Url;

use super::{api, codes, csrf, session};

const SIGN_IN: &str = "https://www.smartcv.cc/api/auth/callback/credentials";
/// What NextAuth says when e-mail and password do not fit.
const WRONG: &str = "CredentialsSignin";
const EMAIL: &str = "email";
const PASSWORD: &str = "password";

/// A login under way. The password is never kept: it is in what the person filled in, and that is gone with the answer.
#[derive(Debug, Default)]
pub(super) struct Flow {
    problem: Option<FormProblem>,
}

impl Flow {
    /// The empty form.
    pub(super) fn begin() -> (Self, LoginStep) {
        let flow = Self::default();
        let step = flow.ask();
        (flow, step)
    }

    fn ask(&self) -> LoginStep {
        LoginStep::AskFields { form: form(), problem: self.problem.clone() }
    }

    async fn sign_in(&mut self, ctx: &Context, filled: &Filled) -> Result<LoginStep, Error> {
        let (Some(email), Some(password)) = (filled.get(EMAIL), filled.exact(PASSWORD)) else {
            return Ok(self.ask());
        };
        let (token, mut jar) = csrf::token(ctx, &Credential::default()).await?;
        let answer = submit(ctx, (&token, email, password), &jar).await?;
        jar.merge(session::fresh(&answer.set_cookies, ctx.now).into_iter().collect());
        if session::is_whole(&jar) {
            self.problem = None;
            return Ok(done(ctx, jar));
        }
        self.refused(&answer)
    }

    /// Why there is no session.
    fn refused(&mut self, answer: &Answer) -> Result<LoginStep, Error> {
        match outcome(answer)? {
            Said::WrongPassword(code) => {
                let evidence = *answer.said(ErrorKind::Refused, code, None).evidence;
                let text = Text::new(
                    "邮箱或密码不对。用 Google 或 GitHub 注册的账号没有密码，请改用登录窗口。",
                    "E-mail or password is wrong. Accounts made with Google or GitHub have no password: use the login window.",
                );
                self.problem =
                    Some(FormProblem { field: Some(PASSWORD), text: Some(text), reason: Reason::Other, evidence });
                Ok(self.ask())
            }
            Said::Refused(why, error) => {
                Ok(LoginStep::Refused { why, reason: error.reason, evidence: *error.evidence })
            }
        }
    }
}

#[async_trait]
impl LoginFlow for Flow {
    async fn next(&mut self, ctx: &Context, input: LoginInput) -> Result<LoginStep, Error> {
        match input {
            LoginInput::Poll => Ok(self.ask()),
            LoginInput::Refresh => {
                self.problem = None;
                Ok(self.ask())
            }
            LoginInput::Fields(filled) => self.sign_in(ctx, &filled).await,
        }
    }
}

fn form() -> Form {
    let hint = Text::new("注册 SmartCV 时用的邮箱", "The address you registered at SmartCV with");
    Form {
        id: "password",
        title: Text::new("用邮箱和密码登录", "Log in with e-mail and password"),
        fields: vec![
            Field::new(EMAIL, Text::new("邮箱", "E-mail"), FieldKind::Email).hint(hint),
            Field::new(PASSWORD, Text::new("密码", "Password"), FieldKind::Secret),
        ],
    }
}

async fn submit(
    ctx: &Context,
    (token, email, password): (&str, &str, &Secret<String>),
    jar: &CookieJar,
) -> Result<Answer, Error> {
    let fields = [
        ("csrfToken", token),
        (EMAIL, email),
        (PASSWORD, password.expose()),
        ("callbackUrl", api::HOME),
        ("json", "true"),
    ];
    let credential = Credential { cookies: jar.clone(), ..Credential::default() };
    let ask = ctx.http.post_form("callback/credentials", SIGN_IN, &fields);
    // Auth.js 5 answers JSON instead of a redirect only when it is asked to.
    let ask = api::ask(ask, &credential).header("origin", api::ORIGIN).header("x-auth-return-redirect", "1");
    ask.send(ctx.now).await?.settled()
}

fn done(ctx: &Context, cookies: CookieJar) -> LoginStep {
    let expires_at = session::expiry(&cookies);
    let credential = Credential {
        cookies,
        user_agent: Some(ctx.http.user_agent().to_owned()),
        obtained_at: Some(ctx.now),
        expires_at,
        ..Credential::default()
    };
    // The cookie is sealed and names nobody; the probe will.
    LoginStep::Done { credential, identity: None }
}

enum Said {
    WrongPassword(String),
    Refused(RefusalReason, Error),
}

/// What an answer without a session says.
///
/// # Errors
/// When it says nothing about the login: a page of somebody else, another shape, a form that counts as forged.
fn outcome(answer: &Answer) -> Result<Said, Error> {
    let (code, words) = match reasons(answer)? {
        Some(said) => said,
        // It was taken, and still there is no session.
        None => return Ok(Said::Refused(RefusalReason::NoSession, answer.error(ErrorKind::Refused))),
    };
    let error = |kind, reason| answer.said(kind, &code, words.as_deref()).because(reason);
    let told = format!("{code} {}", words.as_deref().unwrap_or_default());
    if codes::wants_second_factor(&told) {
        return Ok(Said::Refused(RefusalReason::RiskControl, error(ErrorKind::RiskControl, Reason::Captcha)));
    }
    if codes::is_locked(&code) || words.as_deref().is_some_and(codes::is_locked) {
        return Ok(Said::Refused(RefusalReason::Platform, error(ErrorKind::Restricted, Reason::Banned)));
    }
    match code.as_str() {
        WRONG | "401" | "INVALID_PASSWORD" | "INVALID_CREDENTIALS" | "USER_NOT_FOUND" => Ok(Said::WrongPassword(code)),
        // The token and its cookie did not fit together; another try gets new ones.
        "MissingCSRF" => Err(error(ErrorKind::Protocol, Reason::Other).retry(roster_platform::Retry::Soon)),
        _ => Ok(Said::Refused(RefusalReason::Platform, error(ErrorKind::Refused, Reason::Other))),
    }
}

/// The error's code, with words where there are some; `None` when the answer reports no error.
fn reasons(answer: &Answer) -> Result<Option<(String, Option<String>)>, Error> {
    if answer.is_redirect() {
        return match answer.location.as_ref().filter(|to| api::is_ours(to)) {
            Some(to) => Ok(error_in(to)),
            None => Err(answer.error(ErrorKind::Protocol).because(Reason::HostChanged)),
        };
    }
    if let Some(failure) = api::failure(answer) {
        let code = failure.code.unwrap_or_else(|| answer.status.to_string());
        return Ok(Some((code, Some(failure.error))));
    }
    let body: Value = answer.json()?;
    let to = body.get("url").and_then(Value::as_str).and_then(|to| Url::parse(api::HOME).ok()?.join(to).ok());
    match (to, answer.status) {
        (Some(to), status) => Ok(error_in(&to).or_else(|| (status == 401).then(|| (status.to_string(), None)))),
        (None, 401) => Ok(Some((answer.status.to_string(), None))),
        (None, _) => Err(answer.error(ErrorKind::Protocol).because(Reason::UnexpectedShape)),
    }
}

/// What the address of an error page says. Auth.js 5 gives a general `error` and the site's own `code` beside it.
fn error_in(to: &Url) -> Option<(String, Option<String>)> {
    let of = |name: &str| to.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    // NextAuth 4 shows the form again, without an error, when the token did not fit.
    let again = of("csrf").map(|_| String::from("MissingCSRF"));
    let error = of("error").or(again)?;
    match of("code") {
        Some(code) if code != "credentials" => Some((code, Some(error))),
        _ => Some((error, None)),
    }
}
