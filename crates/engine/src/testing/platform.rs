//! A platform that plays a script.

use std::{
    collections::{HashMap, VecDeque},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use async_trait::async_trait;
use parking_lot::Mutex;
use roster_domain::{
    Cookie, CookieJar, Credential, Evidence, Number, Numbers, PlatformId, Profile, Quota, Quotas, Reason, Secret,
    Verdict,
};
use roster_platform::{
    Adapter, Audience, Capabilities, Context, Descriptor, Error, ErrorKind, Filled, Identity, LoginFlow, LoginInput,
    LoginMethod, LoginStep, OperateError, Operation, OperationInput, Outcome, Probe, ProbeDepth, Renewal, Retry, Risk,
    Text, WindowPlan,
};
use tokio::sync::Semaphore;

pub(crate) fn platform_id() -> PlatformId {
    "fake".parse().unwrap()
}

/// What the platform says about a session.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Says {
    /// It lives and is this user's.
    Alive(&'static str),
    NotLoggedIn,
    Banned,
    /// Muted, which only the full question shows; the light one calls this user alive.
    Muted(&'static str),
    Fault(Reason),
    RetryAfter(u64),
}

#[derive(Debug)]
pub(crate) struct FakePlatform {
    descriptor: Descriptor,
    sessions: Mutex<HashMap<String, Says>>,
    /// The answers of the next logins; a login without any goes on waiting.
    steps: Arc<Mutex<VecDeque<Result<LoginStep, Error>>>>,
    /// What logins were asked for, in order.
    pub(crate) inputs: Arc<Mutex<Vec<&'static str>>>,
    /// What was filled into the forms of logins.
    pub(crate) filled: Arc<Mutex<Vec<Filled>>>,
    /// Every probe: session and depth.
    pub(crate) probes: Mutex<Vec<(String, ProbeDepth)>>,
    /// Probes wait here when it is closed.
    pub(crate) gate: Semaphore,
    pub(crate) asking: AtomicUsize,
    pub(crate) most_asking: AtomicUsize,
    /// What the next probe gives back as renewed cookies.
    pub(crate) refreshes_to: Mutex<Option<String>>,
    /// What the next question finds its session replaced by, which it hands over and uses; it waits for `replacing` with
    /// the answer.
    pub(crate) rotates_to: Mutex<Option<String>>,
    pub(crate) replacing: Arc<Semaphore>,
    /// What a renewal gives.
    pub(crate) renews_to: Mutex<Option<String>>,
    /// The sessions with which a renewal was confirmed; fails while `confirm_fails`.
    pub(crate) confirmed: Mutex<Vec<String>>,
    pub(crate) confirm_fails: Mutex<bool>,
    pub(crate) logged_out: Mutex<Vec<String>>,
    operations: Vec<Operation>,
    /// What the next operations come to; without any they answer how often the platform was asked.
    pub(crate) outcomes: Mutex<VecDeque<Result<Outcome, OperateError>>>,
    /// The operations that were asked for: id and session.
    pub(crate) operated: Mutex<Vec<(String, String)>>,
    /// What each question goes out to first, over the network.
    pub(crate) asks: Mutex<Option<&'static str>>,
    /// What quotas are read as.
    pub(crate) quotas: Mutex<Vec<Quota>>,
    pub(crate) quota_reads: AtomicUsize,
    /// How many questions about quotas have come, answered or not.
    pub(crate) quotas_asked: AtomicUsize,
    /// Without permits nobody gets to know their quotas.
    pub(crate) quota_gate: Semaphore,
    pub(crate) quotas_fail: Mutex<Option<ErrorKind>>,
    /// Operations wait here when it is closed.
    pub(crate) counter: Semaphore,
}

fn operation(id: &'static str, risk: Risk) -> Operation {
    let text = Text::new("操作", "Operation");
    Operation {
        id,
        title: text,
        about: text,
        risk,
        audience: Audience::User,
        warning: (risk == Risk::Dangerous).then_some(text),
        input: serde_json::json!({"type": "object"}),
        output: serde_json::json!({"type": "object"}),
    }
}

/// A credential of one cookie.
pub(crate) fn credential(session: &str) -> Credential {
    let cookie = Cookie {
        name: String::from("session"),
        value: Secret::from(session),
        domain: String::from("fake.example"),
        host_only: false,
        path: String::from("/"),
        expires_at: None,
        secure: true,
        http_only: true,
        same_site: None,
    };
    Credential { cookies: [cookie].into_iter().collect::<CookieJar>(), ..Credential::default() }
}

/// The input of its operations.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

fn session_of(credential: &Credential) -> String {
    credential.cookies.value("session").map(|value| value.expose().clone()).unwrap_or_default()
}

impl FakePlatform {
    pub(crate) fn new() -> Self {
        Self::with(Capabilities { renew: true, numbers: true, logout: true, quotas: true })
    }

    /// What it is called and where it is, with every way to log in and no capability.
    pub(crate) fn described() -> Descriptor {
        Descriptor {
            id: platform_id(),
            name_zh: "假",
            name_en: "Fake",
            home_url: "https://fake.example/",
            cookie_domain: "fake.example",
            required_cookies: &["session"],
            login_methods: &[
                LoginMethod::Qr,
                LoginMethod::Cookies,
                LoginMethod::Token,
                LoginMethod::Password,
                LoginMethod::Window,
            ],
            sites: &[],
            any_site: false,
            capabilities: Capabilities::default(),
            scanning_app: None,
            check_every: Duration::from_secs(6 * 3600),
            check_at_least_every: Duration::from_secs(600),
        }
    }

    pub(crate) fn with(capabilities: Capabilities) -> Self {
        let descriptor = Descriptor { capabilities, ..Self::described() };
        Self {
            descriptor,
            sessions: Mutex::default(),
            steps: Arc::default(),
            inputs: Arc::default(),
            filled: Arc::default(),
            probes: Mutex::default(),
            gate: Semaphore::new(Semaphore::MAX_PERMITS),
            asking: AtomicUsize::new(0),
            most_asking: AtomicUsize::new(0),
            refreshes_to: Mutex::default(),
            rotates_to: Mutex::default(),
            replacing: Arc::new(Semaphore::new(Semaphore::MAX_PERMITS)),
            renews_to: Mutex::default(),
            confirmed: Mutex::default(),
            confirm_fails: Mutex::default(),
            logged_out: Mutex::default(),
            operations: vec![
                operation("peek", Risk::Read),
                operation("change", Risk::Write),
                operation("burn", Risk::Dangerous),
            ],
            outcomes: Mutex::default(),
            asks: Mutex::default(),
            quotas: Mutex::default(),
            quota_reads: AtomicUsize::new(0),
            quotas_asked: AtomicUsize::new(0),
            quota_gate: Semaphore::new(Semaphore::MAX_PERMITS),
            quotas_fail: Mutex::default(),
            operated: Mutex::default(),
            counter: Semaphore::new(Semaphore::MAX_PERMITS),
        }
    }

    pub(crate) fn says(&self, session: &str, says: Says) {
        self.sessions.lock().insert(session.to_owned(), says);
    }

    /// What the next question of a login is answered with.
    pub(crate) fn next_step(&self, step: Result<LoginStep, Error>) {
        self.steps.lock().push_back(step);
    }

    pub(crate) fn steps_left(&self) -> usize {
        self.steps.lock().len()
    }

    pub(crate) fn probe_count(&self) -> usize {
        self.probes.lock().len()
    }

    /// Holds probes back until `opened`.
    pub(crate) fn close_gate(&self) {
        self.gate.forget_permits(Semaphore::MAX_PERMITS);
    }

    pub(crate) fn open_gate(&self) {
        self.gate.add_permits(Semaphore::MAX_PERMITS - self.gate.available_permits());
    }

    /// One question over the network, where a test wants that.
    async fn reach(&self, ctx: &Context) -> Result<(), Error> {
        let url = *self.asks.lock();
        match url {
            Some(url) => ctx.http.get("whoami", url).once().send(ctx.now).await.map(|_| ()),
            None => Ok(()),
        }
    }

    /// Replaces the session as a platform does that gives a new one with each renewal.
    async fn rotate(&self, ctx: &Context, asked: &Credential) -> Result<(), Error> {
        let Some(next) = self.rotates_to.lock().take() else { return Ok(()) };
        let (sessions, from, replacing) = (Arc::clone(&ctx.sessions), asked.clone(), Arc::clone(&self.replacing));
        ctx.whole("rotate", async move {
            let _answered = replacing.acquire().await;
            let to = Credential { cookies: credential(&next).cookies, ..from.clone() };
            sessions.hand_over(&from, &to).await;
        })
        .await
    }

    fn answer(&self, session: &str, depth: ProbeDepth) -> Probe {
        let says = self.sessions.lock().get(session).cloned().unwrap_or(Says::NotLoggedIn);
        let none = |verdict, reason, retry| Probe {
            verdict,
            reason,
            evidence: Evidence { question: String::from("whoami"), ..Evidence::default() },
            identity: None,
            refreshed: None,
            numbers: None,
            quotas: None,
            membership_unknown: false,
            retry,
        };
        match says {
            Says::Muted(_) if depth == ProbeDepth::Full => none(Verdict::Restricted, Reason::Muted, Retry::Never),
            Says::Alive(user) | Says::Muted(user) => {
                // The line about oneself is what only the full question brings.
                let signature = (depth == ProbeDepth::Full).then(|| format!("I am {user}"));
                let name = format!("Nick {user}");
                let profile = Profile { user_id: user.to_owned(), name, signature, ..Profile::default() };
                let identity = Some(Identity { user_id: user.to_owned(), profile });
                let refreshed = self.refreshes_to.lock().take().map(|session| credential(&session));
                Probe { identity, refreshed, ..none(Verdict::Alive, Reason::Ok, Retry::Soon) }
            }
            Says::NotLoggedIn => none(Verdict::Expired, Reason::NotLoggedIn, Retry::Never),
            Says::Banned => none(Verdict::Restricted, Reason::Banned, Retry::Never),
            Says::Fault(reason) => none(Verdict::Unknown, reason, Retry::Soon),
            Says::RetryAfter(seconds) => {
                none(Verdict::Unknown, Reason::RateLimited, Retry::After(Duration::from_secs(seconds)))
            }
        }
    }
}

#[derive(Debug)]
struct FakeFlow {
    steps: Arc<Mutex<VecDeque<Result<LoginStep, Error>>>>,
    inputs: Arc<Mutex<Vec<&'static str>>>,
    filled: Arc<Mutex<Vec<Filled>>>,
}

impl FakeFlow {
    fn step(&self) -> Result<LoginStep, Error> {
        let waiting = Ok(LoginStep::Waiting { poll_after: Duration::from_secs(2) });
        self.steps.lock().pop_front().unwrap_or(waiting)
    }
}

#[async_trait]
impl LoginFlow for FakeFlow {
    async fn next(&mut self, _ctx: &Context, input: LoginInput) -> Result<LoginStep, Error> {
        self.inputs.lock().push(match input {
            LoginInput::Poll => "poll",
            LoginInput::Refresh => "refresh",
            LoginInput::Fields(filled) => {
                self.filled.lock().push(filled);
                "fields"
            }
        });
        self.step()
    }
}

#[async_trait]
impl Adapter for FakePlatform {
    fn descriptor(&self) -> &Descriptor {
        &self.descriptor
    }

    async fn begin_login(
        &self,
        _ctx: &Context,
        _method: LoginMethod,
    ) -> Result<(Box<dyn LoginFlow>, LoginStep), Error> {
        self.inputs.lock().push("begin");
        let flow = FakeFlow { steps: self.steps.clone(), inputs: self.inputs.clone(), filled: self.filled.clone() };
        let step = flow.step()?;
        Ok((Box::new(flow), step))
    }

    fn window(&self, _site: Option<&str>) -> Option<WindowPlan> {
        Some(WindowPlan {
            login_url: String::from("https://fake.example/login"),
            home_url: String::from("https://fake.example/home"),
            allowed: vec![String::from("fake.example")],
            cookie_urls: vec![String::from("https://fake.example/")],
        })
    }

    async fn probe(&self, ctx: &Context, credential: &Credential, depth: ProbeDepth) -> Probe {
        if let Err(error) = self.reach(ctx).await {
            return Probe::from(error);
        }
        if let Err(error) = self.rotate(ctx, credential).await {
            return Probe::from(error);
        }
        let session = session_of(credential);
        self.probes.lock().push((session.clone(), depth));
        let now = self.asking.fetch_add(1, SeqCst) + 1;
        self.most_asking.fetch_max(now, SeqCst);
        // Should the question be broken off, it is not being asked any more.
        struct Asked<'a>(&'a AtomicUsize);
        impl Drop for Asked<'_> {
            fn drop(&mut self) {
                self.0.fetch_sub(1, SeqCst);
            }
        }
        let _asked = Asked(&self.asking);
        let _open = self.gate.acquire().await;
        self.answer(&session, depth)
    }

    async fn renew(&self, ctx: &Context, _credential: &Credential) -> Result<Renewal, Error> {
        self.reach(ctx).await?;
        let renewed = self.renews_to.lock().take();
        Ok(renewed.map_or(Renewal::NotNeeded, |session| Renewal::Renewed(credential(&session))))
    }

    async fn confirm_renewal(&self, _ctx: &Context, credential: &Credential) -> Result<Credential, Error> {
        if *self.confirm_fails.lock() {
            return Err(Error::new(ErrorKind::Network, "confirm"));
        }
        self.confirmed.lock().push(session_of(credential));
        Ok(credential.clone())
    }

    async fn numbers(&self, ctx: &Context, _credential: &Credential) -> Result<Numbers, Error> {
        let items = vec![Number { key: String::from("followers"), value: 12.0, change: None }];
        Ok(Numbers { read_at: ctx.now, items })
    }

    fn operations(&self) -> &[Operation] {
        &self.operations
    }

    async fn operate(
        &self,
        ctx: &Context,
        credential: &Credential,
        operation: &str,
        input: OperationInput,
    ) -> Result<Outcome, OperateError> {
        input.read::<Nothing>()?;
        self.reach(ctx).await?;
        self.rotate(ctx, credential).await?;
        self.operated.lock().push((operation.to_owned(), session_of(credential)));
        let _counter = self.counter.acquire().await;
        if let Some(outcome) = self.outcomes.lock().pop_front() {
            return outcome;
        }
        let asked = self.operated.lock().len();
        let hour = Duration::from_secs(3600);
        let known = ctx.memory.remember("asked", hour, ctx.now, async { Ok(asked) }).await?;
        Outcome::of(&serde_json::json!({ "asked": *known }))
    }

    async fn quotas(&self, ctx: &Context, credential: &Credential) -> Result<Quotas, Error> {
        self.reach(ctx).await?;
        self.rotate(ctx, credential).await?;
        self.quotas_asked.fetch_add(1, SeqCst);
        let _open = self.quota_gate.acquire().await;
        if let Some(kind) = *self.quotas_fail.lock() {
            return Err(Error::new(kind, "quotas"));
        }
        self.quota_reads.fetch_add(1, SeqCst);
        Ok(Quotas { read_at: ctx.now, items: self.quotas.lock().clone() })
    }

    async fn logout(&self, ctx: &Context, credential: &Credential) -> Result<(), Error> {
        self.reach(ctx).await?;
        self.logged_out.lock().push(session_of(credential));
        Ok(())
    }
}
