//! The parts of a JSON object that can be done without: what cannot be read is as good as missing.

use jiff::Timestamp;
use serde_json::Value;

/// An object of the platform, or what came in its place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fields<'a>(pub(super) &'a Value);

impl<'a> Fields<'a> {
    /// An object inside.
    pub(super) fn at(self, name: &str) -> Self {
        Self(self.0.get(name).unwrap_or(&Value::Null))
    }

    /// Whether it is an object at all.
    pub(super) fn is_there(self) -> bool {
        self.0.is_object()
    }

    /// Text that is not blank.
    pub(super) fn text(self, name: &str) -> Option<String> {
        let text = self.0.get(name)?.as_str()?.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// A time; anything else is passed over.
    pub(super) fn time(self, name: &str) -> Option<Timestamp> {
        self.0.get(name)?.as_str()?.trim().parse().ok()
    }

    /// A whole number.
    pub(super) fn whole(self, name: &str) -> Option<i64> {
        self.0.get(name)?.as_i64()
    }

    /// A number.
    pub(super) fn number(self, name: &str) -> Option<f64> {
        self.0.get(name)?.as_f64().filter(|number| number.is_finite())
    }

    /// Yes or no.
    pub(super) fn flag(self, name: &str) -> Option<bool> {
        self.0.get(name)?.as_bool()
    }

    /// A list of texts; empty when there is none.
    pub(super) fn texts(self, name: &str) -> Vec<String> {
        let items = self.0.get(name).and_then(Value::as_array);
        items.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    }
}
