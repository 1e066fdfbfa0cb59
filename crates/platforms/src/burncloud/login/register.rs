//! A new account, and the login with it.

use roster_domain::CookieJar;
use roster_platform::{Context, Error, Filled, LoginStep, Verb};
use serde_json::{Map, Value, json};

use super::{Account, Flow, Stage, forms, password};
use crate::burncloud::{
    api::{self, Call, Limit},
    site,
};

const REGISTER: Call = Call::of("register", Verb::Post).limited(Limit::Critical);
const SEND_CODE: Call = Call::get("verification").once();

/// Registers with what was filled in; asks the site to send a code first where it wants one.
pub(super) async fn create(
    flow: &mut Flow,
    ctx: &Context,
    account: Account,
    filled: &Filled,
) -> Result<LoginStep, Error> {
    let status = site::status(ctx, &account.origin).await?;
    let email = filled.get(forms::EMAIL).map(str::to_owned);
    let code = filled.get(forms::EMAIL_CODE).map(str::to_owned);
    let invitation = filled.get(forms::INVITATION).map(str::to_owned);
    if status.verifies_email() && code.is_none() {
        let Some(email) = email else {
            let problem = forms::problem(
                forms::EMAIL,
                "该站点要验证邮箱，请填写。",
                "The site verifies addresses: fill yours in.",
            );
            return Ok(flow.again(problem));
        };
        let ask = api::ask(ctx, SEND_CODE, &account.origin.url("/api/verification")).query(&[("email", &email)]);
        return match api::good(ask.send(ctx.now).await?) {
            Ok(_) => Ok(flow.goes_on(Stage::EmailCode { account, email, invitation })),
            Err(error) => flow.refused(Some(forms::EMAIL), error),
        };
    }
    register(flow, ctx, account, [("email", email), ("verification_code", code), ("aff_code", invitation)]).await
}

/// Registers with the code that was sent.
pub(super) async fn confirm(flow: &mut Flow, ctx: &Context, filled: &Filled) -> Result<LoginStep, Error> {
    let Stage::EmailCode { account, email, invitation } = &flow.stage else { return Ok(flow.asks()) };
    let (account, email, invitation) = (account.clone(), email.clone(), invitation.clone());
    let code = filled.get(forms::EMAIL_CODE).map(str::to_owned);
    register(flow, ctx, account, [("email", Some(email)), ("verification_code", code), ("aff_code", invitation)]).await
}

async fn register(
    flow: &mut Flow,
    ctx: &Context,
    account: Account,
    more: [(&str, Option<String>); 3],
) -> Result<LoginStep, Error> {
    let mut body = Map::new();
    body.insert(String::from("username"), json!(account.username));
    body.insert(String::from("password"), json!(account.password.expose()));
    let given = more.into_iter().filter_map(|(name, value)| Some((name.to_owned(), Value::String(value?))));
    body.extend(given);
    let asked = (REGISTER, "/api/user/register");
    match password::counted(flow, ctx, &account.origin, asked, (Value::Object(body), &CookieJar::new())).await {
        Ok(_) => {
            // From here on a fault must not register a second time.
            flow.goes_on(Stage::Registered(account.clone()));
            password::enter(flow, ctx, account).await
        }
        Err(error) => {
            let code = error.evidence.code.clone().unwrap_or_default();
            let field = match code.as_str() {
                "VERIFICATION_CODE" => Some(forms::EMAIL_CODE),
                "NAME_TAKEN" | "INVALID" => {
                    // Name and password stand in the first form.
                    flow.stage = Stage::Password;
                    Some(forms::USERNAME)
                }
                "EMAIL_TAKEN" | "EMAIL_NEEDED" => {
                    flow.stage = Stage::Register(account);
                    Some(forms::EMAIL)
                }
                _ => None,
            };
            flow.refused(field, error)
        }
    }
}
