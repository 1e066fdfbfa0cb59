//! The suite itself: an adapter that breaks a rule does not pass it.

#![allow(clippy::expect_used, clippy::panic, reason = "a test ends in a panic when it fails")]

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use roster_domain::{CookieJar, Credential, Evidence, Profile, Reason};
use roster_platform::{
    Adapter, Capabilities, Context, Descriptor, Error, ErrorKind, Identity, LoginFlow, LoginMethod, LoginStep, Probe,
    ProbeDepth,
    conformance::{Phone, Play, Reply, Subject, run},
};

/// Which rule the adapter breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Careless {
    /// None, as far as probes go.
    No,
    /// It calls every answer that it cannot read "not logged in".
    FaultsAreExpiry,
    /// It calls every 200 alive.
    EveryAnswerIsLife,
    /// It keeps the body as a message.
    Talkative,
    /// It promises numbers that it does not have.
    Boasting,
}

#[derive(Debug)]
struct Sample {
    careless: Careless,
    descriptor: Descriptor,
}

#[async_trait]
impl Adapter for Sample {
    fn descriptor(&self) -> &Descriptor {
        &self.descriptor
    }

    async fn begin_login(&self, _: &Context, _: LoginMethod) -> Result<(Box<dyn LoginFlow>, LoginStep), Error> {
        Err(Error::new(ErrorKind::Unsupported, "login"))
    }

    async fn probe(&self, ctx: &Context, credential: &Credential, _: ProbeDepth) -> Probe {
        if credential.cookies.is_empty() {
            return Probe::from(Error::new(ErrorKind::Protocol, "me").because(Reason::NoCredential));
        }
        let answer =
            match ctx.http.get("me", "https://a.example.com/me").cookies(&credential.cookies).send(ctx.now).await {
                Ok(answer) => answer,
                Err(error) => return Probe::from(error),
            };
        if self.careless == Careless::EveryAnswerIsLife && answer.status == 200 {
            return Probe::alive(identity("7"), answer.evidence());
        }
        let evidence = Evidence { message: Some(answer.text()), ..answer.evidence() };
        let mut probe = match answer.settled().and_then(|answer| {
            let body: serde_json::Value = answer.json()?;
            if answer.is_redirect() {
                return Err(answer.error(ErrorKind::Protocol).because(Reason::HostChanged));
            }
            match (body.get("id").and_then(serde_json::Value::as_u64), body.get("out")) {
                (Some(id), None) => Ok(Probe::alive(identity(&id.to_string()), answer.evidence())),
                (None, Some(_)) => Err(answer.not_logged_in(-1, None)),
                _ => Err(answer.error(ErrorKind::Protocol).because(Reason::UnexpectedShape)),
            }
        }) {
            Ok(probe) => probe,
            Err(error) if self.careless == Careless::FaultsAreExpiry && error.kind == ErrorKind::Protocol => {
                Probe::from(Error::new(ErrorKind::NotLoggedIn, "me"))
            }
            Err(error) => Probe::from(error),
        };
        if self.careless == Careless::Talkative {
            probe.evidence = evidence;
        }
        probe
    }
}

fn identity(id: &str) -> Identity {
    let profile = Profile { user_id: id.to_owned(), name: String::from("n"), ..Profile::default() };
    Identity { user_id: id.to_owned(), profile }
}

fn no_login(_: Phone) -> Play {
    Arc::new(|_| Reply::html(404, "x"))
}

fn subject(careless: Careless) -> Subject {
    let descriptor = Descriptor {
        id: "sample".parse().expect("id"),
        name_zh: "样",
        name_en: "Sample",
        home_url: "https://a.example.com/",
        cookie_domain: "example.com",
        required_cookies: &["s"],
        login_methods: &[LoginMethod::Cookies],
        sites: &[],
        any_site: false,
        capabilities: Capabilities { numbers: careless == Careless::Boasting, ..Capabilities::default() },
        scanning_app: None,
        check_every: Duration::from_secs(3600),
        check_at_least_every: Duration::from_secs(900),
    };
    let cookies = CookieJar::from_header("s=canary-cookie", "example.com").expect("jar");
    Subject {
        adapter: Arc::new(Sample { careless, descriptor }),
        credential: Credential { cookies, ..Credential::default() },
        user_id: String::from("7"),
        alive: Arc::new(|_| Reply::json("{\"id\":7,\"session_key\":\"canary-cookie\"}")),
        login: no_login,
        out: vec![(String::from("out"), Reply::json("{\"out\":true}"))],
        sayings: Vec::new(),
        vital: vec![("/me", &["/id"])],
        can_be_ended: true,
        canaries: vec![String::from("canary-cookie")],
    }
}

#[tokio::test]
async fn a_careful_adapter_passes_and_each_careless_one_is_found() {
    let careful = run(&subject(Careless::No)).await.expect("runs");
    assert!(careful.broken.is_empty(), "{}", careful.broken.join("\n"));
    for (careless, mark) in [
        (Careless::FaultsAreExpiry, "called Expired"),
        (Careless::EveryAnswerIsLife, "called Alive"),
        (Careless::Talkative, "a secret is in the debug output"),
        (Careless::Boasting, "although the descriptor says true"),
    ] {
        let found = run(&subject(careless)).await.expect("runs");
        assert!(found.broken.iter().any(|line| line.contains(mark)), "{careless:?}: {:?}", found.broken);
    }
}
