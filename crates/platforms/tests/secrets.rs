//! Everything the platforms do, with all logging on: no secret is in a log line.

#![allow(clippy::expect_used, clippy::panic, reason = "a test ends in a panic when it fails")]

mod common;

use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
};

use roster_platform::{
    OperationInput, ProbeDepth,
    conformance::{Asked, Host, Play, Subject, context, run},
};
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

/// A platform's good answers and everything that it can say itself, without the faults: those are the client's.
async fn in_its_own_words(subject: Subject) -> Vec<String> {
    let own = subject.out.iter().map(|(_, reply)| reply).chain(subject.sayings.iter().map(|saying| &saying.reply));
    let own = own.cloned().map(|reply| Arc::new(move |_: &Asked| reply.clone()) as Play);
    let host = Host::start(Arc::clone(&subject.alive)).await.expect("host");
    for play in std::iter::once(Arc::clone(&subject.alive)).chain(own) {
        host.play(play);
        let ctx = context(&host).expect("client");
        subject.adapter.probe(&ctx, &subject.credential, ProbeDepth::Full).await;
        for operation in ["credits", "may_generate", "account_info"] {
            let outcome =
                subject.adapter.operate(&ctx, &subject.credential, operation, OperationInput::default()).await;
            let shown = format!("{outcome:?}");
            assert!(subject.canaries.iter().all(|canary| !shown.contains(canary)), "{operation}");
        }
    }
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
    canaries.extend(in_its_own_words(common::jimeng::subject(common::jimeng::Dialect::Service)).await);
    canaries.extend(played(common::smartcv::subject()).await);
    canaries.extend(played(common::douyin::subject()).await);
    canaries.extend(played(common::xiaohongshu::subject()).await);
    let log = String::from_utf8(lines.0.lock().expect("lines").clone()).expect("text");
    assert!(log.lines().count() > 1000 && log.contains("qrcode/poll"), "the log was on");
    let masked = "token=\"0f…f0\" region=\"cn\" success=true";
    assert!(log.contains(masked), "a question about an account is logged with its session masked");
    for canary in canaries {
        assert!(!log.contains(&canary), "{canary} is in the log");
    }
}
