//! The adapter against the sandbox's three sites: one of each generation of the protocol.

#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test ends in a panic when it fails")]

#[path = "burncloud/calls.rs"]
mod calls;
mod common;
#[path = "burncloud/renewal.rs"]
mod renewal;

use std::{sync::Arc, time::Duration};

use roster_domain::{Credential, Reason, Secret, Verdict};
use roster_platform::{
    Adapter, AtHand, Breaker, ClientScope, Context, ErrorKind, Filled, HostLimits, HttpConfig, HttpFactory, LoginFlow,
    LoginInput, LoginMethod, LoginStep, Memory, OperateError, OperationInput, Outcome, ProbeDepth, Retry, Risk,
    Sessions,
};
use roster_platforms::AdapterSettings;
use roster_sandbox::{ClockSource, FaultKind, NewFault, Sandbox, SandboxConfig};
use serde_json::{Value, json};

const ID: &str = "burncloud";
const FIRST: &str = "https://ai.burncloud.com";
const SECOND: &str = "https://b.burncloud.com";
const THIRD: &str = "https://newapi.ember.example";
const SITES: [&str; 3] = [FIRST, SECOND, THIRD];

struct Lab {
    sandbox: Sandbox,
    http: HttpFactory,
    adapter: Arc<dyn Adapter>,
}

/// A session with the memory that belongs to it, and where it is kept.
struct Account {
    credential: Credential,
    memory: Memory,
    kept: Arc<AtHand>,
}

impl Account {
    fn of(credential: Credential) -> Self {
        Self { credential, memory: Memory::default(), kept: Arc::default() }
    }

    /// The session as it is kept.
    fn newest(&self) -> Credential {
        self.kept.handed_over().unwrap_or_else(|| self.credential.clone())
    }
}

impl Lab {
    async fn open() -> Self {
        let clock = ClockSource::Manual(jiff::Timestamp::from_second(1_790_000_000).expect("time"));
        let sandbox = Sandbox::start(SandboxConfig { clock, ..SandboxConfig::default() }).await.expect("sandbox");
        let limits = HostLimits { concurrency: 16, per_second: 0.0, burst: 1 };
        let breaker = Breaker { failures: u32::MAX, rest: Duration::ZERO };
        let backoff = Duration::from_millis(1);
        let config = HttpConfig { sandbox: Some(sandbox.addr()), limits, breaker, backoff, ..HttpConfig::default() };
        let http = HttpFactory::new(config).expect("client");
        Self { sandbox, http, adapter: common::adapter(ID, &AdapterSettings::default()) }
    }

    fn mode(&self, key: &str, value: &str) {
        self.sandbox.control().set_mode(ID, key, value).expect("a mode");
    }

    fn advance(&self, seconds: u64) {
        self.sandbox.control().advance(Duration::from_secs(seconds));
    }

    fn ctx(&self, account: &Account) -> Context {
        let http = self.http.for_account(ClientScope::default()).expect("client");
        let sessions = Arc::clone(&account.kept) as Arc<dyn Sessions>;
        Context { http, now: self.sandbox.control().now(), memory: account.memory.clone(), sessions }
    }

    async fn begin(&self, method: LoginMethod) -> (Box<dyn LoginFlow>, Context) {
        let ctx = self.ctx(&Account::of(Credential::default()));
        let (flow, step) = self.adapter.begin_login(&ctx, method).await.expect("begins");
        assert!(matches!(step, LoginStep::AskFields { .. }), "{step:?}");
        (flow, ctx)
    }

    async fn log_in(&self, site: &str, name: &str) -> Account {
        let (mut flow, ctx) = self.begin(LoginMethod::Password).await;
        let step = flow.next(&ctx, filled(&password(site, "login", name))).await.expect("a step");
        account(step)
    }

    /// With the token that everybody of the sandbox has.
    async fn with_token(&self, site: &str, name: &str) -> Account {
        let (mut flow, ctx) = self.begin(LoginMethod::Token).await;
        let token = format!("sandboxtoken{name:0<20}");
        let id = number(name).to_string();
        let fields = [("site", site), ("access_token", token.as_str()), ("user_id", id.as_str())];
        account(flow.next(&ctx, filled(&fields)).await.expect("a step"))
    }

