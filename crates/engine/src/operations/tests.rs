//! Operations against a scripted platform and a real vault.

use std::time::Duration;

use roster_domain::{AccountId, AccountStatus, Reason, Secret};
use roster_platform::{Error as PlatformError, ErrorKind, InputProblem, OperateError, OperationInput, Outcome, Text};
use serde_json::json;

use super::{Consent, Operated};
use crate::{
    Clash, Error, StartLogin,
    testing::{PASSWORD, Rig, Says, credential, within},
};

const YES: Consent = Consent::Owner { confirmed: true };

async fn operate(rig: &Rig, id: &AccountId, operation: &str) -> Result<Operated, Error> {
    within(rig.engine.operate(&id.into(), operation, OperationInput::default(), YES)).await
}

fn with_codes(codes: &str) -> Outcome {
    Outcome { secrets: [(String::from("codes"), Secret::from(codes))].into(), ..Outcome::default() }
}

async fn kept(rig: &Rig, id: &AccountId) -> String {
    rig.engine.reveal_secret(&id.into(), "codes").await.unwrap().expose().clone()
}

#[tokio::test]
async fn what_is_dangerous_waits_for_the_owner_and_what_is_unknown_is_said() {
    let rig = Rig::open().await;
    let id = rig.account("a", Says::Alive("7")).await;
    assert_eq!(rig.engine.operations(&(&id).into()).unwrap().len(), 3);
    let ask = async |operation: &str, consent| {
        rig.engine.operate(&(&id).into(), operation, OperationInput::default(), consent).await
    };
    assert!(matches!(ask("burn", Consent::Program).await, Err(Error::NeedsOwner { .. })));
    let unsaid = ask("burn", Consent::Owner { confirmed: false }).await;
    assert!(matches!(unsaid, Err(Error::Conflict(Clash::ConfirmationNeeded))));
    assert!(matches!(ask("nothing", YES).await, Err(Error::OperationNotFound { .. })));
    assert!(rig.platform.operated.lock().is_empty(), "nobody was asked");
    ask("change", Consent::Program).await.unwrap();
    ask("burn", YES).await.unwrap();
    let stray = json!({"admin": "canary"}).as_object().cloned().unwrap();
    let refused = rig.engine.operate(&(&id).into(), "peek", OperationInput::new(stray), YES).await.unwrap_err();
    assert!(!format!("{refused:?}").contains("canary"));
    match refused {
        Error::Input { field, problem } => {
            assert_eq!((field.as_str(), problem), ("input.admin", InputProblem::Unknown))
        }
        other => panic!("{other:?}"),
    }
    let stats = rig.engine.account_stats(&(&id).into()).await.unwrap();
    let lines: Vec<&str> = stats.recent_logs.iter().map(|line| line.action.as_str()).collect();
    assert_eq!(lines, ["operation:burn", "operation:change"], "what was done, newest first");
    assert_eq!((stats.usage.use_count, stats.usage.success_count), (0, 0), "it counts as no use");
}

#[tokio::test]
async fn answers_are_remembered_until_something_changes() {
    let rig = Rig::open().await;
    let id = rig.account("a", Says::Alive("7")).await;
    let asked = async || operate(&rig, &id, "peek").await.unwrap().value["asked"].as_u64();
    assert_eq!((asked().await, asked().await), (Some(1), Some(1)));
    operate(&rig, &id, "change").await.unwrap();
    assert_eq!((asked().await, asked().await), (Some(4), Some(4)), "after a change it is asked anew");
    let figures = rig.engine.open().unwrap().memories.figures();
    assert_eq!((figures.entries, figures.hits), (1, 3));
    rig.engine.lock().await.unwrap();
    rig.engine.unlock(Secret::from(PASSWORD)).await.unwrap();
    assert_eq!(asked().await, Some(6), "a lock forgets");
}

#[tokio::test]
async fn a_secret_that_is_worth_nothing_any_more_goes() {
    let rig = Rig::open().await;
    let id = rig.account("a", Says::Alive("7")).await;
    for text in ["111", ""] {
        rig.platform.outcomes.lock().push_back(Ok(with_codes(text)));
    }
    operate(&rig, &id, "change").await.unwrap();
    assert_eq!(kept(&rig, &id).await, "111");
    let done = operate(&rig, &id, "change").await.unwrap();
    assert!(done.secrets.is_empty(), "none was given");
    assert!(rig.engine.kept_secrets(&(&id).into()).await.unwrap().is_empty());
    assert_eq!(rig.engine.masked_cookies(&(&id).into()).await.unwrap().len(), 1, "the session stays");
}

