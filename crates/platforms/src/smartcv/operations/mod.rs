//! What can be done with an account: each call of the platform's user API, as typed operations.

mod account;
mod payment;
mod plan;
mod plans;
mod security;

use roster_domain::{Cookie, Credential};
use roster_platform::{Context, InputProblem, OperateError, Operation, OperationInput, Outcome};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{codes, session};

/// All of them, in the order in which they are offered.
pub(super) fn all() -> Vec<Operation> {
    account::all().into_iter().chain(security::all()).chain(plan::all()).chain(payment::all()).chain(plans::all()).collect()
}

/// Does one.
///
/// # Errors
/// A refusal comes with its remedy; a wrong input before anything is asked.
pub(super) async fn operate(
    ctx: &Context,
    credential: &Credential,
    operation: &str,
    input: OperationInput,
) -> Result<Outcome, OperateError> {
    let call = Call { ctx, credential };
    let outcome = match operation {
        account::GET => account::get(call, input.read()?).await,
        account::UPDATE => account::update(call, input.read()?).await,
        security::PASSWORD => security::change_password(call, input.read()?).await,
        security::SECOND_FACTOR => security::set_two_factor(call, input.read()?).await,
        plan::GET => plan::get(call, input.read()?).await,
        payment::CREATE => payment::create(call, input.read()?).await,
        plan::UPGRADE => plan::move_to(call, "upgrade", input.read()?).await,
        plan::DOWNGRADE => plan::move_to(call, "downgrade", input.read()?).await,
        plan::CANCEL => plan::plain(call, "cancel", input.read()?).await,
        plan::REACTIVATE => plan::plain(call, "reactivate", input.read()?).await,
        plans::GET => plans::get(call, input.read()?).await,
        payment::UPDATE_METHOD => payment::update_method(call, input.read()?).await,
        _ => Err(OperateError::Unknown),
    };
    outcome.map_err(|error| match error {
        OperateError::Platform(error) => codes::refused(error),
        other => other,
    })
}

/// With what an operation asks.
#[derive(Debug, Clone, Copy)]
struct Call<'a> {
    ctx: &'a Context,
    credential: &'a Credential,
}

impl Call<'_> {
    /// The outcome, with the session as the answers left it.
    fn done(self, value: &impl Serialize, set: &[Cookie]) -> Result<Outcome, OperateError> {
        let refreshed = session::refreshed(self.credential, set, self.ctx.now);
        Ok(Outcome { refreshed, ..Outcome::of(value)? })
    }
}

/// Nothing has to be filled in.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Nothing {}

/// A field that is filled in wrongly.
fn wrong(field: &str, problem: InputProblem) -> OperateError {
    OperateError::Input { field: field.to_owned(), problem }
}

/// A text that is needed, without blanks around it.
fn needed(field: &str, text: &str) -> Result<String, OperateError> {
    within(field, text, 200)
}

/// The same of at most so many characters.
fn within(field: &str, text: &str, most: usize) -> Result<String, OperateError> {
    let text = text.trim();
    match text.chars().count() {
        0 => Err(wrong(field, InputProblem::Missing)),
        long if long > most => Err(wrong(field, InputProblem::OutOfRange)),
        _ if text.chars().any(char::is_control) => Err(wrong(field, InputProblem::Malformed)),
        _ => Ok(text.to_owned()),
    }
}
