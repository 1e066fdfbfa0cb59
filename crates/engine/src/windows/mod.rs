//! Accounts opened logged in, each in a window of its own, and what logins by window share with them.

mod account;
mod board;
mod commands;
mod order;
mod pace;
mod save;

pub(crate) use board::{Owner, WindowBoard};
pub(crate) use pace::{LOOK_EVERY, Pace};

#[cfg(test)]
mod tests;
