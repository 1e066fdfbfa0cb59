//! What an adapter can do beyond login and health: typed operations that the UI draws from their schemas.

use std::{collections::BTreeMap, fmt};

use roster_domain::{Credential, Secret};
use schemars::{JsonSchema, generate::SchemaSettings};
use serde::{Deserialize, Deserializer, Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};
use zeroize::Zeroize;

use crate::{Error, Text};

/// What an operation does to the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Risk {
    /// Nothing.
    Read,
    /// It changes something that can be changed back.
    Write,
    /// It costs money, deletes, or shuts somebody out: never without the owner's own click.
    Dangerous,
}

/// Who may do it at the platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Every user, about themselves.
    User,
    /// The platform's administrators, about others.
    Administrator,
}

/// One operation.
///
/// Input and output are JSON schemas of typed Rust structs. A property's `title` is its name in English, `x-zh` in
/// Chinese, `description` and `x-zh-description` help; `x-secret` marks what is typed hidden, `x-unit` is one of
/// `bytes`, `money`, `credits`, `percent`, `unix_seconds`, `unix_millis`; an array of objects is a table.
#[derive(Debug, Clone)]
pub struct Operation {
    /// Its name, unique within the platform: `get_account`.
    pub id: &'static str,
    /// What it is called.
    pub title: Text,
    /// What it does, in a sentence.
    pub about: Text,
    /// What it does to the account.
    pub risk: Risk,
    /// Who may.
    pub audience: Audience,
    /// What the owner has to know before a dangerous one.
    pub warning: Option<Text>,
    /// What it takes.
    pub input: Value,
    /// What it answers.
    pub output: Value,
}

impl Operation {
    /// An operation that every user may do.
    pub fn new<I: JsonSchema, O: JsonSchema>(id: &'static str, title: Text, about: Text, risk: Risk) -> Self {
        let (input, output) = (ordered::<I>(), ordered::<O>());
        Self { id, title, about, risk, audience: Audience::User, warning: None, input, output }
    }

    /// The same for administrators.
    #[must_use]
    pub fn for_administrators(mut self) -> Self {
        self.audience = Audience::Administrator;
        self
    }

    /// The same with what the owner has to know before.
    #[must_use]
    pub fn warn(mut self, warning: Text) -> Self {
        self.warning = Some(warning);
        self
    }
}

/// What an operation is given; wiped when dropped. `Debug` shows names only.
#[derive(Clone, Default)]
pub struct OperationInput(Map<String, Value>);

impl OperationInput {
    /// What was filled in.
    pub fn new(fields: Map<String, Value>) -> Self {
        Self(fields)
    }

    /// Reads it as the operation's own type.
    ///
    /// # Errors
    /// [`OperateError::Input`] with the field that is missing, unknown or of another type.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, OperateError> {
        serde_path_to_error::deserialize(&Value::Object(self.0.clone())).map_err(|error| {
            let path = error.path().to_string();
            let said = error.inner().to_string();
            let problem = if said.starts_with("missing field") {
                InputProblem::Missing
            } else if said.starts_with("unknown field") {
                InputProblem::Unknown
            } else {
                InputProblem::Malformed
            };
            // The path of a missing field ends above it.
            let named = said.split('`').nth(1).filter(|_| problem == InputProblem::Missing);
            let field = match (path.as_str(), named) {
                (".", named) => named.unwrap_or_default().to_owned(),
                (path, Some(named)) => format!("{path}.{named}"),
                (path, None) => path.to_owned(),
            };
            OperateError::Input { field, problem }
        })
    }
}

impl fmt::Debug for OperationInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl Drop for OperationInput {
    fn drop(&mut self) {
        self.0.iter_mut().for_each(|(_, value)| wipe(value));
    }
}

