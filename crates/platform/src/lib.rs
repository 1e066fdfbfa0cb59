//! What an adapter for an outside service is, and the one HTTP client that adapters may use.
//!
//! An adapter is a folder in `roster-platforms`; it sees this crate and `roster-domain` and nothing else of
//! Roster. It never opens a window, never sleeps, never builds a client and never stores anything: it answers
//! questions, and the engine does the rest.

mod adapter;
#[cfg(feature = "conformance")]
pub mod conformance;
mod descriptor;
mod error;
mod http;
mod login;
mod probe;
mod words;

pub use adapter::{Adapter, Context};
pub use descriptor::{Capabilities, Descriptor, LoginMethod};
pub use error::{Error, ErrorKind, Retry};
pub use http::{
    Answer, Ask, Breaker, ClientScope, DEFAULT_USER_AGENT, Follow, Followed, HostLimits, Http, HttpConfig, HttpFactory,
    Timeouts,
};
pub use login::{LoginFlow, LoginInput, LoginStep, RefusalReason, ScannedBy};
pub use probe::{Identity, Probe, ProbeDepth, Renewal};
pub use words::words;
