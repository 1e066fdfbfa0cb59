//! What a login asks the person to fill in: a password, a pasted token, a second factor.

use std::{collections::BTreeMap, fmt};

use roster_domain::{Evidence, Reason, Secret};
use serde::Serialize;

use crate::Text;

/// One of several answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// What is sent back.
    pub value: &'static str,
    /// What the person reads.
    pub name: Text,
}

/// How a field is filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum FieldKind {
    /// One line.
    Text,
    /// One line that is not shown.
    Secret,
    /// Several lines that are not shown: cookies, tokens.
    LongSecret,
    /// An e-mail address.
    Email,
    /// The address of a site.
    Url,
    /// A short code from a phone or an e-mail.
    Code,
    /// One of these; with `other`, an address of the person's own as well.
    Choice {
        /// The answers.
        choices: &'static [Choice],
        /// Whether something else may be typed.
        other: bool,
    },
}

/// One field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Field {
    /// Its name in [`Filled`].
    pub id: &'static str,
    /// What it is called.
    pub label: Text,
    /// What helps to fill it in.
    pub hint: Option<Text>,
    /// How it is filled in.
    #[serde(flatten)]
    pub kind: FieldKind,
    /// Whether it may stay empty.
    pub required: bool,
    /// What stands in it at first.
    pub default: Option<&'static str>,
}

impl Field {
    /// A required field without hint and default.
    pub const fn new(id: &'static str, label: Text, kind: FieldKind) -> Self {
        Self { id, label, hint: None, kind, required: true, default: None }
    }

    /// The same with a hint.
    #[must_use]
    pub const fn hint(mut self, hint: Text) -> Self {
        self.hint = Some(hint);
        self
    }

    /// The same, and it may stay empty.
    #[must_use]
    pub const fn optional(mut self) -> Self {
        self.required = false;
        self
    }

    /// The same with something in it at first.
    #[must_use]
    pub const fn default(mut self, value: &'static str) -> Self {
        self.default = Some(value);
        self
    }
}

/// Fields that are filled in together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Form {
    /// What tells it from the other forms of the same login (`password`, `second_factor`).
    pub id: &'static str,
    /// What it asks for.
    pub title: Text,
    /// The fields, in order.
    pub fields: Vec<Field>,
}

/// Why a form comes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormProblem {
    /// The field that is wrong, where it is one.
    pub field: Option<&'static str>,
    /// What is wrong and what to do.
    pub text: Option<Text>,
    /// For the UI's own words.
    pub reason: Reason,
    /// What the platform said.
    pub evidence: Evidence,
}

/// What the person filled in. `Debug` shows names only.
#[derive(Clone, Default)]
pub struct Filled(BTreeMap<String, Secret<String>>);

impl Filled {
    /// What stands in a field, without space around it; `None` when it is empty. Passwords are taken as typed:
    /// [`Filled::exact`].
    pub fn get(&self, id: &str) -> Option<&str> {
        self.0.get(id).map(|value| value.expose().trim()).filter(|value| !value.is_empty())
    }

    /// What stands in a field, as typed; `None` when it is empty.
    pub fn exact(&self, id: &str) -> Option<&Secret<String>> {
        self.0.get(id).filter(|value| !value.expose().is_empty())
    }

    /// The names of all fields, filled in or empty.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// The first required field of a form that is empty.
    pub fn missing(&self, form: &Form) -> Option<&'static str> {
        form.fields.iter().find(|field| field.required && self.get(field.id).is_none()).map(|field| field.id)
    }
}

impl<K: Into<String>> FromIterator<(K, Secret<String>)> for Filled {
    fn from_iter<I: IntoIterator<Item = (K, Secret<String>)>>(pairs: I) -> Self {
        Self(pairs.into_iter().map(|(id, value)| (id.into(), value)).collect())
    }
}

impl fmt::Debug for Filled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_filled_in_is_not_shown_and_what_is_missing_is_named() {
        let form = Form {
            id: "password",
            title: Text::new("密码登录", "Password"),
            fields: vec![
                Field::new("user", Text::new("用户名", "User name"), FieldKind::Text),
                Field::new("code", Text::new("验证码", "Code"), FieldKind::Code).optional(),
                Field::new("password", Text::new("密码", "Password"), FieldKind::Secret),
            ],
        };
        let filled: Filled = [("user", Secret::from(" lin ")), ("password", Secret::from("  "))].into_iter().collect();
        assert_eq!(filled.get("user"), Some("lin"));
        assert_eq!(filled.exact("user").map(|value| value.expose().as_str()), Some(" lin "));
        assert_eq!(filled.missing(&form), Some("password"));
        assert_eq!(format!("{filled:?}"), r#"{"password", "user"}"#);
    }
}
