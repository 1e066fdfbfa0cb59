//! Login by name and password (with a second factor, or with a new account before it) and by access token.

mod answers;
mod forms;
mod password;
mod register;
mod token;

use std::{fmt, sync::Arc};

use async_trait::async_trait;
use roster_domain::{CookieJar, Evidence, Reason, Secret};
use roster_platform::{
    Context, Error, ErrorKind, Filled, Form, FormProblem, LoginFlow, LoginInput, LoginMethod, LoginStep,
};

use super::{
    limiter::Limiter,
    site::{self, Origin, Status},
};

/// Starts a login.
///
/// # Errors
/// "Unsupported" for ways without a form.
pub(super) fn begin(method: LoginMethod, limiter: &Arc<Limiter>) -> Result<(Flow, LoginStep), Error> {
    let start = match method {
        LoginMethod::Password => Stage::Password,
        LoginMethod::Token => Stage::Token,
        LoginMethod::Qr | LoginMethod::Window | LoginMethod::Cookies => {
            return Err(Error::new(ErrorKind::Unsupported, "login"));
        }
    };
    let flow = Flow { method, stage: start, problem: None, limiter: Arc::clone(limiter) };
    let step = flow.asks();
    Ok((flow, step))
}

/// Name and password of an account.
#[derive(Clone)]
struct Account {
    origin: Origin,
    username: String,
    password: Secret<String>,
}

/// What is asked for next.
enum Stage {
    Password,
    Token,
    /// The password was right; the second factor is missing.
    SecondFactor(SecondFactor),
    /// A new account: what else it shall have.
    Register(Account),
    /// A new account: the code that was sent to its address.
    EmailCode { account: Account, email: String, invitation: Option<String> },
    /// The account exists since a moment ago; nobody has logged in yet.
    Registered(Account),
}

struct SecondFactor {
    origin: Origin,
    /// The pending session of the first two generations.
    cookies: CookieJar,
    /// What stands for it in the third.
    ticket: Option<Secret<String>>,
}

/// A login under way.
pub(super) struct Flow {
    method: LoginMethod,
    stage: Stage,
    problem: Option<FormProblem>,
    limiter: Arc<Limiter>,
}

impl Flow {
    /// The form of this stage.
    fn form(&self) -> Form {
        match &self.stage {
            Stage::Password | Stage::Registered(_) => forms::password(),
            Stage::Token => forms::token(),
            Stage::SecondFactor(_) => forms::second_factor(),
            Stage::Register(_) => forms::register(),
            Stage::EmailCode { .. } => forms::email_code(),
        }
    }

    fn asks(&self) -> LoginStep {
        LoginStep::AskFields { form: self.form(), problem: self.problem.clone() }
    }

    /// The form of this stage again, with what was wrong.
    fn again(&mut self, problem: FormProblem) -> LoginStep {
        self.problem = Some(problem);
        self.asks()
    }

    /// The form of another stage.
    fn goes_on(&mut self, stage: Stage) -> LoginStep {
        self.stage = stage;
        self.problem = None;
        self.asks()
    }

    fn start(&self) -> Stage {
        if self.method == LoginMethod::Token { Stage::Token } else { Stage::Password }
    }

    /// A refusal becomes a problem of the form; a fault leaves the login as it was.
    fn refused(&mut self, field: Option<&'static str>, error: Error) -> Result<LoginStep, Error> {
        match error.kind {
            ErrorKind::Refused | ErrorKind::NotLoggedIn | ErrorKind::Restricted => {
                Ok(self.again(forms::told(field, error)))
            }
            ErrorKind::Unsupported
            | ErrorKind::RiskControl
            | ErrorKind::RateLimited
            | ErrorKind::Network
            | ErrorKind::Server
            | ErrorKind::Protocol => Err(error),
        }
    }

    /// The site that was filled in, with what it says of itself; else the form again. What was filled in may be the
    /// address of one of its pages: the server is looked for there and above.
    async fn site(&mut self, ctx: &Context, filled: &Filled) -> Result<Result<(Origin, Arc<Status>), LoginStep>, Error> {
        let Some(typed) = filled.get(forms::SITE).and_then(Origin::read) else {
            let problem = forms::problem(
                forms::SITE,
                "这不是可用的网址：请填写 https 网址；http 只用于本机和内网地址。",
                "This address cannot be used: it has to be https, or plain http on this computer or a private network.",
            );
            return Ok(Err(self.again(problem)));
        };
        let (mut place, mut nobody) = (Some(typed), None);
        while let Some(origin) = place {
            match site::status(ctx, &origin).await {
                Ok(status) => return Ok(Ok((origin, status))),
                Err(error) => match error.kind {
                    ErrorKind::Network | ErrorKind::Server | ErrorKind::RateLimited => return Err(error),
                    ErrorKind::Protocol
                    | ErrorKind::Unsupported
                    | ErrorKind::NotLoggedIn
                    | ErrorKind::Restricted
                    | ErrorKind::RiskControl
                    | ErrorKind::Refused => nobody = nobody.or(Some(error)),
                },
            }
            place = origin.above();
        }
        let error = nobody.unwrap_or_else(|| site::nowhere("status"));
        let problem = forms::problem(
            forms::SITE,
            "这个网址上没有 New-API 站点，或者有防护页面挡在前面。",
            "No New-API server answers at this address, or a guard page stands before it.",
        );
        Ok(Err(self.again(FormProblem { reason: error.reason, evidence: *error.evidence, ..problem })))
    }

    async fn filled(&mut self, ctx: &Context, filled: &Filled) -> Result<LoginStep, Error> {
        let form = self.form();
        if let Some(field) = filled.missing(&form) {
            return Ok(self.again(forms::problem(field, "请填写这一项。", "Fill this in.")));
        }
        match &self.stage {
            Stage::Password => password::first(self, ctx, filled).await,
            Stage::Token => token::check(self, ctx, filled).await,
            Stage::SecondFactor(_) => password::second(self, ctx, filled).await,
            Stage::Register(account) => {
                let account = account.clone();
                register::create(self, ctx, account, filled).await
            }
            Stage::EmailCode { .. } => register::confirm(self, ctx, filled).await,
            Stage::Registered(account) => {
                let account = account.clone();
                password::enter(self, ctx, account).await
            }
        }
    }
}

#[async_trait]
impl LoginFlow for Flow {
    async fn next(&mut self, ctx: &Context, input: LoginInput) -> Result<LoginStep, Error> {
        match input {
            LoginInput::Fields(filled) => self.filled(ctx, &filled).await,
            LoginInput::Refresh => {
                let start = self.start();
                Ok(self.goes_on(start))
            }
            LoginInput::Poll => match &self.stage {
                Stage::Registered(account) => {
                    let account = account.clone();
                    password::enter(self, ctx, account).await
                }
                _ => Ok(self.asks()),
            },
        }
    }
}

impl fmt::Debug for Flow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Flow").field("method", &self.method).field("form", &self.form().id).finish_non_exhaustive()
    }
}

/// A login that only the site's own page can do.
fn by_page(why: &str, reason: Reason) -> FormProblem {
    let text = super::refusals::known(why).map(|known| known.remedy);
    FormProblem { field: None, text, reason, evidence: Evidence::default() }
}
