//! Which of several observed behaviours a platform shows.

use std::collections::BTreeMap;
use std::sync::Mutex;

use serde::Serialize;

use super::locked;

/// A choice that a platform offers.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct ModeSpec {
    pub(crate) key: &'static str,
    /// The first one is what happens without being asked.
    pub(crate) choices: &'static [&'static str],
    pub(crate) about: &'static str,
}

#[derive(Debug, Default)]
pub(crate) struct Modes(Mutex<BTreeMap<(&'static str, &'static str), &'static str>>);

impl Modes {
    /// The chosen behaviour, else the platform's first.
    pub(crate) fn get(&self, platform: &'static str, spec: &ModeSpec) -> &'static str {
        let chosen = locked(&self.0).get(&(platform, spec.key)).copied();
        chosen.or_else(|| spec.choices.first().copied()).unwrap_or_default()
    }

    pub(crate) fn set(&self, platform: &'static str, spec: &ModeSpec, choice: &'static str) {
        locked(&self.0).insert((platform, spec.key), choice);
    }
}