#[tokio::test]
async fn a_session_that_an_operation_brings_is_the_next_generation_and_secrets_outlive_logins() {
    let rig = Rig::open().await;
    let id = rig.account("a", Says::Alive("7")).await;
    rig.platform.outcomes.lock().push_back(Ok(with_codes("111")));
    let first = operate(&rig, &id, "change").await.unwrap();
    assert_eq!((first.secrets, first.session_changed), (vec![String::from("codes")], false));
    assert_eq!(rig.view(&id).account.generation, 1, "the same session");
    assert!(!first.value.to_string().contains("111"));

    rig.platform.says("b", Says::Alive("7"));
    let renewed = Outcome { credential: Some(credential("b")), ..Outcome::default() };
    rig.platform.outcomes.lock().push_back(Ok(renewed));
    assert!(operate(&rig, &id, "change").await.unwrap().session_changed);
    assert_eq!((rig.view(&id).account.generation, kept(&rig, &id).await), (2, "111".into()));
    operate(&rig, &id, "peek").await.unwrap();
    assert_eq!(rig.platform.operated.lock().last().unwrap().1, "b");

    rig.platform.says("c", Says::Alive("7"));
    let method = roster_platform::LoginMethod::Cookies;
    let start = StartLogin { platform: crate::testing::platform_id(), method, account: Some(id.clone()), site: None };
    let login = rig.engine.start_login(start).await.unwrap().session_id;
    let phase = || rig.engine.login(&login).unwrap().phase;
    rig.eventually(|| phase() == crate::LoginPhase::NeedsInput).await;
    let filled = [("cookies", Secret::from("session=c"))].into_iter().collect();
    rig.engine.fill_login(&login, filled).await.unwrap();
    rig.eventually(|| phase() == crate::LoginPhase::Done).await;
    assert_eq!((rig.view(&id).account.generation, kept(&rig, &id).await), (3, "111".into()));

    rig.platform.outcomes.lock().push_back(Ok(with_codes("222")));
    operate(&rig, &id, "change").await.unwrap();
    assert_eq!(kept(&rig, &id).await, "222", "new ones take the place of the old");
    rig.engine.logout_account(&(&id).into()).await.unwrap();
    assert_eq!(kept(&rig, &id).await, "222", "a logout ends the session, not what was kept");
    assert_eq!(rig.engine.kept_secrets(&(&id).into()).await.unwrap(), ["codes"]);
    assert!(rig.engine.masked_cookies(&(&id).into()).await.unwrap().is_empty());
    let outcome = rig.engine.check_account(&(&id).into()).await.unwrap();
    assert_eq!(outcome.reason, Reason::NoCredential);
    let unknown = rig.engine.reveal_secret(&(&id).into(), "nothing").await;
    assert!(matches!(unknown, Err(Error::SecretNotFound)));
}

#[tokio::test]
async fn an_operation_may_end_the_session_and_an_ended_one_is_checked() {
    let rig = Rig::open().await;
    let id = rig.account("a", Says::Alive("7")).await;
    let error = PlatformError::new(ErrorKind::NotLoggedIn, "balance");
    rig.platform.outcomes.lock().push_back(Err(OperateError::Platform(error)));
    let before = rig.platform.probe_count();
    assert!(matches!(operate(&rig, &id, "peek").await, Err(Error::Platform(_))));
    rig.eventually(|| rig.platform.probe_count() > before).await;
    assert_eq!(rig.view(&id).account.status, AccountStatus::Active, "a check says so, not an operation");

    let refused = OperateError::Refused {
        code: String::from("PLAN_LIMIT"),
        remedy: Text::new("升级套餐", "Upgrade the plan"),
        error: Box::new(PlatformError::new(ErrorKind::Refused, "create")),
    };
    rig.platform.outcomes.lock().push_back(Err(refused));
    match operate(&rig, &id, "change").await {
        Err(Error::OperationRefused { code, remedy, .. }) => {
            assert_eq!((code.as_str(), remedy.en), ("PLAN_LIMIT", "Upgrade the plan"));
        }
        other => panic!("{other:?}"),
    }
    let stats = rig.engine.account_stats(&(&id).into()).await.unwrap();
    assert_eq!(stats.recent_logs[0].error.as_deref(), Some("PLAN_LIMIT"));

    rig.platform.outcomes.lock().push_back(Ok(Outcome { session_ended: true, ..Outcome::default() }));
    assert!(operate(&rig, &id, "burn").await.unwrap().session_ended);
    let account = rig.view(&id).account;
    assert_eq!((account.status, account.credential_hash.is_some()), (AccountStatus::Expired, false));
    assert!(matches!(operate(&rig, &id, "peek").await, Err(Error::Platform(_))), "there is no session any more");
}

