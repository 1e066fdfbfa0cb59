//! Everything the platforms do, with all logging on: no secret is in a log line.

#![allow(clippy::expect_used, clippy::panic, reason = "a test ends in a panic when it fails")]

mod common;

use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
};

use roster_platform::conformance::{Subject, run};
use tracing_subscriber::{EnvFilter, fmt::MakeWriter, util::SubscriberInitExt};

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("lines").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Lines {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

async fn played(subject: Subject) -> Vec<String> {
    let findings = run(&subject).await.expect("the suite runs");
    assert!(findings.tried > 500);
    subject.canaries
}

#[tokio::test]
async fn no_log_line_has_a_secret_in_it() {
    let lines = Lines::default();
    // Our own lines at their most talkative; those of the libraries below as far as the app lets them speak.
    let filter = EnvFilter::new("roster_platform=trace,roster_platforms=trace,info");
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(lines.clone()).finish().init();
    let mut canaries = played(common::bilibili::subject()).await;
    canaries.extend(played(common::toutiao::subject()).await);
    canaries.extend(played(common::smartcv::subject()).await);
    canaries.extend(played(common::douyin::subject()).await);
    canaries.extend(played(common::xiaohongshu::subject()).await);
    let log = String::from_utf8(lines.0.lock().expect("lines").clone()).expect("text");
    assert!(log.lines().count() > 1000 && log.contains("qrcode/poll"), "the log was on");
    for canary in canaries {
        assert!(!log.contains(&canary), "{canary} is in the log");
    }
}
