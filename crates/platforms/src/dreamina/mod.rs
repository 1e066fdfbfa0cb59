//! Dreamina, Jimeng's service outside China: the same code at other addresses, with regions.

use std::{collections::BTreeMap, sync::Arc};

use roster_platform::Adapter;

/// The adapter, as the registry makes it.
pub(crate) fn adapter(settings: &BTreeMap<&str, &str>) -> Arc<dyn Adapter> {
    crate::jimeng::abroad("dreamina", ("Dreamina", "Dreamina"), settings)
}
