//! Every sample of the platforms' specifications, played to the whole app: what it asks is what the sample asks, and
//! what it answers is kept in `ui/tests/samples`, where the UI's tests show it.
//!
//! `ROSTER_WRITE=1 cargo test -p roster-tests --test samples` writes those files anew.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on says so")]

mod burncloud;
mod jimeng;
mod smartcv;
mod stage;
#[path = "../support/mod.rs"]
mod support;
