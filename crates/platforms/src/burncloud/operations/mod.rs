//! Everything of the server's user module as typed operations: 24 calls, of which registering and logging in are a login
//! and logging out is the contract's.

mod account;
mod admin;
mod admin_changes;
mod money;
mod payments;
mod preferences;
mod profile;
mod settings;
mod shapes;
mod shown;
mod wallet;

use roster_domain::Credential;
use roster_platform::{Context, InputProblem, OperateError, Operation, OperationInput, Outcome};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    client::Client,
    limiter::{Limiter, Urgency},
};

/// The operations, as they are offered.
pub(super) fn all() -> Vec<Operation> {
    let mut all = account::offered();
    all.extend(profile::offered());
    all.extend(preferences::offered());
    all.extend(wallet::offered());
    all.extend(payments::offered());
    all.extend(admin::offered());
    all.extend(admin_changes::offered());
    all
}

/// Does one of them.
pub(super) async fn operate(
    ctx: &Context,
    (limiter, credential): (&Limiter, &Credential),
    operation: &str,
    input: &OperationInput,
) -> Result<Outcome, OperateError> {
    if !all_ids(operation) {
        return Err(OperateError::Unknown);
    }
    let mut client = Client::open(ctx, limiter, credential, Urgency::Person).await.map_err(super::refusals::explained)?;
    let outcome = done(&mut client, operation, input).await.map_err(|error| match error {
        OperateError::Platform(error) => super::refusals::explained(error),
        other => other,
    })?;
    Ok(client.into_outcome(outcome))
}

macro_rules! dispatch {
    ($($id:literal => $done:path),+ $(,)?) => {
        fn all_ids(id: &str) -> bool {
            [$($id),+].contains(&id)
        }

        async fn done(client: &mut Client<'_>, id: &str, input: &OperationInput) -> Result<Outcome, OperateError> {
            match id {
                // On the heap: all of them together would be one large state on every caller's stack.
                $($id => Box::pin($done(client, input)).await,)+
                _ => Err(OperateError::Unknown),
            }
        }
    };
}

dispatch! {
    "get_self" => account::get_self,
    "list_public_groups" => account::list_public_groups,
    "list_my_groups" => account::list_my_groups,
    "list_models" => account::list_models,
    "create_access_token" => account::create_access_token,
    "delete_self" => account::delete_self,
    "update_self" => profile::update_self,
    "change_password" => profile::change_password,
    "update_sidebar" => preferences::update_sidebar,
    "update_settings" => preferences::update_settings,
    "get_affiliate_code" => wallet::get_affiliate_code,
    "transfer_affiliate_quota" => wallet::transfer,
    "redeem_code" => wallet::redeem,
    "quote_payment" => payments::quote,
    "create_payment" => payments::create,
    "check_payment" => payments::check,
    "list_users" => admin::list,
    "search_users" => admin::search,
    "get_user" => admin::get,
    "create_user" => admin_changes::create,
    "manage_user" => admin_changes::manage,
    "update_user" => admin_changes::update,
    "delete_user" => admin_changes::delete,
}

/// Nothing to fill in.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Nothing {}

/// A list with the number of all that there are.
#[derive(Debug, Serialize, JsonSchema)]
struct Items<T> {
    #[schemars(title = "Items", extend("x-zh" = "条目"))]
    items: Vec<T>,
    #[schemars(title = "Total", extend("x-zh" = "总数"))]
    total: u64,
}

impl<T> Items<T> {
    fn of(items: Vec<T>) -> Self {
        let total = items.len() as u64;
        Self { items, total }
    }
}

/// "This field is outside its limits."
fn out_of_range(field: &str) -> OperateError {
    OperateError::Input { field: field.to_owned(), problem: InputProblem::OutOfRange }
}

/// "This field is missing."
fn missing(field: &str) -> OperateError {
    OperateError::Input { field: field.to_owned(), problem: InputProblem::Missing }
}

/// The text unless it is blank: a blank field of a form changes nothing.
fn given(text: Option<String>) -> Option<String> {
    crate::wire::filled(text)
}
