//! What can be set from outside about an adapter.

use std::collections::BTreeMap;

use serde::Deserialize;

/// Settings of adapters, keyed `<platform>.<key>`. The app has none; the sandbox hands out what its stand-ins need,
/// such as `bilibili.correspond_public_key`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct AdapterSettings(BTreeMap<String, String>);

impl AdapterSettings {
    /// The settings of one platform, by their keys alone.
    pub(crate) fn of(&self, platform: &str) -> BTreeMap<&str, &str> {
        let prefix = format!("{platform}.");
        let own = self.0.iter().filter_map(|(key, value)| Some((key.strip_prefix(&prefix)?, value.as_str())));
        own.collect()
    }
}

impl<K: Into<String>, V: Into<String>> FromIterator<(K, V)> for AdapterSettings {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        Self(pairs.into_iter().map(|(key, value)| (key.into(), value.into())).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_platform_sees_its_own_settings_only() {
        let settings: AdapterSettings =
            [("a.key", "1"), ("ab.key", "2"), ("a", "3"), ("a.x.y", "4")].into_iter().collect();
        assert_eq!(settings.of("a"), BTreeMap::from([("key", "1"), ("x.y", "4")]));
        let read: AdapterSettings = serde_json::from_str(r#"{"a.key":"1"}"#).expect("reads");
        assert_eq!(read.of("a"), BTreeMap::from([("key", "1")]));
    }
}
