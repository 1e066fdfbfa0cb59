//! The platforms as the conformance suite wants to see them.

#![allow(dead_code, reason = "each test file uses a part of it")]

pub(crate) mod bilibili;
pub(crate) mod burncloud;
pub(crate) mod douyin;
pub(crate) mod jimeng;
pub(crate) mod smartcv;
pub(crate) mod toutiao;
pub(crate) mod xiaohongshu;

use std::{sync::Arc, time::Duration};

use roster_domain::{Reason, Verdict};
use roster_platform::{
    Adapter,
    conformance::{Reply, Saying},
};
use roster_platforms::AdapterSettings;

pub(crate) fn adapter(id: &str, settings: &AdapterSettings) -> Arc<dyn Adapter> {
    let found = roster_platforms::all(settings).into_iter().find(|adapter| adapter.descriptor().id.as_str() == id);
    found.expect("the platform is registered")
}

pub(crate) fn saying(name: &str, reply: Reply, verdict: Verdict, reason: Reason) -> Saying {
    Saying { name: name.to_owned(), reply, verdict, reason, pause: Duration::ZERO }
}

pub(crate) fn paused(minutes: u64, saying: Saying) -> Saying {
    Saying { pause: Duration::from_secs(minutes * 60), ..saying }
}

pub(crate) fn not_found() -> Reply {
    Reply::html(404, "<html><body>404</body></html>")
}
