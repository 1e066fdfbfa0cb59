//! A platform that answers as the session's first cookie says: `dead` is not logged in, `banned` is restricted,
//! `away` cannot be reached, and any other value is a person of that name.

use std::time::Duration;

use async_trait::async_trait;
use jiff::SignedDuration;
use roster_domain::{Credential, Evidence, Numbers, Profile, Reason, Verdict};
use roster_platform::{
    Adapter, Capabilities, Context, Descriptor, Error, ErrorKind, Identity, LoginFlow, LoginInput, LoginMethod,
    LoginStep, Probe, ProbeDepth, Retry,
};

#[derive(Debug)]
pub(crate) struct Scripted {
    descriptor: Descriptor,
    reachable: bool,
}

impl Scripted {
    pub(crate) fn new(id: &str) -> Self {
        Self {
            reachable: true,
            descriptor: Descriptor {
                id: id.parse().unwrap(),
                name_zh: "平台",
                name_en: "Platform",
                home_url: "https://platform.example/",
                cookie_domain: "platform.example",
                required_cookies: &[],
                login_methods: &[LoginMethod::Qr, LoginMethod::Cookies],
                sites: &[],
                any_site: false,
                capabilities: Capabilities { renew: false, numbers: true, logout: false, quotas: false },
                scanning_app: None,
                check_every: Duration::from_secs(6 * 3600),
                check_at_least_every: Duration::from_secs(15 * 60),
            },
        }
    }

    /// The same, with nobody there.
    pub(crate) fn unreachable(id: &str) -> Self {
        Self { reachable: false, ..Self::new(id) }
    }

    /// The same, with cookies that a session must have.
    pub(crate) fn requiring(id: &str, cookies: &'static [&'static str]) -> Self {
        let mut adapter = Self::new(id);
        adapter.descriptor.required_cookies = cookies;
        adapter
    }
}

#[async_trait]
impl Adapter for Scripted {
    fn descriptor(&self) -> &Descriptor {
        &self.descriptor
    }

    async fn begin_login(&self, ctx: &Context, method: LoginMethod) -> Result<(Box<dyn LoginFlow>, LoginStep), Error> {
        if method != LoginMethod::Qr {
            return Err(Error::new(ErrorKind::Unsupported, "begin_login"));
        }
        let step = LoginStep::ShowQr {
            text: String::from("https://www.xiaohongshu.com/explore"),
            expires_at: ctx.now + SignedDuration::from_secs(300),
            poll_after: Duration::from_secs(1),
        };
        Ok((Box::new(Nobody), step))
    }

    async fn probe(&self, _ctx: &Context, credential: &Credential, _depth: ProbeDepth) -> Probe {
        let session = credential.cookies.iter().next().map(|cookie| cookie.value.expose().clone()).unwrap_or_default();
        let (verdict, reason) = match session.as_str() {
            "dead" => (Verdict::Expired, Reason::NotLoggedIn),
            "banned" => (Verdict::Restricted, Reason::Banned),
            "away" => (Verdict::Unknown, Reason::Timeout),
            _ if !self.reachable => (Verdict::Unknown, Reason::Timeout),
            _ => (Verdict::Alive, Reason::Ok),
        };
        // Not the session itself: an id is no secret.
        let number = session.bytes().fold(0_u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(byte)));
        let person = Identity {
            user_id: format!("user-{number}"),
            profile: Profile { user_id: format!("user-{number}"), name: String::from("昵称"), ..Profile::default() },
        };
        Probe {
            verdict,
            reason,
            evidence: Evidence { question: String::from("me"), http_status: Some(200), ..Evidence::default() },
            identity: (verdict == Verdict::Alive).then_some(person),
            refreshed: None,
            numbers: None,
            quotas: None,
            membership_unknown: false,
            retry: Retry::Soon,
        }
    }

    async fn numbers(&self, _ctx: &Context, _credential: &Credential) -> Result<Numbers, Error> {
        Err(Error::new(ErrorKind::RateLimited, "numbers")
            .because(Reason::RateLimited)
            .retry(Retry::After(Duration::from_secs(90))))
    }
}

/// A login that nobody ever scans.
#[derive(Debug)]
struct Nobody;

#[async_trait]
impl LoginFlow for Nobody {
    async fn next(&mut self, _ctx: &Context, _input: LoginInput) -> Result<LoginStep, Error> {
        Ok(LoginStep::Waiting { poll_after: Duration::from_secs(1) })
    }
}
