//! SmartCV's adapter against the sandbox, which was written from the service's documents and knows no adapter.

#![allow(clippy::expect_used, clippy::panic, reason = "a test ends in a panic when it fails")]

use std::sync::Arc;

use jiff::Timestamp;
use roster_domain::{Credential, Reason, Secret, Verdict};
use roster_platform::{
    Adapter, AtHand, ClientScope, Context, ErrorKind, Filled, HostLimits, Http, HttpConfig, HttpFactory, LoginInput,
    LoginMethod, LoginStep, Memory, OperateError, OperationInput, Outcome, ProbeDepth, RefusalReason,
};
use roster_platforms::AdapterSettings;
use roster_sandbox::{ClockSource, FaultKind, NewFault, Sandbox, SandboxConfig};
use serde_json::{Value, json};

const T0: i64 = 1_795_180_000;

struct Lab {
    sandbox: Sandbox,
    http: Http,
    adapter: Arc<dyn Adapter>,
}

impl Lab {
    async fn open() -> Self {
        let clock = ClockSource::Manual(Timestamp::from_second(T0).expect("time"));
        let sandbox = Sandbox::start(SandboxConfig { clock, ..SandboxConfig::default() }).await.expect("sandbox");
        let limits = HostLimits { per_second: 0.0, ..HttpConfig::default().limits };
        let config = HttpConfig { sandbox: Some(sandbox.addr()), limits, ..HttpConfig::default() };
        let http = HttpFactory::new(config).and_then(|made| made.for_account(ClientScope::default())).expect("client");
        let all = roster_platforms::all(&AdapterSettings::default());
        let adapter = all.into_iter().find(|adapter| adapter.descriptor().id.as_str() == "smartcv").expect("adapter");
        Self { sandbox, http, adapter }
    }

    fn ctx(&self) -> Context {
        Context {
            http: self.http.clone(),
            now: self.sandbox.control().now(),
            memory: Memory::default(),
            sessions: Arc::new(AtHand::default()),
        }
    }

    fn mode(&self, key: &str, value: &str) {
        self.sandbox.control().set_mode("smartcv", key, value).expect("mode");
    }

    async fn enter(&self, person: &str, password: &str) -> LoginStep {
        let ctx = self.ctx();
        let (mut flow, _) = self.adapter.begin_login(&ctx, LoginMethod::Password).await.expect("begins");
        let email = Secret::from(format!("{person}@example.test").as_str());
        let filled: Filled = [("email", email), ("password", Secret::from(password))].into_iter().collect();
        flow.next(&ctx, LoginInput::Fields(filled)).await.expect("an answer")
    }

    async fn session(&self, person: &str) -> Credential {
        match self.enter(person, &format!("sandbox-{person}")).await {
            LoginStep::Done { credential, .. } => credential,
            other => panic!("no session: {other:?}"),
        }
    }

    async fn operate(&self, credential: &Credential, operation: &str, input: Value) -> Result<Outcome, OperateError> {
        let Value::Object(fields) = input else { panic!("an object") };
        self.adapter.operate(&self.ctx(), credential, operation, OperationInput::new(fields)).await
    }

    async fn verdict(&self, credential: &Credential) -> (Verdict, Reason) {
        let probe = self.adapter.probe(&self.ctx(), credential, ProbeDepth::Light).await;
        (probe.verdict, probe.reason)
    }
}

fn refused(outcome: Result<Outcome, OperateError>) -> String {
    match outcome {
        Err(OperateError::Refused { code, .. }) => code,
        other => panic!("not refused: {other:?}"),
    }
}

#[tokio::test]
async fn every_form_of_the_session_lives_and_says_whose_it_is_and_when_it_ends() {
    for (cookies, form) in [("next_auth", "whole"), ("next_auth", "parts"), ("authjs", "whole"), ("authjs", "parts")] {
        let lab = Lab::open().await;
        lab.mode("cookies", cookies);
        lab.mode("session_cookie", form);
        let session = lab.session("lin").await;
        assert!(lab.adapter.is_candidate(&session.cookies));
        assert_eq!(session.expires_at.map(|end| end.as_second()), Some(T0 + 30 * 86_400), "{cookies}, {form}");
        lab.sandbox.control().advance(std::time::Duration::from_secs(86_400));
        let probe = lab.adapter.probe(&lab.ctx(), &session, ProbeDepth::Full).await;
        let identity = probe.identity.expect("named");
        assert_eq!((identity.user_id.as_str(), identity.profile.name.as_str()), ("user_000001", "林小夏的厨房"));
        assert_eq!(identity.profile.membership.as_deref(), Some("PREMIUM"));
        let rolled = probe.refreshed.expect("it rolls").expires_at.map(|end| end.as_second());
        assert_eq!(rolled, Some(T0 + 31 * 86_400), "{cookies}, {form}");
        let quotas = lab.adapter.quotas(&lab.ctx(), &session).await.expect("quotas").items;
        assert_eq!(quotas.len(), 3);
        assert!(quotas.iter().any(|quota| quota.key == "resumes" && quota.unlimited));
        assert!(quotas.iter().any(|quota| quota.key == "api_requests" && quota.resets_at.is_some()));
    }
}