    async fn operate(&self, account: &mut Account, id: &str, input: Value) -> Result<Outcome, OperateError> {
        let Value::Object(fields) = input else { panic!("an object") };
        let ctx = self.ctx(account);
        let outcome = self.adapter.operate(&ctx, &account.credential, id, OperationInput::new(fields)).await?;
        if let Some(credential) = outcome.credential.as_ref().or(outcome.refreshed.as_ref()) {
            account.credential = credential.clone();
        }
        Ok(outcome)
    }

    async fn done(&self, account: &mut Account, id: &str, input: Value) -> Value {
        self.operate(account, id, input).await.unwrap_or_else(|error| panic!("{id}: {error:?}")).value
    }

    /// The code of a refusal.
    async fn refused(&self, account: &mut Account, id: &str, input: Value) -> String {
        match self.operate(account, id, input).await {
            Err(OperateError::Refused { code, .. }) => code,
            other => panic!("{id}: {other:?}"),
        }
    }

    async fn verdict(&self, account: &Account) -> (Verdict, Reason) {
        let probe = self.adapter.probe(&self.ctx(account), &account.credential, ProbeDepth::Full).await;
        (probe.verdict, probe.reason)
    }

    fn asked(&self, site: &str, endpoint: &str) -> u64 {
        let host = site.trim_start_matches("https://");
        let counters = self.sandbox.control().counters();
        counters.get(host).and_then(|host| host.get(endpoint)).copied().unwrap_or(0)
    }
}

fn number(name: &str) -> u64 {
    let people = ["lin", "zhou", "chen", "gu", "song", "he"];
    101 + people.iter().position(|known| *known == name).expect("somebody of the sandbox") as u64
}

fn filled(pairs: &[(&str, &str)]) -> LoginInput {
    let fields: Filled = pairs.iter().map(|(name, value)| (*name, Secret::from(*value))).collect();
    LoginInput::Fields(fields)
}

fn password<'p>(site: &'p str, action: &'p str, name: &'p str) -> Vec<(&'p str, &'p str)> {
    let password: &'static str = match name {
        "lin" => "lin-password",
        "zhou" => "zhou-password",
        "chen" => "chen-password",
        "song" => "song-password",
        "gu" => "gu-password",
        _ => "new-password",
    };
    vec![("site", site), ("action", action), ("username", name), ("password", password)]
}

fn account(step: LoginStep) -> Account {
    let LoginStep::Done { credential, identity } = step else { panic!("not logged in: {step:?}") };
    assert!(identity.is_some() && credential.site.is_some() && credential.user_agent.is_some());
    Account::of(credential)
}

fn problem(step: &LoginStep) -> (&'static str, Option<&'static str>, String) {
    let LoginStep::AskFields { form, problem: Some(problem) } = step else { panic!("no problem: {step:?}") };
    (form.id, problem.field, problem.evidence.code.clone().unwrap_or_default())
}

#[tokio::test]
async fn every_generation_lets_in_by_password_and_names_its_users_apart() {
    let lab = Lab::open().await;
    for (site, generation) in [(FIRST, "g1"), (SECOND, "g2"), (THIRD, "g3")] {
        let account = lab.log_in(site, "lin").await;
        assert_eq!(account.credential.tokens["generation"].expose(), generation);
        let probe = lab.adapter.probe(&lab.ctx(&account), &account.credential, ProbeDepth::Full).await;
        let identity = probe.identity.unwrap_or_else(|| panic!("{site}: {:?}", probe.verdict));
        assert_eq!(identity.user_id, format!("101@{}", site.trim_start_matches("https://")));
        assert_eq!((identity.profile.name.as_str(), identity.profile.level.as_deref()), ("林小夏的厨房", Some("user")));
        let quotas = probe.quotas.expect("quotas");
        assert_eq!((quotas.items[0].key.as_str(), quotas.items[0].left), ("balance", Some(5.0)));
        assert_eq!((quotas.items[0].used, quotas.items[0].currency.as_deref()), (Some(1.0), Some("USD")));
        lab.adapter.logout(&lab.ctx(&account), &account.credential).await.expect("logs out");
    }
    assert_eq!((lab.asked(FIRST, "logout"), lab.asked(THIRD, "auth/logout"), lab.asked(THIRD, "logout")), (1, 1, 0));
}

