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
mod form;
mod http;
mod login;
mod memory;
mod operation;
mod probe;
mod sessions;
mod text;
mod window;
mod words;

pub use adapter::{Adapter, Context};
pub use descriptor::{Capabilities, Descriptor, LoginMethod, Site};
pub use error::{Error, ErrorKind, Retry};
pub use form::{Choice, Field, FieldKind, Filled, Form, FormProblem};
#[cfg(feature = "sandbox")]
pub use http::sandbox;
pub use http::{
    Answer, Ask, Breaker, ClientScope, DEFAULT_USER_AGENT, Follow, Followed, HostLimits, Http, HttpConfig, HttpFactory,
    Timeouts, Verb, is_sendable,
};
pub use login::{LoginFlow, LoginInput, LoginStep, RefusalReason, ScannedBy};
pub use memory::{Memory, MemoryFigures};
pub use operation::{Audience, InputProblem, OperateError, Operation, OperationInput, Outcome, Risk, secret_text};
pub use probe::{Identity, Probe, ProbeDepth, Renewal};
pub use sessions::{AtHand, Sessions, Work};
pub use text::Text;
pub use window::WindowPlan;
pub use words::words;
