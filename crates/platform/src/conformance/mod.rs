//! One suite that every adapter passes, switched by what its descriptor says it can do.
//!
//! A platform brings a [`Subject`]: how its living session answers, its own ways of saying "not logged in", its
//! codes, and what in its answers is vital. The suite plays faults, mutations and logins against the real adapter
//! over real sockets and lists every rule that was broken.

mod faults;
mod health;
mod host;
mod login;
mod mutate;
mod operations;

use std::{fmt::Debug, net::SocketAddr, sync::Arc, time::Duration};

use jiff::Timestamp;
use roster_domain::{Credential, Reason, Verdict};

use crate::{
    Adapter, AtHand, Breaker, ClientScope, Context, Error, HostLimits, HttpConfig, LoginMethod, Memory, Timeouts,
};
pub use host::{Asked, Host, Play, Reply};

/// The time of all questions of the suite, in seconds: 2026-11-20 13:06:40 UTC.
pub const NOW: i64 = 1_795_180_000;

/// What the platform's app has done about the code so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phone {
    /// Nothing.
    Waiting,
    /// It has scanned.
    Scanned,
    /// It has confirmed.
    Confirmed,
    /// The code is too old.
    Expired,
}

/// An answer of the platform's own, and what it means.
#[derive(Debug, Clone)]
pub struct Saying {
    /// What it is called.
    pub name: String,
    /// The answer.
    pub reply: Reply,
    /// What it says of the session.
    pub verdict: Verdict,
    /// Why.
    pub reason: Reason,
    /// How long the platform is to be left alone at least.
    pub pause: Duration,
}