#[tokio::test]
async fn a_wrong_password_brings_the_form_back_and_the_right_one_still_works() {
    let lab = Lab::open().await;
    for site in SITES {
        let (mut flow, ctx) = lab.begin(LoginMethod::Password).await;
        let wrong = [("site", site), ("action", "login"), ("username", "lin"), ("password", "canary-password")];
        let step = flow.next(&ctx, filled(&wrong)).await.expect("a step");
        assert_eq!(problem(&step), ("password", Some("password"), String::from("BAD_LOGIN")));
        assert!(!format!("{flow:?} {step:?}").contains("canary"));
        let again = flow.next(&ctx, LoginInput::Poll).await.expect("a step");
        assert_eq!(problem(&again).0, "password");
        account(flow.next(&ctx, filled(&password(site, "login", "lin"))).await.expect("a step"));
    }
}

#[tokio::test]
async fn a_second_factor_is_asked_for_and_backup_codes_count() {
    let lab = Lab::open().await;
    lab.mode("second_factor", "on");
    for site in SITES {
        for code in ["123456", "a1b2-c3d4"] {
            let (mut flow, ctx) = lab.begin(LoginMethod::Password).await;
            let step = flow.next(&ctx, filled(&password(site, "login", "zhou"))).await.expect("a step");
            assert!(
                matches!(&step, LoginStep::AskFields { form, problem: None } if form.id == "second_factor"),
                "{step:?}"
            );
            let step = flow.next(&ctx, filled(&[("code", "000000")])).await.expect("a step");
            assert_eq!(problem(&step), ("second_factor", Some("code"), String::from("SECOND_FACTOR_WRONG")), "{site}");
            let account = account(flow.next(&ctx, filled(&[("code", code)])).await.expect("a step"));
            assert_eq!(lab.verdict(&account).await.0, Verdict::Alive, "{site}, {code}");
        }
    }
}

#[tokio::test]
async fn a_new_account_is_registered_and_logged_in() {
    let lab = Lab::open().await;
    for site in SITES {
        let (mut flow, ctx) = lab.begin(LoginMethod::Password).await;
        let step = flow.next(&ctx, filled(&password(site, "register", "fang"))).await.expect("a step");
        assert!(matches!(&step, LoginStep::AskFields { form, .. } if form.id == "register"), "{step:?}");
        let account = account(flow.next(&ctx, filled(&[])).await.expect("a step"));
        assert_eq!(lab.verdict(&account).await.0, Verdict::Alive);
        let (mut flow, ctx) = lab.begin(LoginMethod::Password).await;
        flow.next(&ctx, filled(&password(site, "register", "fang"))).await.expect("a step");
        let step = flow.next(&ctx, filled(&[])).await.expect("a step");
        assert_eq!(problem(&step), ("password", Some("username"), String::from("NAME_TAKEN")));
    }
}

#[tokio::test]
async fn a_site_that_verifies_addresses_sends_a_code_first() {
    let lab = Lab::open().await;
    lab.mode("email_check", "on");
    let (mut flow, ctx) = lab.begin(LoginMethod::Password).await;
    flow.next(&ctx, filled(&password(FIRST, "register", "fang"))).await.expect("a step");
    let step = flow.next(&ctx, filled(&[])).await.expect("a step");
    assert_eq!(problem(&step).1, Some("email"));
    let step = flow.next(&ctx, filled(&[("email", "fang@sandbox.example")])).await.expect("a step");
    assert!(matches!(&step, LoginStep::AskFields { form, problem: None } if form.id == "email_code"), "{step:?}");
    assert_eq!(lab.asked(FIRST, "verification"), 1);
    let step = flow.next(&ctx, filled(&[("verification_code", "111111")])).await.expect("a step");
    assert_eq!(problem(&step).2, "VERIFICATION_CODE");
    account(flow.next(&ctx, filled(&[("verification_code", "654321")])).await.expect("a step"));
}

