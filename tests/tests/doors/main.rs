//! Users' stories through both doors: what a script asks with a key, what the owner does in the window, over the real
//! engine, vault, adapters and client, with the sandbox for a world. Each goes on after a restart.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    reason = "also in the functions that the tests share"
)]

#[path = "../support/mod.rs"]
mod support;

mod burncloud;
mod door;
mod dreamina;
mod forms;
mod heard;
mod proxies;
mod quotas;
mod smartcv;