fn wipe(value: &mut Value) {
    match value {
        Value::String(text) => text.zeroize(),
        Value::Array(items) => items.iter_mut().for_each(wipe),
        Value::Object(fields) => fields.iter_mut().for_each(|(_, value)| wipe(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Reads a secret of an operation's input: `#[serde(deserialize_with = "roster_platform::secret_text")]`, with
/// `#[schemars(with = "String", extend("x-secret" = true))]`.
///
/// # Errors
/// When it is no text.
pub fn secret_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Secret<String>, D::Error> {
    String::deserialize(deserializer).map(Secret::new)
}

/// What came of an operation.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// The answer, of the operation's output type. **No secret is in it**: those go to `secrets`.
    pub value: Value,
    /// Another session than before (a new access token, a login with a new password).
    pub credential: Option<Credential>,
    /// The same session with cookies that the answers renewed along with it; nothing when `credential` says more.
    pub refreshed: Option<Credential>,
    /// Secrets that the platform gives once (backup codes, a new access token), by the adapter's own names. They are
    /// kept in the vault beside the session's tokens, replacing those of the same name, and shown to the owner from there.
    /// An empty one says that the kept one of its name is worth nothing any more: it goes.
    pub secrets: BTreeMap<String, Secret<String>>,
    /// A page of the platform that the person has to go on with in their own browser (a payment), `https`.
    pub open_url: Option<String>,
    /// The platform ended the session with it (account deleted, logged out).
    pub session_ended: bool,
}

impl Outcome {
    /// An answer and nothing else.
    ///
    /// # Errors
    /// Never for types that `serde_json` can write; the error names no value.
    pub fn of(value: &impl Serialize) -> Result<Self, OperateError> {
        let value = serde_json::to_value(value)
            .map_err(|_| OperateError::Platform(Error::new(crate::ErrorKind::Protocol, "answer")))?;
        Ok(Self { value, ..Self::default() })
    }
}

/// What is wrong with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InputProblem {
    /// It is not there.
    Missing,
    /// The operation has no such field.
    Unknown,
    /// It is of another type or form.
    Malformed,
    /// It is outside its limits.
    OutOfRange,
}

/// Why an operation was not done.
#[derive(Debug, Clone, thiserror::Error)]
pub enum OperateError {
    /// The platform has no such operation.
    #[error("no such operation")]
    Unknown,
    /// Nothing was asked: the input is wrong.
    #[error("the field {field:?} is {problem:?}")]
    Input {
        /// Its path, such as `preferences.theme`; empty for the whole.
        field: String,
        /// What is wrong.
        problem: InputProblem,
    },
    /// The platform refused it, for a reason with a remedy of its own.
    #[error("refused: {code}")]
    Refused {
        /// The platform's own code, or the adapter's name for it: `PLAN_LIMIT`.
        code: String,
        /// What happened and what to do.
        remedy: Text,
        /// What the platform said.
        error: Box<Error>,
    },
    /// As the platform answered, or did not.
    #[error(transparent)]
    Platform(#[from] Error),
}

/// The schema of a type, with `x-order` for the order in which its fields were written: an object of JSON has none.
fn ordered<T: JsonSchema>() -> Value {
    let mut schema = schemars::schema_for!(T).to_value();
    // What is written out has every field that is not left out, so all are required there, one after the other.
    let whole = SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<T>().to_value();
    order(&mut schema, &whole);
    schema
}

fn order(schema: &mut Value, whole: &Value) {
    match (schema, whole) {
        (Value::Object(fields), Value::Object(whole)) => {
            for (name, value) in fields.iter_mut() {
                order(value, whole.get(name).unwrap_or(&Value::Null));
            }
            let is_told = fields.contains_key("x-order");
            if let Some(names) = fields.get("properties").and(whole.get("required")).filter(|_| !is_told) {
                fields.insert(String::from("x-order"), names.clone());
            }
        }
        (Value::Array(items), Value::Array(whole)) => {
            items.iter_mut().zip(whole).for_each(|(item, whole)| order(item, whole));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    struct Deep {
        theme: Option<String>,
    }

    #[derive(Debug, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    struct Change {
        #[schemars(title = "Name", extend("x-zh" = "名称"))]
        name: String,
        #[serde(deserialize_with = "secret_text")]
        #[schemars(with = "String", extend("x-secret" = true))]
        password: Secret<String>,
        preferences: Option<Deep>,
    }

    fn read(text: &str) -> Result<Change, OperateError> {
        let Ok(Value::Object(fields)) = serde_json::from_str(text) else { panic!("an object") };
        let input = OperationInput::new(fields);
        assert!(!format!("{input:?}").contains("canary"));
        input.read()
    }

    fn refused(text: &str) -> (String, InputProblem) {
        match read(text) {
            Err(OperateError::Input { field, problem }) => (field, problem),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_wrong_field_is_named_and_never_quoted() {
        assert_eq!(refused(r#"{"password":"canary"}"#), ("name".into(), InputProblem::Missing));
        assert_eq!(refused(r#"{"name":"a","password":7}"#), ("password".into(), InputProblem::Malformed));
        assert_eq!(refused(r#"{"name":"a","password":"c","x":1}"#), ("x".into(), InputProblem::Unknown));
        let deep = r#"{"name":"a","password":"c","preferences":{"theme":3}}"#;
        assert_eq!(refused(deep), ("preferences.theme".into(), InputProblem::Malformed));
        let read = read(r#"{"name":"a","password":"canary","preferences":{"theme":"dark"}}"#).expect("reads");
        assert_eq!((read.name.as_str(), read.password.expose().as_str()), ("a", "canary"));
        assert_eq!(read.preferences.and_then(|deep| deep.theme).as_deref(), Some("dark"));
    }

    #[test]
    fn the_schema_carries_both_names_and_marks_secrets() {
        let text = Text::new("改", "Change");
        let operation = Operation::new::<Change, Change>("change", text, text, Risk::Write);
        assert_eq!(operation.input["properties"]["name"]["x-zh"], "名称");
        assert_eq!(operation.input["properties"]["password"]["x-secret"], true);
        assert_eq!(operation.input["additionalProperties"], false);
    }
}
