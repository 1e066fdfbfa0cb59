//! Logins under way: state machines that a task drives through the adapter's flow.

mod types;

pub use types::{
    Callback, CallbackOutcome, LoginPhase, LoginProblem, LoginProblemKind, LoginResult, LoginStatus, LoginView,
    OtherPerson, Scanner, StartLogin,
};
