//! One cookie's value on its way out.

use std::time::Duration;

use roster_domain::Secret;

use crate::{
    AccountRef, ClipboardError, CookieKey, Error, NewAccount,
    testing::{Rig, platform_id},
};

fn key(name: &str) -> CookieKey {
    CookieKey { name: name.to_owned(), domain: String::from("fake.example"), path: None }
}

async fn rig() -> Rig {
    let rig = Rig::open().await;
    let cookie_data = Secret::from("session=canary-1; other=canary-2");
    let new = NewAccount { platform: platform_id(), cookie_data, ..NewAccount::default() };
    rig.engine.create_account(new).await.unwrap();
    rig
}

const FIRST: AccountRef = AccountRef::Number(1);

#[tokio::test]
async fn a_value_goes_to_the_clipboard_or_to_who_asks_and_locking_takes_it_off_again() {
    let rig = rig().await;
    assert_eq!(rig.engine.reveal_cookie(&FIRST, &key("other")).await.unwrap().expose(), "canary-2");
    assert_eq!(rig.clipboard.content(), None, "shown is not copied");
    let stays = rig.engine.copy_cookie(&FIRST, &key("session")).await.unwrap();
    assert_eq!(stays, Duration::from_secs(30));
    assert_eq!(rig.clipboard.content().as_deref(), Some("canary-1"));
    rig.engine.lock().await.unwrap();
    assert_eq!(rig.clipboard.content(), None);
    assert!(matches!(rig.engine.reveal_cookie(&FIRST, &key("other")).await, Err(Error::VaultLocked)));
}

#[tokio::test]
async fn what_is_not_there_is_said_and_a_refusal_quotes_nothing() {
    let rig = rig().await;
    for wanted in [
        key("nothing"),
        CookieKey { domain: String::from("elsewhere.example"), ..key("session") },
        CookieKey { path: Some(String::from("/other")), ..key("session") },
    ] {
        assert!(matches!(rig.engine.reveal_cookie(&FIRST, &wanted).await, Err(Error::CookieNotFound)), "{wanted:?}");
        assert!(matches!(rig.engine.copy_cookie(&FIRST, &wanted).await, Err(Error::CookieNotFound)), "{wanted:?}");
    }
    let nobody = rig.engine.copy_cookie(&AccountRef::Number(7), &key("session")).await;
    assert!(matches!(nobody, Err(Error::AccountNotFound { .. })), "{nobody:?}");
    rig.clipboard.breaks(ClipboardError::Unavailable);
    let refused = rig.engine.copy_cookie(&FIRST, &key("session")).await.unwrap_err();
    assert!(matches!(refused, Error::Clipboard(ClipboardError::Unavailable)), "{refused:?}");
    assert!(!format!("{refused} {refused:?}").contains("canary"));
}

#[tokio::test]
async fn values_leave_a_few_at_a_time_by_both_ways_together() {
    let rig = rig().await;
    for _ in 0..6 {
        rig.engine.reveal_cookie(&FIRST, &key("session")).await.unwrap();
        rig.engine.copy_cookie(&FIRST, &key("session")).await.unwrap();
    }
    let refused = rig.engine.copy_cookie(&FIRST, &key("session")).await;
    assert!(matches!(refused, Err(Error::TooManySecrets { .. })), "{refused:?}");
    let Err(Error::TooManySecrets { wait }) = rig.engine.reveal_cookie(&FIRST, &key("session")).await else {
        panic!("it was shown")
    };
    rig.clock.advance(wait);
    rig.engine.reveal_cookie(&FIRST, &key("session")).await.unwrap();
}