#[tokio::test]
async fn signed_out_is_understood_in_each_form_and_what_stands_in_front_says_nothing() {
    let lab = Lab::open().await;
    let session = lab.session("zhou").await;
    for form in ["json_401", "redirect_307", "html_login_page"] {
        lab.mode("signed_out", form);
        assert_eq!(lab.verdict(&session).await.0, Verdict::Alive, "{form}");
        // A page is doubtful: the session's own route is asked, too.
        let asked = if form == "html_login_page" { 2 } else { 1 };
        lab.sandbox.control().fault(NewFault::new("smartcv", FaultKind::Expired).times(asked)).expect("fault");
        assert_eq!(lab.verdict(&session).await, (Verdict::Expired, Reason::NotLoggedIn), "{form}");
    }
    for (kind, verdict, reason) in [
        (FaultKind::Banned, Verdict::Restricted, Reason::Banned),
        (FaultKind::TooFast, Verdict::Unknown, Reason::RateLimited),
        (FaultKind::Captcha, Verdict::Unknown, Reason::NotJson),
        (FaultKind::Html, Verdict::Unknown, Reason::NotJson),
        (FaultKind::UnknownShape, Verdict::PlatformChanged, Reason::UnexpectedShape),
        (FaultKind::Truncated, Verdict::Unknown, Reason::NotJson),
    ] {
        lab.sandbox.control().fault(NewFault::new("smartcv", kind).times(1)).expect("fault");
        assert_eq!(lab.verdict(&session).await, (verdict, reason), "{kind:?}");
    }
    assert_eq!(lab.sandbox.control().expire_sessions("smartcv", "zhou"), Ok(1));
    assert_eq!(lab.verdict(&session).await.0, Verdict::Expired);
    lab.adapter.logout(&lab.ctx(), &session).await.expect("a dead session counts as ended");
}

#[tokio::test]
async fn wrong_and_refused_logins_say_so() {
    for cookies in ["next_auth", "authjs"] {
        let lab = Lab::open().await;
        lab.mode("cookies", cookies);
        assert!(matches!(lab.enter("lin", "wrong").await, LoginStep::AskFields { problem: Some(_), .. }), "{cookies}");
        lab.sandbox
            .control()
            .fault(NewFault::new("smartcv", FaultKind::Banned).at("callback").times(1))
            .expect("fault");
        let step = lab.enter("lin", "sandbox-lin").await;
        assert!(matches!(step, LoginStep::Refused { reason: Reason::Banned, .. }), "{cookies}: {step:?}");
    }
}

#[tokio::test]
async fn no_change_wipes_anything_whether_the_platform_merges_or_replaces() {
    for choice in ["merges", "replaces"] {
        let lab = Lab::open().await;
        lab.mode("update", choice);
        let session = lab.session("chen").await;
        let before = lab.operate(&session, "get_account", json!({})).await.expect("account").value;
        let changed = json!({"preferences": {"theme": "dark", "marketing_emails": true}});
        let after = lab.operate(&session, "update_account", changed).await.expect("changed").value;
        let mut wanted = before["preferences"].clone();
        wanted["theme"] = json!("dark");
        wanted["marketing_emails"] = json!(true);
        assert_eq!(after["preferences"], wanted, "{choice}");
        assert_eq!((&after["name"], &after["avatar"]), (&before["name"], &before["avatar"]), "{choice}");
    }
}

#[tokio::test]
async fn a_password_and_a_second_factor_are_set_and_the_next_login_goes_to_the_window() {
    let lab = Lab::open().await;
    let session = lab.session("gu").await;
    let input = |current: &str, new: &str| json!({"current_password": current, "new_password": new, "confirm_password": new, "two_factor_enabled": true});
    assert_eq!(refused(lab.operate(&session, "change_password", input("x", "long enough")).await), "INVALID_PASSWORD");
    assert_eq!(refused(lab.operate(&session, "change_password", input("sandbox-gu", "short")).await), "WEAK_PASSWORD");
    let done = lab.operate(&session, "change_password", input("sandbox-gu", "long enough")).await.expect("changed");
    assert_eq!(done.value, json!({"password_updated": true, "two_factor_enabled": true, "backup_codes_kept": 3}));
    assert_eq!(done.secrets["backup_codes"].expose().lines().count(), 3);
    assert!(matches!(lab.enter("gu", "sandbox-gu").await, LoginStep::AskFields { problem: Some(_), .. }));
    let step = lab.enter("gu", "long enough").await;
    assert!(matches!(step, LoginStep::Refused { why: RefusalReason::RiskControl, .. }), "{step:?}");
    let off = json!({"current_password": "long enough", "two_factor_enabled": false});
    lab.operate(&session, "set_two_factor", off).await.expect("off");
    assert!(matches!(lab.enter("gu", "long enough").await, LoginStep::Done { .. }));
}

