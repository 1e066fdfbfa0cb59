//! What platforms can do beyond login and health.

use jiff::Timestamp;
use roster_engine::OperationInput;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use super::{login_form::TextView, words::words};

/// What an account's platform can do.
#[derive(Debug, Serialize, ToSchema)]
pub struct OperationListView {
    /// The operations, in the order in which they are offered.
    pub operations: Vec<OperationView>,
}

/// One operation.
#[derive(Debug, Serialize, ToSchema)]
pub struct OperationView {
    /// Its name.
    pub operation: String,
    /// What it is called.
    pub title: TextView,
    /// What it does.
    pub about: TextView,
    /// What it does to the account.
    pub risk: Risk,
    /// Who may do it at the platform.
    pub audience: Audience,
    /// What the owner has to know before a dangerous one.
    #[schema(required = true)]
    pub warning: Option<TextView>,
    /// What it takes, as a JSON schema. `x-zh` names a property in Chinese, `x-secret` marks what is typed hidden.
    #[schema(value_type = Object)]
    pub input: serde_json::Value,
    /// What it answers, as a JSON schema.
    #[schema(value_type = Object)]
    pub output: serde_json::Value,
}

words! {
    /// What an operation does to the account.
    Risk mirrors roster_engine::Risk {
        /// Nothing.
        Read,
        /// Something that can be changed back.
        Write,
        /// It costs money, deletes, or shuts somebody out. Only the owner may have it done.
        Dangerous,
    }
}

words! {
    /// Who may do it at the platform.
    Audience mirrors roster_engine::Audience {
        /// Every user, about themselves.
        User,
        /// The platform's administrators, about others.
        Administrator,
    }
}

/// What an operation takes. Wiped when it is done, and shown nowhere.
#[derive(Debug)]
pub struct InputFields(OperationInput);

impl InputFields {
    /// The fields.
    pub fn into_input(self) -> OperationInput {
        self.0
    }
}

impl<'de> Deserialize<'de> for InputFields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        serde_json::Map::deserialize(deserializer).map(|fields| Self(OperationInput::new(fields)))
    }
}

/// Has an operation done.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OperateRequest {
    /// The fields that the operation's schema names.
    #[schema(value_type = Object)]
    pub input: InputFields,
}

/// Has an operation done, by the owner.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnerOperateRequest {
    /// The fields that the operation's schema names.
    #[schema(value_type = Object)]
    pub input: InputFields,
    /// Whether the owner has read what a dangerous one does and said yes.
    #[serde(default)]
    pub confirmed: bool,
}

/// What came of an operation.
#[derive(Debug, Serialize, ToSchema)]
pub struct OperatedView {
    /// Which.
    pub operation: String,
    /// The answer, of the operation's output schema.
    #[schema(value_type = Value)]
    pub value: serde_json::Value,
    /// When the answer was there.
    pub at: Timestamp,
    /// A page of the platform that the person has to go on with, in their own browser.
    #[schema(required = true)]
    pub open_url: Option<String>,
    /// The names of secrets that came with it. The owner can look at them in the account.
    pub secrets: Vec<String>,
    /// Whether the account has another session now.
    pub session_changed: bool,
    /// Whether the platform ended the session with it.
    pub session_ended: bool,
}