#[tokio::test]
async fn a_fault_between_registering_and_logging_in_registers_once() {
    let lab = Lab::open().await;
    let (mut flow, ctx) = lab.begin(LoginMethod::Password).await;
    flow.next(&ctx, filled(&password(FIRST, "register", "fang"))).await.expect("a step");
    lab.sandbox.control().fault(NewFault::new(ID, FaultKind::ServerError).at("login").times(1)).expect("fault");
    assert_eq!(flow.next(&ctx, filled(&[])).await.expect_err("a fault").kind, ErrorKind::Server);
    account(flow.next(&ctx, LoginInput::Poll).await.expect("a step"));
    assert_eq!(lab.asked(FIRST, "register"), 1);
}

#[tokio::test]
async fn a_token_is_checked_and_its_number_found_where_the_site_says_it() {
    let lab = Lab::open().await;
    let token = format!("sandboxtoken{:0<20}", "lin");
    for (site, finds) in [(FIRST, false), (SECOND, false), (THIRD, true)] {
        let (mut flow, ctx) = lab.begin(LoginMethod::Token).await;
        let step = flow.next(&ctx, filled(&[("site", site), ("access_token", &token)])).await.expect("a step");
        if finds {
            assert_eq!(account(step).credential.tokens["user_id"].expose(), "101");
            continue;
        }
        assert_eq!(problem(&step).1, Some("user_id"));
        let other = [("site", site), ("access_token", token.as_str()), ("user_id", "102")];
        assert_eq!(problem(&flow.next(&ctx, filled(&other)).await.expect("a step")).1, Some("user_id"));
        let right = [("site", site), ("access_token", token.as_str()), ("user_id", "101")];
        let account = account(flow.next(&ctx, filled(&right)).await.expect("a step"));
        assert_eq!(lab.verdict(&account).await.0, Verdict::Alive);
    }
    let (mut flow, ctx) = lab.begin(LoginMethod::Token).await;
    for wrong in ["sk-0123456789", "canary-token"] {
        let fields = [("site", THIRD), ("access_token", wrong)];
        assert_eq!(problem(&flow.next(&ctx, filled(&fields)).await.expect("a step")).1, Some("access_token"));
    }
}

#[tokio::test]
async fn a_human_check_and_an_address_without_server_are_said_before_a_password_is_sent() {
    let lab = Lab::open().await;
    lab.mode("turnstile", "on");
    let (mut flow, ctx) = lab.begin(LoginMethod::Password).await;
    let step = flow.next(&ctx, filled(&password(FIRST, "login", "lin"))).await.expect("a step");
    let LoginStep::AskFields { problem: Some(said), .. } = &step else { panic!("{step:?}") };
    assert_eq!(said.reason, Reason::Captcha);
    let step = flow.next(&ctx, filled(&password("http://api.example", "login", "lin"))).await.expect("a step");
    assert_eq!(problem(&step).1, Some("site"));
    lab.sandbox.control().fault(NewFault::new(ID, FaultKind::Html).at("status")).expect("fault");
    let step = flow.next(&ctx, filled(&password(SECOND, "login", "lin"))).await.expect("a step");
    assert_eq!(problem(&step).1, Some("site"));
    assert_eq!(SITES.map(|site| lab.asked(site, "login")), [0, 0, 0]);
}

