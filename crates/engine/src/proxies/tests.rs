//! An account's proxy over a real client, with a listener in the platform's place.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use roster_domain::{AccountId, Reason, Secret};
use roster_platform::{Breaker, HostLimits, HttpConfig, LoginMethod};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use crate::{
    BulkPatch, Error, LoginPhase, StartLogin,
    testing::{PASSWORD, Rig, Says, platform_id, within},
};

/// Answers everything in the same way and counts who came.
async fn listener() -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let came = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&came);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            counted.fetch_add(1, SeqCst);
            tokio::spawn(async move {
                let mut head = [0; 4096];
                let _ = stream.read(&mut head).await;
                let answer = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}";
                let _ = stream.write_all(answer.as_bytes()).await;
            });
        }
    });
    (address, came)
}

/// An address where nobody listens.
async fn nobody() -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    format!("127.0.0.1:{}", listener.local_addr().unwrap().port())
}

/// A rig whose platform asks over the network, and the listener in the platform's place.
async fn rig() -> (Rig, Arc<AtomicUsize>) {
    let (address, came) = listener().await;
    let breaker = Breaker { failures: u32::MAX, rest: Duration::from_millis(1) };
    let limits = HostLimits { per_second: 0.0, ..HttpConfig::default().limits };
    let backoff = Duration::from_millis(1);
    let config = HttpConfig { sandbox: Some(address), breaker, limits, backoff, ..HttpConfig::default() };
    let rig = Rig::over(config).await;
    *rig.platform.asks.lock() = Some("https://platform.invalid/whoami");
    (rig, came)
}

async fn give(rig: &Rig, id: &AccountId, proxy: &str) {
    rig.engine.set_proxy(&id.into(), Some(Secret::from(proxy))).await.unwrap();
}

async fn log_in(rig: &Rig, id: &AccountId) -> crate::LoginView {
    let start =
        StartLogin { platform: platform_id(), method: LoginMethod::Cookies, account: Some(id.clone()), site: None };
    let login = rig.engine.start_login(start).await.unwrap().session_id;
    let phase = || rig.engine.login(&login).unwrap().phase;
    rig.eventually(|| phase() == LoginPhase::NeedsInput).await;
    let filled = [("cookies", Secret::from("session=a"))].into_iter().collect();
    rig.engine.fill_login(&login, filled).await.unwrap();
    rig.eventually(|| matches!(phase(), LoginPhase::NeedsInput | LoginPhase::Done)).await;
    rig.engine.login(&login).unwrap()
}

/// The promise: with its proxy down, an account's questions go nowhere.
#[tokio::test]
async fn with_the_proxy_down_five_hundred_questions_reach_nobody() {
    let (rig, came) = rig().await;
    let id = rig.account("a", Says::Alive("7")).await;
    let direct = came.load(SeqCst);
    assert!(direct > 0, "without a proxy the listener is asked");
    let address = nobody().await;
    for (index, scheme) in ["http", "https", "socks5", "socks5h"].into_iter().enumerate() {
        give(&rig, &id, &format!("{scheme}://user:canary@{address}")).await;
        for round in 0..25 {
            let outcome = rig.engine.check_account(&(&id).into()).await.unwrap();
            assert_eq!(outcome.reason, Reason::Proxy, "{scheme}, {index}/{round}");
        }
        for _ in 0..25 {
            let input = roster_platform::OperationInput::default();
            let consent = crate::Consent::Program;
            let done = rig.engine.operate(&(&id).into(), "peek", input, consent).await;
            assert!(matches!(done, Err(Error::Platform(error)) if error.reason == Reason::Proxy), "{scheme}");
        }
        for _ in 0..25 {
            let read = rig.engine.quotas(&(&id).into(), true).await;
            assert!(matches!(read, Err(Error::Platform(error)) if error.reason == Reason::Proxy), "{scheme}");
            assert!(rig.engine.logout_account(&(&id).into()).await.is_err());
            assert!(rig.engine.renew_account(&(&id).into()).await.is_err());
        }
        let refused = log_in(&rig, &id).await.form.unwrap().problem.unwrap();
        assert_eq!(refused.reason, Reason::Proxy);
    }
    assert_eq!(came.load(SeqCst), direct, "nothing went around the proxy");
    assert_eq!(rig.view(&id).account.status, roster_domain::AccountStatus::Active, "and nothing died of it");

    rig.engine.set_proxy(&(&id).into(), None).await.unwrap();
    assert!(rig.engine.check_account(&(&id).into()).await.unwrap().healthy);
    assert_eq!(came.load(SeqCst), direct + 1);
}

