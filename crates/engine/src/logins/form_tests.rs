//! Logins by form: passwords, tokens and pasted cookies, against a scripted platform and a real vault.

use std::time::Duration;

use roster_domain::{AccountId, AccountStatus, Evidence, LoginId, Reason, Secret};
use roster_platform::{
    Error as PlatformError, ErrorKind, Field, FieldKind, Filled, Form, FormProblem, InputProblem, LoginMethod,
    LoginStep, Retry, Text,
};

use crate::{
    AccountQuery, Clash, Error, LoginPhase, LoginProblemKind, LoginView, StartLogin,
    testing::{Rig, Says, credential, platform_id},
};

const SECOND: Duration = Duration::from_secs(1);

fn form(id: &'static str) -> Form {
    let text = Text::new("密码", "Password");
    let fields = vec![
        Field::new("user", text, FieldKind::Text),
        Field::new("password", text, FieldKind::Secret),
        Field::new("note", text, FieldKind::Text).optional(),
    ];
    Form { id, title: text, fields }
}

fn asks(id: &'static str, problem: Option<FormProblem>) -> Result<LoginStep, PlatformError> {
    Ok(LoginStep::AskFields { form: form(id), problem })
}

fn filled(pairs: &[(&str, &str)]) -> Filled {
    pairs.iter().map(|(id, value)| (*id, Secret::from(*value))).collect()
}

fn password(text: &str) -> Filled {
    filled(&[("user", "lin"), ("password", text)])
}

async fn start(rig: &Rig, method: LoginMethod, account: Option<&AccountId>) -> LoginId {
    let start = StartLogin { platform: platform_id(), method, account: account.cloned(), site: None };
    rig.engine.start_login(start).await.unwrap().session_id
}

fn view(rig: &Rig, id: &LoginId) -> LoginView {
    rig.engine.login(id).unwrap()
}

async fn reach(rig: &Rig, id: &LoginId, phase: LoginPhase) -> LoginView {
    rig.advance_until(SECOND, || view(rig, id).phase == phase).await;
    view(rig, id)
}

async fn paste(rig: &Rig, id: &LoginId, text: &str) {
    reach(rig, id, LoginPhase::NeedsInput).await;
    rig.engine.fill_login(id, filled(&[("cookies", text)])).await.unwrap();
}

fn accounts(rig: &Rig) -> u64 {
    rig.engine.list_accounts(&AccountQuery::default()).unwrap().total
}

#[tokio::test]
async fn a_password_and_a_second_factor_lead_to_an_account() {
    let rig = Rig::open().await;
    rig.platform.says("s", Says::Alive("7"));
    rig.platform.next_step(asks("password", None));
    let id = start(&rig, LoginMethod::Password, None).await;
    let shown = reach(&rig, &id, LoginPhase::NeedsInput).await;
    assert_eq!((shown.method, shown.form.unwrap().form.id), (LoginMethod::Password, "password"));

    let problem = FormProblem {
        field: Some("password"),
        text: None,
        reason: Reason::Other,
        evidence: Evidence { code: Some(String::from("1001")), ..Evidence::default() },
    };
    rig.platform.next_step(asks("password", Some(problem)));
    rig.engine.fill_login(&id, password("wrong canary")).await.unwrap();
    let again = reach(&rig, &id, LoginPhase::NeedsInput).await;
    assert_eq!(again.form.as_ref().unwrap().problem.as_ref().unwrap().field, Some("password"));
    assert!(!format!("{again:?}").contains("canary"));

    rig.platform.next_step(asks("second_factor", None));
    rig.engine.fill_login(&id, password(" right ")).await.unwrap();
    let second = reach(&rig, &id, LoginPhase::NeedsInput).await;
    assert_eq!(second.form.unwrap().form.id, "second_factor");
    rig.platform.next_step(Ok(LoginStep::Done { credential: credential("s"), identity: Some(String::from("7")) }));
    rig.engine.fill_login(&id, password("123456")).await.unwrap();
    let done = reach(&rig, &id, LoginPhase::Done).await;
    assert_eq!((done.form, done.result.unwrap().status), (None, AccountStatus::Active));
    let given = rig.platform.filled.lock();
    assert_eq!(given.len(), 3);
    assert_eq!(given[1].exact("password").unwrap().expose(), " right ", "as typed");
}