/// One adapter with its platform's answers.
#[derive(Clone)]
pub struct Subject {
    /// The adapter.
    pub adapter: Arc<dyn Adapter>,
    /// A session.
    pub credential: Credential,
    /// Whose it is.
    pub user_id: String,
    /// How the platform answers while the session lives: health, numbers, renewal, logout.
    pub alive: Play,
    /// How it answers the questions of a login.
    pub login: fn(Phone) -> Play,
    /// All forms of "not logged in".
    pub out: Vec<(String, Reply)>,
    /// The codes of its table.
    pub sayings: Vec<Saying>,
    /// The path of each question of a light probe, with what its answer cannot do without (JSON pointers).
    pub vital: Vec<(&'static str, &'static [&'static str])>,
    /// Whether the platform can end this session; one that it cannot is *unsupported* although others are ended.
    pub can_be_ended: bool,
    /// Texts that must never be seen in a log line, an error or debug output.
    pub canaries: Vec<String>,
}

/// What the suite has found.
#[derive(Debug, Default)]
pub struct Findings {
    /// How many answers were played.
    pub tried: usize,
    /// The rules that were broken, one line each.
    pub broken: Vec<String>,
    canaries: Vec<String>,
}

impl Findings {
    fn of(subject: &Subject) -> Self {
        Self { canaries: subject.canaries.clone(), ..Self::default() }
    }

    /// Notes a broken rule unless it was kept.
    fn rule(&mut self, kept: bool, what: impl FnOnce() -> String) {
        if !kept {
            self.broken.push(what());
        }
    }

    /// Holds the debug output of a result against the secrets.
    fn silent(&mut self, name: &str, shown: &dyn Debug) {
        let printed = format!("{shown:?} {shown:#?}");
        let leaks = self.canaries.iter().any(|canary| printed.contains(canary));
        self.rule(!leaks, || format!("{name}: a secret is in the debug output"));
    }

    /// The same for an error and its words.
    fn silent_error(&mut self, name: &str, error: &Error) {
        self.silent(name, error);
        let printed = error.to_string();
        let leaks = self.canaries.iter().any(|canary| printed.contains(canary));
        self.rule(!leaks, || format!("{name}: a secret is in the error"));
    }
}

/// Runs the whole suite.
///
/// # Errors
/// When no port of the loopback address is free, or the client cannot be made.
pub async fn run(subject: &Subject) -> Result<Findings, Unable> {
    let mut findings = Findings::of(subject);
    let host = Host::start(Arc::clone(&subject.alive)).await?;
    descriptor(subject, &mut findings);
    health::lives(subject, &host, &mut findings).await?;
    health::faults(subject, &host, &mut findings).await?;
    health::own_words(subject, &host, &mut findings).await?;
    mutate::shapes(subject, &host, &mut findings).await?;
    login::goes_through(subject, &host, &mut findings).await?;
    login::survives_faults(subject, &host, &mut findings).await?;
    operations::capabilities(subject, &host, &mut findings).await?;
    operations::faults(subject, &host, &mut findings).await?;
    Ok(findings)
}

/// The suite could not be run.
#[derive(Debug, thiserror::Error)]
pub enum Unable {
    /// No socket.
    #[error("no port of the loopback address is free")]
    Socket(#[from] std::io::Error),
    /// No client.
    #[error("the client cannot be made")]
    Client(#[from] Error),
}

/// A client pointed at the host, impatient, without limits; a new one has no memory of earlier faults.
///
/// # Errors
/// When the client cannot be made.
pub fn context(host: &Host) -> Result<Context, Error> {
    let http = host.client()?.forgetful().for_account(ClientScope::default())?;
    let now = Timestamp::from_second(NOW).unwrap_or_default();
    Ok(Context { http, now, memory: Memory::default(), sessions: Arc::new(AtHand::default()) })
}

fn impatient(addr: SocketAddr) -> HttpConfig {
    let millis = Duration::from_millis;
    HttpConfig {
        sandbox: Some(addr),
        timeouts: Timeouts { connect: millis(500), request: millis(500), total: millis(3000) },
        limits: HostLimits { concurrency: 64, per_second: 0.0, burst: 1 },
        breaker: Breaker { failures: u32::MAX, rest: millis(1) },
        backoff: millis(1),
    }
}

fn descriptor(subject: &Subject, findings: &mut Findings) {
    let descriptor = subject.adapter.descriptor();
    let id = descriptor.id.as_str();
    findings.rule(id != "unknown", || String::from("the id breaks the rules for ids"));
    let named = !descriptor.name_zh.is_empty() && !descriptor.name_en.is_empty();
    findings.rule(named, || format!("{id}: it has no name"));
    findings.rule(descriptor.home_url.starts_with("https://"), || format!("{id}: the home page is not https"));
    findings.rule(!descriptor.login_methods.is_empty(), || format!("{id}: there is no way to log in"));
    let by_form = [LoginMethod::Token, LoginMethod::Password];
    let formed = descriptor.login_methods.iter().any(|method| by_form.contains(method));
    findings.rule(formed || !descriptor.required_cookies.is_empty(), || format!("{id}: nothing makes a session"));
    let windowed = descriptor.login_methods.contains(&LoginMethod::Window);
    let plan = subject.adapter.window(None);
    findings.rule(!windowed || plan.is_some(), || format!("{id}: it has no page for a window"));
    for url in plan.iter().flat_map(|plan| [&plan.login_url, &plan.home_url].into_iter().chain(&plan.cookie_urls)) {
        let host = url.strip_prefix("https://").and_then(|rest| rest.split(['/', '?']).next()).unwrap_or_default();
        let inside = |domain: &String| host == domain || host.ends_with(&format!(".{domain}"));
        let allowed = plan.iter().flat_map(|plan| &plan.allowed).any(inside);
        findings.rule(allowed, || format!("{id}: {url} is outside its own window"));
    }
    let interval = descriptor.check_at_least_every;
    let sane = interval >= Duration::from_secs(60) && interval <= descriptor.check_every;
    findings.rule(sane, || format!("{id}: the intervals of its checks are upside down"));
    for name in descriptor.required_cookies {
        let there = subject.credential.cookies.value(name).is_some();
        findings.rule(there, || format!("{id}: the session of the suite has no {name}"));
    }
}
