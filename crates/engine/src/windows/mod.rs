//! Accounts opened logged in, each in a window of its own, and what logins by window share with them.

mod account;
mod board;
mod change;
mod commands;
mod end;
mod order;
mod pace;
mod save;

pub(crate) use board::{Owner, Place, WindowBoard};
pub(crate) use end::read_last;
pub(crate) use pace::{LOOK_EVERY, Pace};

#[cfg(test)]
mod end_tests;
#[cfg(test)]
mod tests;