#[tokio::test]
async fn counted_calls_of_all_accounts_wait_before_the_site_refuses() {
    let lab = Lab::open().await;
    for site in SITES {
        for turn in 0..20 {
            let (mut flow, ctx) = lab.begin(LoginMethod::Password).await;
            let wrong = [("site", site), ("action", "login"), ("username", "lin"), ("password", "not-this-one")];
            assert!(flow.next(&ctx, filled(&wrong)).await.is_ok(), "{site}: {turn}");
            lab.advance(1);
        }
        let mut gu = lab.with_token(site, "gu").await;
        let refused = lab.operate(&mut gu, "redeem_code", json!({ "key": format!("{}03", "0".repeat(30)) })).await;
        let Err(OperateError::Platform(error)) = refused else { panic!("{site}: {refused:?}") };
        assert_eq!(
            (error.kind, error.retry),
            (ErrorKind::RateLimited, Retry::After(Duration::from_secs(1180))),
            "{site}"
        );
        assert_eq!((lab.asked(site, "login"), lab.asked(site, "topup")), (20, 0), "{site} is not asked");
        assert_eq!(lab.verdict(&gu).await.0, Verdict::Alive, "{site}: what is not counted goes on");
    }
    lab.advance(1200);
    let mut gu = lab.with_token(FIRST, "gu").await;
    lab.done(&mut gu, "redeem_code", json!({ "key": format!("{}03", "0".repeat(30)) })).await;
}

#[tokio::test]
async fn a_site_that_refuses_for_others_reasons_closes_its_queue() {
    let lab = Lab::open().await;
    let mut gu = lab.with_token(FIRST, "gu").await;
    lab.sandbox.control().fault(NewFault::new(ID, FaultKind::TooFast).at("topup").times(1)).expect("fault");
    let code = json!({ "key": format!("{}04", "0".repeat(30)) });
    for asked in [1, 1] {
        let refused = lab.operate(&mut gu, "redeem_code", code.clone()).await;
        let Err(OperateError::Platform(error)) = refused else { panic!("{refused:?}") };
        assert_eq!((error.kind, error.retry), (ErrorKind::RateLimited, Retry::After(Duration::from_secs(60))));
        assert_eq!(lab.asked(FIRST, "topup"), asked);
    }
    lab.advance(60);
    lab.done(&mut gu, "redeem_code", code).await;
}

#[tokio::test]
async fn the_platform_s_own_words_become_verdicts() {
    let lab = Lab::open().await;
    let (unknown, changed) = (Verdict::Unknown, Verdict::PlatformChanged);
    for site in SITES {
        for (kind, verdict) in [
            (FaultKind::Expired, Verdict::Expired),
            (FaultKind::Banned, Verdict::Restricted),
            (FaultKind::BlockedHtml, unknown),
            (FaultKind::TooFast, unknown),
            (FaultKind::Html, unknown),
            (FaultKind::Empty, unknown),
            (FaultKind::Truncated, unknown),
            (FaultKind::UnknownShape, changed),
            (FaultKind::OldProtocol, Verdict::Alive),
        ] {
            let account = lab.with_token(site, "lin").await;
            lab.sandbox.control().fault(NewFault::new(ID, kind).at("self")).expect("fault");
            let probe = lab.adapter.probe(&lab.ctx(&account), &account.credential, ProbeDepth::Light).await;
            assert_eq!(probe.verdict, verdict, "{site}: {kind:?}: {:?}", probe.evidence);
            lab.sandbox.control().clear_faults(None);
        }
        let account = lab.log_in(site, "zhou").await;
        lab.sandbox.control().expire_sessions(ID, "zhou").expect("sessions");
        assert_eq!(lab.verdict(&account).await.0, Verdict::Expired, "{site}");
    }
}

#[tokio::test]
async fn money_is_shown_as_each_site_shows_it() {
    let lab = Lab::open().await;
    for (display, left, currency) in [
        ("USD", 5.0, Some("USD")),
        ("CNY", 35.0, Some("CNY")),
        ("CUSTOM", 10.0, Some("🔥")),
        ("TOKENS", 2_500_000.0, None),
    ] {
        lab.mode("display", display);
        let lin = lab.with_token(SECOND, "lin").await;
        let quotas = lab.adapter.quotas(&lab.ctx(&lin), &lin.credential).await.expect("quotas");
        assert_eq!((quotas.items[0].left, quotas.items[0].currency.as_deref()), (Some(left), currency), "{display}");
    }
}