#[tokio::test]
async fn a_subscription_goes_through_its_life_and_a_used_up_plan_pauses_nobody() {
    let lab = Lab::open().await;
    let session = lab.session("song").await;
    let free = lab.session("zhou").await;
    let upgrade = json!({"plan_id": "plan_premium_yearly", "proration": "create_prorations"});
    assert_eq!(refused(lab.operate(&free, "get_subscription", json!({})).await), "SUBSCRIPTION_NOT_FOUND");
    assert_eq!(refused(lab.operate(&free, "upgrade_subscription", upgrade.clone()).await), "SUBSCRIPTION_NOT_FOUND");
    let declined = json!({"plan_id": "plan_premium_monthly", "payment_method_id": "pm_declined"});
    assert_eq!(refused(lab.operate(&free, "create_subscription", declined).await), "PAYMENT_FAILED");
    let waits = json!({"plan_id": "plan_premium_monthly", "payment_method_id": "pm_3ds_1"});
    let waits = lab.operate(&free, "create_subscription", waits).await.expect("made");
    assert_eq!(waits.open_url.as_deref(), Some("https://www.smartcv.cc/pay/confirm"));
    assert!(waits.secrets.contains_key("payment_client_secret"));

    let gold = json!({"plan_id": "gold"});
    assert_eq!(refused(lab.operate(&session, "downgrade_subscription", gold).await), "PLAN_NOT_FOUND");
    for (operation, input) in [
        ("upgrade_subscription", upgrade),
        ("update_payment_method", json!({"payment_method_id": "pm_5511"})),
        ("cancel_subscription", json!({})),
    ] {
        let changed = lab.operate(&session, operation, input).await.expect(operation).value;
        assert_eq!(changed["proration_amount"], 15.5, "{operation}");
    }
    let now = lab.operate(&session, "get_subscription", json!({})).await.expect("subscription").value;
    assert_eq!((&now["plan"]["id"], &now["cancel_at_period_end"]), (&json!("plan_premium_yearly"), &json!(true)));
    assert_eq!((&now["payment_method"]["last4"], &now["next_billing"]), (&json!("5511"), &Value::Null));
    let ending = lab.adapter.quotas(&lab.ctx(), &session).await.expect("quotas").items;
    assert!(ending.iter().all(|quota| quota.expires_at.is_some()));

    lab.mode("plan_limit", "reached");
    for _ in 0..3 {
        let full = lab.operate(&session, "reactivate_subscription", json!({})).await;
        assert_eq!(refused(full), "SUBSCRIPTION_LIMIT_EXCEEDED");
        assert_eq!(lab.verdict(&session).await.0, Verdict::Alive, "the host is not left alone");
    }
    lab.mode("plan_limit", "open");
    lab.operate(&session, "reactivate_subscription", json!({})).await.expect("reactivated");
}

#[tokio::test]
async fn a_dead_session_does_nothing_and_says_why() {
    let lab = Lab::open().await;
    let session = lab.session("he").await;
    lab.mode("sign_out", "ends_the_session");
    lab.adapter.logout(&lab.ctx(), &session).await.expect("signed out");
    for operation in lab.adapter.operations() {
        let input = match operation.id {
            "update_account" => json!({"name": "x"}),
            "change_password" => json!({"current_password": "a", "new_password": "b", "confirm_password": "b"}),
            "set_two_factor" => json!({"current_password": "a", "two_factor_enabled": true}),
            "create_subscription" => json!({"plan_id": "p", "payment_method_id": "pm_1"}),
            "upgrade_subscription" | "downgrade_subscription" => json!({"plan_id": "p"}),
            "update_payment_method" => json!({"payment_method_id": "pm_1"}),
            _ => json!({}),
        };
        match lab.operate(&session, operation.id, input).await {
            Err(OperateError::Platform(error)) => assert_eq!(error.kind, ErrorKind::NotLoggedIn, "{}", operation.id),
            other => panic!("{}: {other:?}", operation.id),
        }
    }
}
