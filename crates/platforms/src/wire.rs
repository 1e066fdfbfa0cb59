//! Foreign JSON that cannot make up its mind about its types. Ids never pass through a float: they exceed 2^53.

use serde::{Deserialize, Deserializer, de, de::DeserializeOwned};
use serde_json::Value;

/// A whole number or a string, kept as text.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub(crate) enum NumberOrText {
    /// A number.
    Number(i64),
    /// A number above the signed range.
    Large(u64),
    /// Text.
    Text(String),
}

impl NumberOrText {
    /// As text, without blanks around it.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Large(number) => number.to_string(),
            Self::Text(text) => text.trim().to_owned(),
        }
    }

    /// As a whole number, if it is one.
    pub(crate) fn number(&self) -> Option<i64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Large(number) => i64::try_from(*number).ok(),
            Self::Text(text) => text.trim().parse().ok(),
        }
    }
}

/// A user id: a positive whole number or its decimal text.
pub(crate) fn user_id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let id = match NumberOrText::deserialize(deserializer)? {
        NumberOrText::Number(number) => u64::try_from(number).ok(),
        NumberOrText::Large(number) => Some(number),
        NumberOrText::Text(text) => text.parse().ok(),
    };
    id.filter(|id| *id > 0).ok_or_else(|| de::Error::custom("not a user id"))
}

/// A part that can be done without: what cannot be read is as good as missing. A session is not in doubt because an
/// ornament has changed its form.
pub(crate) fn ornament<'de, D: Deserializer<'de>, T: DeserializeOwned>(deserializer: D) -> Result<Option<T>, D::Error> {
    Value::deserialize(deserializer).map(|value| serde_json::from_value(value).ok())
}

/// A picture's address with `https` in front, whatever form it came in; `None` when there is none.
pub(crate) fn picture(address: Option<&str>) -> Option<String> {
    let address = address?.trim();
    let rest = ["https://", "http://", "//"].iter().find_map(|scheme| address.strip_prefix(scheme))?;
    if rest.is_empty() { None } else { Some(format!("https://{rest}")) }
}

/// The text unless it is blank.
pub(crate) fn filled(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    struct Holder {
        #[serde(deserialize_with = "user_id")]
        id: u64,
    }

    #[test]
    fn ids_are_read_exactly_or_not_at_all() {
        let read = |json: &str| serde_json::from_str::<Holder>(json).map(|holder| holder.id).ok();
        assert_eq!(read(r#"{"id":3546500000000001}"#), Some(3_546_500_000_000_001));
        assert_eq!(read(r#"{"id":"18446744073709551615"}"#), Some(u64::MAX));
        assert_eq!(read(r#"{"id":18446744073709551615}"#), Some(u64::MAX));
        for bad in ["0", "-1", "1.5", "1e20", "3546500000000001.0", "\"\"", "\"x\"", "null", "true", "[1]"] {
            assert_eq!(read(&format!("{{\"id\":{bad}}}")), None, "{bad}");
        }
    }

    #[test]
    fn pictures_get_their_scheme() {
        let expected = Some(String::from("https://i0.example/a.jpg"));
        for form in ["https://i0.example/a.jpg", "http://i0.example/a.jpg", "//i0.example/a.jpg"] {
            assert_eq!(picture(Some(form)), expected);
        }
        assert_eq!(picture(Some("data:image/png;base64,x")), None);
        assert_eq!(picture(None), None);
    }
}