fn spawn(rig: &Rig, id: &AccountId, operation: &'static str) -> tokio::task::JoinHandle<Result<Operated, Error>> {
    let (engine, id) = (rig.engine.clone(), id.clone());
    tokio::spawn(async move { engine.operate(&id.into(), operation, OperationInput::default(), YES).await })
}

#[tokio::test]
async fn operations_of_an_account_go_one_by_one_and_only_waiting_has_an_end() {
    let rig = Rig::open().await;
    let id = rig.account("a", Says::Alive("7")).await;
    let other = rig.account("b", Says::Alive("8")).await;
    rig.platform.counter.forget_permits(usize::MAX >> 3);
    rig.platform.outcomes.lock().push_back(Ok(with_codes("111")));
    let one = spawn(&rig, &id, "change");
    rig.eventually(|| rig.platform.operated.lock().len() == 1).await;
    let two = spawn(&rig, &id, "change");
    let third = spawn(&rig, &other, "change");
    rig.eventually(|| rig.platform.operated.lock().len() == 2).await;
    crate::testing::settle().await;
    assert_eq!(rig.platform.operated.lock().len(), 2, "one of each account");
    let took = rig.advance_until(Duration::from_secs(5), || two.is_finished()).await;
    assert!(took >= Duration::from_secs(85) && took <= Duration::from_secs(110), "{took:?}");
    assert!(matches!(two.await.unwrap(), Err(Error::Platform(error)) if error.reason == Reason::Timeout));
    assert!(!one.is_finished() && !third.is_finished(), "what was sent is waited for");
    rig.platform.counter.add_permits(2);
    within(one).await.unwrap().unwrap();
    within(third).await.unwrap().unwrap();
    assert_eq!(kept(&rig, &id).await, "111", "however late it came");
    assert_eq!(rig.platform.operated.lock().len(), 2, "the one that gave up was never sent");
}

#[tokio::test]
async fn what_waits_when_the_vault_is_locked_never_begins() {
    let rig = Rig::open().await;
    let id = rig.account("a", Says::Alive("7")).await;
    rig.platform.counter.forget_permits(usize::MAX >> 3);
    let first = spawn(&rig, &id, "change");
    rig.eventually(|| rig.platform.operated.lock().len() == 1).await;
    let payment = spawn(&rig, &id, "burn");
    crate::testing::settle().await;
    let lock = tokio::spawn({
        let engine = rig.engine.clone();
        async move { engine.lock().await }
    });
    crate::testing::settle().await;
    rig.platform.counter.add_permits(2);
    assert!(matches!(within(payment).await.unwrap(), Err(Error::VaultLocked)));
    within(first).await.unwrap().unwrap();
    within(lock).await.unwrap().unwrap();
    assert_eq!(rig.platform.operated.lock().len(), 1, "nothing was paid after the owner had locked");
}

#[tokio::test]
async fn locking_breaks_a_look_off_at_once_and_waits_a_little_for_a_change() {
    let rig = Rig::open().await;
    let id = rig.account("a", Says::Alive("7")).await;
    rig.platform.counter.forget_permits(usize::MAX >> 3);
    let look = spawn(&rig, &id, "peek");
    rig.eventually(|| rig.platform.operated.lock().len() == 1).await;
    within(rig.engine.lock()).await.unwrap();
    assert!(matches!(look.await.unwrap(), Err(Error::VaultLocked)));

    rig.engine.unlock(Secret::from(PASSWORD)).await.unwrap();
    rig.platform.outcomes.lock().push_back(Ok(with_codes("111")));
    let change = spawn(&rig, &id, "change");
    rig.eventually(|| rig.platform.operated.lock().len() == 2).await;
    let lock = tokio::spawn({
        let engine = rig.engine.clone();
        async move { engine.lock().await }
    });
    crate::testing::settle().await;
    rig.platform.counter.add_permits(1);
    within(change).await.unwrap().unwrap();
    within(lock).await.unwrap().unwrap();
    rig.engine.unlock(Secret::from(PASSWORD)).await.unwrap();
    assert_eq!(kept(&rig, &id).await, "111", "what came is kept");
}