#[tokio::test]
async fn a_proxy_outlives_logins_restarts_and_logouts_and_a_lost_one_closes_the_way() {
    let (rig, came) = rig().await;
    let id = rig.account("a", Says::Alive("7")).await;
    let (proxy, through) = listener().await;
    give(&rig, &id, &format!("http://user:canary@{proxy}")).await;
    let face = rig.engine.proxy(&(&id).into()).await.unwrap().unwrap();
    assert_eq!((face.port, face.has_user), (proxy.port(), true));
    let direct = came.load(SeqCst);
    assert_eq!(log_in(&rig, &id).await.phase, LoginPhase::Done);
    rig.engine.logout_account(&(&id).into()).await.unwrap();
    assert_eq!(log_in(&rig, &id).await.phase, LoginPhase::Done);
    rig.engine.lock().await.unwrap();
    rig.engine.unlock(Secret::from(PASSWORD)).await.unwrap();
    assert!(rig.engine.check_account(&(&id).into()).await.unwrap().healthy);
    assert!(through.load(SeqCst) >= 3, "it goes through the proxy");
    assert_eq!(came.load(SeqCst), direct);
    assert!(!format!("{:?}", rig.view(&id).account).contains("canary"));

    let open = rig.engine.open().unwrap();
    let (.., record) = open.snapshot(&id).unwrap();
    let mut batch = crate::storage::Batch::new();
    batch.proxy(record, None);
    open.store.commit(batch).await.unwrap();
    let outcome = rig.engine.check_account(&(&id).into()).await.unwrap();
    assert_eq!((outcome.reason, came.load(SeqCst)), (Reason::Proxy, direct), "never around it");
}

#[tokio::test]
async fn many_accounts_get_a_proxy_at_once_and_what_was_comes_back() {
    let (rig, _) = rig().await;
    let one = rig.account("a", Says::Alive("7")).await;
    let two = rig.account("b", Says::Alive("8")).await;
    give(&rig, &one, "http://first.example:1").await;
    let before = rig.engine.take_snapshot().await.unwrap().id;
    let patch = BulkPatch { proxy: Some(Some(Secret::from("socks5://second.example:2"))), ..BulkPatch::default() };
    rig.engine.update_accounts(&[one.clone(), two.clone()], patch).await.unwrap();
    let host = async |id: &AccountId| rig.engine.proxy(&id.into()).await.unwrap().map(|face| face.host);
    assert_eq!(
        (host(&one).await.as_deref(), host(&two).await.as_deref()),
        (Some("second.example"), Some("second.example"))
    );
    let undo = rig.engine.undoable().unwrap()[0].id;
    rig.engine.undo(undo).await.unwrap();
    assert_eq!((host(&one).await.as_deref(), host(&two).await), (Some("first.example"), None));

    give(&rig, &one, "http://third.example:3").await;
    rig.engine.restore_snapshot(before, Some(vec![one.clone()])).await.unwrap();
    assert_eq!(host(&one).await.as_deref(), Some("first.example"), "what the owner said goes back");
    rig.engine.delete_account(&(&one).into()).await.unwrap();
    let trashed = rig.engine.trash().unwrap()[0].id;
    rig.engine.restore_from_trash(&[trashed]).await.unwrap();
    assert_eq!(host(&one).await.as_deref(), Some("first.example"), "out of the trash as well");
    let wrong = BulkPatch { proxy: Some(Some(Secret::from("canary"))), ..BulkPatch::default() };
    let refused = rig.engine.update_accounts(&[one], wrong).await.unwrap_err();
    assert!(!format!("{refused:?}").contains("canary"));
}

#[tokio::test]
async fn a_proxy_is_tried_out_before_anything_depends_on_it() {
    let (rig, came) = rig().await;
    let (proxy, _) = listener().await;
    let good = within(rig.engine.test_proxy(Some(Secret::from(format!("http://{proxy}"))), None)).await.unwrap();
    assert_eq!((good.ok, good.through.port, good.asked.as_str()), (true, proxy.port(), "fake.example"));
    let bad = rig.engine.test_proxy(Some(Secret::from(format!("http://{}", nobody().await))), None).await.unwrap();
    assert_eq!((bad.ok, bad.reason), (false, Reason::Proxy));
    assert!(matches!(rig.engine.test_proxy(None, None).await, Err(Error::InvalidRequest { field: "proxy", .. })));
    assert_eq!(came.load(SeqCst), 0, "nothing is asked without a proxy");
}

/// A server in one's own network, without TLS: the proxy is tried with the account's own address.
#[tokio::test]
async fn the_proxy_of_a_site_in_ones_own_network_is_tried_there() {
    let rig = Rig::over(HttpConfig::default()).await;
    let (proxy, through) = listener().await;
    let id = rig.account("a", Says::Alive("7")).await;
    let open = rig.engine.open().unwrap();
    open.change(&id, |account, _, _, _| {
        account.site = Some(String::from("http://192.168.77.7:3000"));
        Ok(())
    })
    .await
    .unwrap();
    let proxy = Secret::from(format!("http://{proxy}"));
    let tried = within(rig.engine.test_proxy(Some(proxy), Some(&id))).await.unwrap();
    assert_eq!((tried.ok, tried.reason, through.load(SeqCst)), (true, Reason::Ok, 1));
}
