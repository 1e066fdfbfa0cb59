//! The outside services, one folder each.
//!
//! A folder has `mod.rs` (what the platform is, and the adapter), `api.rs` (its addresses, its wire types and what
//! its codes mean), `login.rs`, `session.rs` (how a session is put together), `health.rs`, one file for each further
//! capability, `fixtures/` and a `README.md`. Adding one means a folder and a word in `platforms! { … }`.

mod passport;
mod session_cookies;
mod settings;
mod wire;
mod words;

use std::sync::Arc;

use roster_domain::PlatformId;
use roster_platform::Adapter;

pub use settings::AdapterSettings;

/// Declares the platforms' modules and makes their adapters.
macro_rules! platforms {
    ($($id:ident),+ $(,)?) => {
        $(mod $id;)+

        /// The adapters of all platforms, in the order in which they are offered.
        pub fn all(settings: &AdapterSettings) -> Vec<Arc<dyn Adapter>> {
            vec![$($id::adapter(&settings.of(stringify!($id)))),+]
        }
    };
}

platforms! {
    bilibili,
    toutiao,
    jimeng,
    dreamina,
    smartcv,
    burncloud,
    douyin,
    xiaohongshu,
}

/// A platform's id from its name. The conformance tests hold every name to the rules.
fn platform_id(name: &str) -> PlatformId {
    name.parse().unwrap_or_default()
}
