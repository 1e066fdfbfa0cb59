//! An access token and the number of its user.

use roster_platform::{Context, Error, Filled, LoginStep};

use super::{Flow, forms};
use crate::burncloud::{client::Client, health, limiter::Urgency, session, site};

/// Checks the token by asking whose it is.
pub(super) async fn check(flow: &mut Flow, ctx: &Context, filled: &Filled) -> Result<LoginStep, Error> {
    let token = filled.get(forms::TOKEN).unwrap_or_default();
    let token = token.strip_prefix("Bearer ").unwrap_or(token).trim();
    if token.starts_with("sk-") || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        let problem = forms::problem(
            forms::TOKEN,
            "这不是访问令牌：sk- 开头的是 API 密钥，不能用来管理账号。",
            "This is no access token: what begins with sk- is an API key and cannot manage an account.",
        );
        return Ok(flow.again(problem));
    }
    let id = match filled.get(forms::USER).map(str::parse::<u64>) {
        None => None,
        Some(Ok(id)) if id > 0 => Some(id),
        Some(_) => return Ok(flow.again(forms::problem(forms::USER, "用户编号是一个整数。", "The user number is a whole number."))),
    };
    let (origin, _) = match flow.site(ctx, filled).await? {
        Ok(found) => found,
        Err(step) => return Ok(step),
    };
    let mut credential = session::of_token(&origin, token, ctx.now, ctx.http.user_agent());
    if let Some(id) = id {
        session::keep_user(&mut credential, id);
    }
    let limiter = flow.limiter.clone();
    let mut client = Client::open(ctx, &limiter, &credential, Urgency::Person).await?;
    match health::read(&mut client).await {
        Ok((user, _)) => {
            let identity = origin.identity(user.id);
            session::keep_user(&mut credential, user.id);
            // Only a convenience here: it is found out again when it is needed.
            if let Ok(generation) = site::generation(ctx, &origin).await {
                session::keep_generation(&mut credential, generation);
            }
            Ok(LoginStep::Done { credential, identity: Some(identity) })
        }
        Err(error) => match error.evidence.code.as_deref() {
            Some("USER_ID_MISSING") => {
                let problem = forms::problem(
                    forms::USER,
                    "该站点需要用户编号，请到站点的个人设置里查看。",
                    "This site wants the user number, which it shows in the personal settings.",
                );
                Ok(flow.again(problem))
            }
            Some("USER_ID_MISMATCH") => {
                let problem =
                    forms::problem(forms::USER, "令牌属于另一个用户编号。", "The token belongs to another user number.");
                Ok(flow.again(problem))
            }
            _ => flow.refused(Some(forms::TOKEN), error),
        },
    }
}
