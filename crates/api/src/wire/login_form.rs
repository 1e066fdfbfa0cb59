//! What a login asks its person to fill in.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::words::Reason;
use crate::SecretText;

/// A few words in both languages, of one platform.
#[derive(Debug, Serialize, ToSchema)]
pub struct TextView {
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

/// Fields that are filled in together.
#[derive(Debug, Serialize, ToSchema)]
pub struct LoginFormView {
    /// What tells it from the other forms of the same login.
    pub id: String,
    /// What it asks for.
    pub title: TextView,
    /// The fields, in order.
    pub fields: Vec<LoginFieldView>,
    /// Why it comes again.
    #[schema(required = true)]
    pub problem: Option<FormProblemView>,
}

/// One field.
#[derive(Debug, Serialize, ToSchema)]
pub struct LoginFieldView {
    /// Its name when it is sent back.
    pub id: String,
    /// What it is called.
    pub label: TextView,
    /// What helps to fill it in.
    #[schema(required = true)]
    pub hint: Option<TextView>,
    /// How it is filled in.
    pub kind: FieldKindWord,
    /// The answers to choose from.
    #[schema(required = true)]
    pub choices: Option<Vec<ChoiceView>>,
    /// Whether something else than these may be typed.
    pub other: bool,
    /// Whether it may not stay empty.
    pub required: bool,
    /// What stands in it at first.
    #[schema(required = true)]
    pub default: Option<String>,
}

/// How a field is filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FieldKindWord {
    /// One line.
    Text,
    /// One line that is not shown.
    Secret,
    /// Several lines that are not shown.
    LongSecret,
    /// An e-mail address.
    Email,
    /// The address of a site.
    Url,
    /// A short code from a phone or an e-mail.
    Code,
    /// One of several.
    Choice,
}

/// One of several answers.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChoiceView {
    /// What is sent back.
    pub value: String,
    /// What the person reads.
    pub name: TextView,
}

/// Why a form comes again.
#[derive(Debug, Serialize, ToSchema)]
pub struct FormProblemView {
    /// The field that is wrong, where it is one.
    #[schema(required = true)]
    pub field: Option<String>,
    /// What is wrong and what to do, where the platform's adapter has words for it.
    #[schema(required = true)]
    pub text: Option<TextView>,
    /// Why.
    pub reason: Reason,
    /// The platform's own code.
    #[schema(required = true)]
    pub code: Option<String>,
    /// The platform's own message.
    #[schema(required = true)]
    pub message: Option<String>,
}

/// What the person filled in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LoginFieldsRequest {
    /// The values by the fields' ids. Passwords are taken as typed.
    #[schema(value_type = BTreeMap<String, String>)]
    pub fields: BTreeMap<String, SecretText>,
}
