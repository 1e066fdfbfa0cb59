//! Logins under way: state machines that a task each drives through the adapter's flow.

mod accept;
mod board;
mod by_window;
mod callback;
mod drive;
mod fault;
mod fields;
mod paste;
mod problem;
mod qr;
mod settle;
mod site;
mod start;
mod status;
mod step;
mod types;

pub(crate) use board::Logins;
pub(crate) use site::site_ok;
pub use types::{
    AskedForm, Callback, CallbackOutcome, LoginPhase, LoginProblem, LoginProblemKind, LoginResult, LoginStatus,
    LoginView, LoginWindow, OtherPerson, Scanner, StartLogin,
};

#[cfg(test)]
mod form_tests;
#[cfg(test)]
mod tests;
