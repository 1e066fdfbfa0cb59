//! What a login answers, in the forms that servers and their description know.

use roster_domain::{Credential, Secret};
use roster_platform::{Context, Error, LoginStep, RefusalReason};
use serde::Deserialize;
use serde_json::Value;

use super::super::{
    api::Good,
    renewal::Bundle,
    session,
    site::{Generation, Origin},
};
use crate::wire::{ornament, user_id};

/// Everything that any form may carry.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Parts {
    #[serde(deserialize_with = "ornament")]
    require_2fa: Option<bool>,
    #[serde(deserialize_with = "ornament")]
    flow_token: Option<String>,
    #[serde(deserialize_with = "ornament")]
    access_expires_at: Option<i64>,
    /// The description's form: a token beside the user. No server is known to send it.
    #[serde(deserialize_with = "ornament")]
    token: Option<String>,
    user: Value,
}

#[derive(Debug, Deserialize)]
struct Named {
    #[serde(deserialize_with = "user_id")]
    id: u64,
}

/// What came of a password or a code.
pub(super) enum Entered {
    /// A second factor is wanted.
    SecondFactor {
        /// What stands for the pending login in the third generation.
        ticket: Option<Secret<String>>,
    },
    /// Done, or without a session although the server agreed.
    Over(LoginStep),
}

/// Reads it. `generation` is what the site looked like before.
///
/// # Errors
/// The platform has changed when no form fits.
pub(super) fn entered(
    good: &Good,
    ctx: &Context,
    origin: &Origin,
    generation: Generation,
) -> Result<Entered, Error> {
    let parts: Parts = good.read()?;
    if parts.require_2fa == Some(true) {
        return Ok(Entered::SecondFactor { ticket: parts.flow_token.map(Secret::new) });
    }
    let user = if parts.user.is_object() { Named::deserialize(&parts.user) } else { Named::deserialize(&good.data) };
    let id = user.map_err(|_| good.changed())?.id;
    let mut credential = match parts.token {
        Some(token) => session::of_token(origin, &token, ctx.now, ctx.http.user_agent()),
        None => session::empty(origin, ctx.now, ctx.http.user_agent()),
    };
    session::keep_user(&mut credential, id);
    session::keep_generation(&mut credential, generation);
    if parts.access_expires_at.is_some() {
        good.read::<Bundle>()?.keep(&mut credential, good, ctx);
    } else {
        session::keep_cookies(&mut credential, &good.answer.set_cookies, ctx.now);
    }
    Ok(Entered::Over(over(good, credential, origin.identity(id))))
}

fn over(good: &Good, credential: Credential, identity: String) -> LoginStep {
    match session::kind(&credential) {
        Some(_) => LoginStep::Done { credential, identity: Some(identity) },
        None => {
            let error = good.changed();
            LoginStep::Refused { why: RefusalReason::NoSession, reason: error.reason, evidence: *error.evidence }
        }
    }
}
