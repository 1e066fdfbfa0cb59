//! The one contract of Roster: every route of the account management API, declared once, so that the router and
//! its description cannot differ.
//!
//! [`api_router`] is `/api/v1`, for the owner and, behind a door of its own, for programs. [`desktop_router`] is
//! `/desktop/v1`, which only the owner's window has. A door calls the router with a [`Caller`] in the request's
//! extensions.

mod access;
mod bridge;
mod code;
mod convert;
mod desktop;
mod envelope;
mod extract;
mod guarded;
mod openapi;
mod problem;
mod router;
mod secret_text;
mod v1;
pub mod wire;

pub use access::{Caller, Places, Scope};
pub use code::ErrorCode;
pub use envelope::{Answer, Failure, FailureBody, Fault, Literal, Success};
pub use openapi::{openapi, openapi_text};
pub use router::{api_router, desktop_router};
pub use secret_text::{SecretText, ShownSecret};