#[tokio::test]
async fn what_does_not_fit_the_form_is_named_and_asks_nobody() {
    let rig = Rig::open().await;
    rig.platform.next_step(asks("password", None));
    let id = start(&rig, LoginMethod::Token, None).await;
    reach(&rig, &id, LoginPhase::NeedsInput).await;
    let wrong = async |pairs: &[(&str, &str)]| match rig.engine.fill_login(&id, filled(pairs)).await {
        Err(Error::Input { field, problem }) => (field, problem),
        other => panic!("{other:?}"),
    };
    assert_eq!(wrong(&[("user", "lin")]).await, ("fields.password".into(), InputProblem::Missing));
    let stray = [("user", "lin"), ("password", "p"), ("admin", "1")];
    assert_eq!(wrong(&stray).await, ("fields.admin".into(), InputProblem::Unknown));
    let large = "x".repeat(600 * 1024);
    let oversized = [("user", "lin"), ("password", large.as_str())];
    assert_eq!(wrong(&oversized).await, ("fields.password".into(), InputProblem::OutOfRange));
    assert_eq!(view(&rig, &id).phase, LoginPhase::NeedsInput);
    assert!(rig.platform.filled.lock().is_empty());

    rig.engine.fill_login(&id, password("p")).await.unwrap();
    let second = rig.engine.fill_login(&id, password("p")).await;
    assert!(matches!(second, Err(Error::Conflict(Clash::LoginPhase))), "one at a time: {second:?}");
}

#[tokio::test]
async fn a_fault_leaves_the_person_before_the_form_and_sends_nothing_twice() {
    let rig = Rig::open().await;
    rig.platform.next_step(asks("password", None));
    let id = start(&rig, LoginMethod::Password, None).await;
    reach(&rig, &id, LoginPhase::NeedsInput).await;
    rig.platform.next_step(Err(
        PlatformError::new(ErrorKind::RateLimited, "login").retry(Retry::After(Duration::from_secs(40)))
    ));
    rig.engine.fill_login(&id, password("p")).await.unwrap();
    let shown = reach(&rig, &id, LoginPhase::NeedsInput).await;
    let error = shown.error.unwrap();
    assert_eq!((error.kind, error.retry_in_s), (LoginProblemKind::RateLimited, Some(40)));
    assert_eq!(shown.form.unwrap().problem.unwrap().reason, Reason::RateLimited);
    rig.advance(10 * SECOND, 120 * SECOND).await;
    assert_eq!(rig.platform.filled.lock().len(), 1, "only the person sends it again");

    rig.platform.next_step(asks("password", None));
    rig.engine.refresh_login(&id).await.unwrap();
    rig.eventually(|| rig.platform.inputs.lock().last() == Some(&"refresh")).await;
    assert_eq!(reach(&rig, &id, LoginPhase::NeedsInput).await.form.unwrap().problem, None);
}

#[tokio::test]
async fn pasted_cookies_are_stored_when_the_platform_has_named_somebody() {
    let rig = Rig::open().await;
    let id = start(&rig, LoginMethod::Cookies, None).await;
    paste(&rig, &id, "other=1").await;
    let refused = reach(&rig, &id, LoginPhase::NeedsInput).await.form.unwrap().problem.unwrap();
    assert_eq!((refused.field, refused.evidence.message.as_deref()), (Some("cookies"), Some("session")));
    assert_eq!(rig.platform.probe_count(), 0, "nobody is asked about what holds no session");
    paste(&rig, &id, "session=dead").await;
    let refused = reach(&rig, &id, LoginPhase::NeedsInput).await.form.unwrap().problem.unwrap();
    assert_eq!(refused.reason, Reason::NotLoggedIn);
    assert_eq!(accounts(&rig), 0);

    rig.platform.says("s", Says::Alive("7"));
    paste(&rig, &id, r#"[{"name":"session","value":"s","domain":".fake.example"}]"#).await;
    let result = reach(&rig, &id, LoginPhase::Done).await.result.unwrap();
    assert!(result.created);
    assert_eq!(rig.view(&result.account_id).account.identity.as_deref(), Some("7"));
}

#[tokio::test]
async fn pasted_cookies_for_an_account_must_be_its_persons() {
    let rig = Rig::open().await;
    let account = rig.account("old", Says::Alive("7")).await;
    rig.platform.says("away", Says::Fault(Reason::Dns));
    rig.platform.says("theirs", Says::Alive("8"));
    let id = start(&rig, LoginMethod::Cookies, Some(&account)).await;
    paste(&rig, &id, "session=away").await;
    let unsure = reach(&rig, &id, LoginPhase::NeedsInput).await.form.unwrap().problem.unwrap();
    assert_eq!(unsure.reason, Reason::Dns);
    paste(&rig, &id, "session=theirs").await;
    let other = reach(&rig, &id, LoginPhase::WrongPerson).await.other_person.unwrap();
    assert_eq!(other.user_id, "8");
    assert_eq!(rig.view(&account).account.generation, 1, "nothing was overwritten");

    // Without a person to be mistaken for, what cannot be asked about now is kept and asked about later.
    let id = start(&rig, LoginMethod::Cookies, None).await;
    paste(&rig, &id, "session=away").await;
    let result = reach(&rig, &id, LoginPhase::Done).await.result.unwrap();
    assert_eq!((result.created, result.status), (true, AccountStatus::Pending));
}