#[tokio::test]
async fn groups_and_models_are_listed_in_every_generation() {
    let lab = Lab::open().await;
    for site in SITES {
        let mut lin = lab.with_token(site, "lin").await;
        let public = lab.done(&mut lin, "list_public_groups", json!({})).await;
        let own = lab.done(&mut lin, "list_my_groups", json!({})).await;
        assert_eq!((&public["total"], &own["total"]), (&json!(2), &json!(3)));
        assert_eq!(
            own["items"][2],
            json!({ "name": "vip", "ratio": 0.8, "automatic": false, "description": "vip分组" })
        );
        let models = lab.done(&mut lin, "list_models", json!({})).await;
        assert_eq!((&models["items"][0]["name"], &models["total"]), (&json!("ember-large"), &json!(3)));
    }
}

#[tokio::test]
async fn a_described_site_works_as_well() {
    let lab = Lab::open().await;
    lab.mode("answers", "described");
    for site in SITES {
        let mut lin = lab.log_in(site, "lin").await;
        assert_eq!(lab.verdict(&lin).await.0, Verdict::Alive, "{site}");
        let email = json!({ "display_name": "林", "email": "new@sandbox.example" });
        let changed = lab.done(&mut lin, "update_self", email).await;
        assert_eq!((&changed["now"]["email"], &changed["not_taken"]), (&json!("new@sandbox.example"), &json!([])));
        let settings = json!({ "theme": "dark", "notifications": { "email": true, "browser": false } });
        assert_eq!(lab.done(&mut lin, "update_settings", settings).await["not_taken"], json!([]));
        assert_eq!(lab.done(&mut lin, "quote_payment", json!({ "amount": 10 })).await["price"], 73.0);
        let few = json!({ "quota": 50_000 });
        assert_eq!(lab.done(&mut lin, "transfer_affiliate_quota", few).await["aff_quota"], 1_450_000);
        // Its logins bring an access token, which the site goes on to take.
        let left = lab.adapter.logout(&lab.ctx(&lin), &lin.credential).await.map_err(|error| error.kind);
        let token = lin.credential.tokens.contains_key("access_token");
        assert_eq!(left, if token { Err(ErrorKind::Unsupported) } else { Ok(()) }, "{site}");
    }
}

/// "Done" is only said of what is over.
#[tokio::test]
async fn an_access_token_outlives_a_logout_and_that_is_said() {
    let lab = Lab::open().await;
    let mut tokens = Vec::new();
    for site in SITES {
        let gu = lab.with_token(site, "gu").await;
        let left = lab.adapter.logout(&lab.ctx(&gu), &gu.credential).await.map_err(|error| error.kind);
        assert_eq!(left, Err(ErrorKind::Unsupported), "{site}");
        assert_eq!(lab.verdict(&gu).await.0, Verdict::Alive, "{site}");
        tokens.push(gu);
    }
    lab.sandbox.control().expire_sessions(ID, "gu").expect("sessions");
    for gu in tokens {
        let gone = lab.adapter.logout(&lab.ctx(&gu), &gu.credential).await;
        assert!(gone.is_ok(), "a dead one counts as ended: {gone:?}");
    }
}

/// Row 32 of the protocol's overview: what ends a session of the third generation is counted with the logins.
#[tokio::test]
async fn leaving_waits_for_its_turn_as_well() {
    let lab = Lab::open().await;
    let lin = lab.log_in(THIRD, "lin").await;
    for _ in 0..19 {
        let (mut flow, ctx) = lab.begin(LoginMethod::Password).await;
        let wrong = [("site", THIRD), ("action", "login"), ("username", "lin"), ("password", "not-this-one")];
        assert!(flow.next(&ctx, filled(&wrong)).await.is_ok());
    }
    let held = lab.adapter.logout(&lab.ctx(&lin), &lin.credential).await.map_err(|error| error.kind);
    assert_eq!((held, lab.asked(THIRD, "auth/logout")), (Err(ErrorKind::RateLimited), 0));
}
