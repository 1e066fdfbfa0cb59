//! Logins under way: state machines that a task each drives through the adapter's flow.

mod accept;
mod board;
mod callback;
mod drive;
mod problem;
mod qr;
mod settle;
mod start;
mod status;
mod types;

pub(crate) use board::Logins;
pub use types::{
    Callback, CallbackOutcome, LoginPhase, LoginProblem, LoginProblemKind, LoginResult, LoginStatus, LoginView,
    LoginWindow, OtherPerson, Scanner, StartLogin,
};

#[cfg(test)]
mod tests;
