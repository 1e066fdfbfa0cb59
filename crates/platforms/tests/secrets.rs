//! Everything the platforms do, with all logging on: no secret is in a log line.

#![allow(clippy::expect_used, clippy::panic, reason = "a test ends in a panic when it fails")]

mod common;

use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
};

use common::burncloud::{TOKEN, by_cookie, by_short_token, by_token};
use roster_domain::Secret;
use roster_platform::{
    Filled, LoginInput, LoginMethod, Operation, OperationInput, ProbeDepth,
    conformance::{Asked, Host, NOW, Play, Reply, Subject, context, run},
};
use roster_platforms::AdapterSettings;
use serde_json::{Map, Value, json};
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
    let operations = subject.adapter.operations();
    for (place, play) in std::iter::once(Arc::clone(&subject.alive)).chain(own).enumerate() {
        host.play(play);
        // All of them with the good answers, and each with some of the bad ones.
        let share = operations.iter().enumerate().filter(|(index, _)| place == 0 || index % 6 == place % 6);
        let ctx = context(&host).expect("client");
        subject.adapter.probe(&ctx, &subject.credential, ProbeDepth::Full).await;
        for (_, operation) in share {
            let outcome = subject.adapter.operate(&ctx, &subject.credential, operation.id, filled(operation)).await;
            let shown = match outcome {
                Ok(outcome) => format!("{outcome:?} {}", outcome.value),
                Err(error) => format!("{error:?} {error}"),
            };
            assert!(subject.canaries.iter().all(|canary| !shown.contains(canary)), "{}: {shown}", operation.id);
        }
    }
    subject.canaries
}

/// Something in every field that an operation needs, and the canary in every secret one.
fn filled(operation: &Operation) -> OperationInput {
    let properties = operation.input["properties"].as_object().cloned().unwrap_or_default();
    let value = |schema: &Value| match &schema["type"] {
        _ if schema["x-secret"] == true => Some(json!("canary-password")),
        Value::String(kind) if kind == "string" => Some(json!("lin")),
        Value::String(kind) if kind == "integer" => Some(json!(42)),
        _ => None,
    };
    let fields = properties.iter().filter_map(|(name, schema)| Some((name.clone(), value(schema)?)));
    let mut fields: Map<String, Value> = fields.collect();
    if operation.id == "manage_user" {
        fields.insert(String::from("action"), json!("disable"));
    }
    OperationInput::new(fields)
}

/// Logins of a New-API site by password, with a second factor, and by token, well and badly answered: nothing that was
/// typed or handed out is in what a step or an error prints.
async fn new_api_forms() {
    use common::burncloud::{alive, entered, fixture, no, renewed};
    let canaries = common::burncloud::canaries();
    let form = |pairs: &[(&'static str, &'static str)]| {
        let filled: Filled = pairs.iter().map(|(name, value)| (*name, Secret::from(*value))).collect();
        LoginInput::Fields(filled)
    };
    let site = ("site", "https://ai.burncloud.com");
    let password = [site, ("action", "login"), ("username", "lin"), ("password", "canary-password")];
    let token = [site, ("user_id", "42"), ("token", TOKEN)];
    for reply in [
        entered(fixture!("login-first.json")),
        entered(fixture!("login-second.json")),
        renewed(),
        Reply::json(fixture!("second-factor.json")),
        no(200, "用户名或密码错误"),
        Reply::html(502, "x"),
    ] {
        let host = Host::start(Arc::new(move |asked: &Asked| match asked.method.as_str() {
            "POST" => reply.clone(),
            _ => alive(asked),
        }))
        .await
        .expect("host");
        let ctx = context(&host).expect("client");
        let adapter = common::adapter("burncloud", &AdapterSettings::default());
        for (method, fields) in [(LoginMethod::Password, &password[..]), (LoginMethod::Token, &token[..])] {
            let (mut flow, _) = adapter.begin_login(&ctx, method).await.expect("begins");
            let mut shown = format!("{:?}", flow.next(&ctx, form(fields)).await);
            let second = form(&[("code", "canary-password")]);
            shown += &format!("{:?} {flow:?}", flow.next(&ctx, second).await);
            assert!(canaries.iter().all(|canary| !shown.contains(canary)), "{method:?}: {shown}");
        }
    }
}

#[tokio::test]
async fn no_log_line_has_a_secret_in_it() {
    let lines = Lines::default();
    // Our own lines at their most talkative; those of the libraries below as far as the app lets them speak.
    let filter = EnvFilter::new("roster_platform=trace,roster_platforms=trace,info");
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(lines.clone()).finish().init();
    // Side by side: some of them wait in earnest before they look again what became of a question.
    let [cookie, token, fresh, old] =
        [by_cookie(), by_token("g1"), by_short_token(NOW + 600), by_short_token(NOW - 600)]
            .map(common::burncloud::subject);
    let (_, creators, tools, new_api) = tokio::join!(
        new_api_forms(),
        async {
            let mut canaries = played(common::bilibili::subject()).await;
            canaries.extend(played(common::toutiao::subject()).await);
            canaries.extend(played(common::douyin::subject()).await);
            canaries.extend(played(common::xiaohongshu::subject()).await);
            canaries
        },
        async {
            let jimeng = common::jimeng::subject(common::jimeng::Dialect::Service);
            let mut canaries = in_its_own_words(jimeng).await;
            canaries.extend(played(common::smartcv::subject()).await);
            canaries
        },
        async {
            let (cookie, token, fresh, old) = tokio::join!(
                in_its_own_words(cookie),
                in_its_own_words(token),
                in_its_own_words(fresh),
                in_its_own_words(old)
            );
            [cookie, token, fresh, old].concat()
        },
    );
    let canaries = [creators, tools, new_api].concat();
    let log = String::from_utf8(lines.0.lock().expect("lines").clone()).expect("text");
    assert!(log.lines().count() > 1000 && log.contains("qrcode/poll"), "the log was on");
    let masked = "token=\"0f…f0\" region=\"cn\" success=true";
    assert!(log.contains(masked), "a question about an account is logged with its session masked");
    for canary in canaries {
        assert!(!log.contains(&canary), "{canary} is in the log");
    }
}
