//! What was asked, per host and endpoint.

use std::collections::BTreeMap;
use std::sync::Mutex;

use super::locked;

/// host → endpoint → how often
pub(crate) type Counts = BTreeMap<String, BTreeMap<String, u64>>;

#[derive(Debug, Default)]
pub(crate) struct Counters(Mutex<Counts>);

impl Counters {
    pub(crate) fn count(&self, host: &str, endpoint: &str) {
        let mut counts = locked(&self.0);
        *counts.entry(host.to_owned()).or_default().entry(endpoint.to_owned()).or_default() += 1;
    }

    pub(crate) fn all(&self) -> Counts {
        locked(&self.0).clone()
    }

    pub(crate) fn clear(&self) {
        locked(&self.0).clear();
    }
}
