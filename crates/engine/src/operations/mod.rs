//! What platforms can do beyond login and health, done for one account at a time.

mod keep;
mod run;
mod turns;
mod types;

pub(crate) use turns::Turns;
pub use types::{Consent, Operated};

#[cfg(test)]
mod tests;
