//! One account's life: added by QR, checked, ended by the platform, noticed, logged in again.

use std::time::{Duration, Instant};

use roster_tests::window::{DriveError, What};
use serde_json::Value;

use crate::{report::millis, show::Show};

/// Who scans at the sandbox, and what the platforms call them.
const PERSON: &str = "lin";
pub(crate) const NAME: &str = "林小夏的厨房";
const OTHER_PERSON: &str = "chen";
const OTHER_NAME: &str = "陈工拆机";

/// Two answers count as proof when they are this far apart.
const PROOF_GAP: Duration = Duration::from_secs(61);
/// How long the page may take to show either a code or the ways to log in.
const METHODS_WITHIN: Duration = Duration::from_secs(5);

pub(crate) async fn code(show: &mut Show) -> Result<(), DriveError> {
    show.stage.page.press(&What::button(show.words.add_first)).await?;
    show.stage.page.see(&What::id("login-dialog")).await?;
    show_code(show, "bilibili").await
}

/// Chooses the platform and waits until its code is on the screen; then reads it there.
async fn show_code(show: &mut Show, platform: &str) -> Result<(), DriveError> {
    let page = &show.stage.page;
    let started = Instant::now();
    page.press(&What::id(format!("platform-tile-{platform}"))).await?;
    let mut to_code = started;
    // Where a platform has several ways, they are offered first.
    let by_code = What::id("login-method-qr");
    while page.look(&What::id("qr-image")).await?.is_none() && started.elapsed() < METHODS_WITHIN {
        if page.look(&by_code).await?.is_some() {
            to_code = Instant::now();
            page.press(&by_code).await?;
            break;
        }
    }
    page.see(&What::id("qr-image")).await?;
    show.login_phase("waiting").await?;
    show.fact("click_to_code_ms", millis(to_code.elapsed()));
    read_code(show, "-screen").await
}

/// Reads the code off the screen and keeps what it said.
async fn read_code(show: &mut Show, suffix: &str) -> Result<(), DriveError> {
    let text = show.read_screen(suffix).await?;
    show.fact("qr_text", text.as_str());
    show.fact("qr_read_by", "zbarimg and rqrr, from the window's pixels");
    show.code = Some((text, String::new()));
    Ok(())
}

pub(crate) async fn scanned(show: &mut Show) -> Result<(), DriveError> {
    scan(show, PERSON).await
}

async fn scan(show: &mut Show, person: &str) -> Result<(), DriveError> {
    let text = show.code.take().map(|(text, _)| text).unwrap_or_default();
    let started = Instant::now();
    let handle = show.stage.phone.scan(&text, person).await?;
    show.login_phase("scanned").await?;
    show.fact("scan_seen_ms", millis(started.elapsed()));
    show.code = Some((text, handle));
    Ok(())
}

pub(crate) async fn confirmed(show: &mut Show) -> Result<(), DriveError> {
    confirm(show, NAME).await
}

async fn confirm(show: &mut Show, name: &str) -> Result<(), DriveError> {
    let handle = show.code.take().map(|(_, handle)| handle).unwrap_or_default();
    let started = Instant::now();
    show.stage.phone.confirm(&handle).await?;
    show.confirmed = Some(started);
    show.login_phase("done").await?;
    show.stage.page.see(&What::text(name).inside(What::id("login-phase"))).await?;
    show.fact("confirmation_to_done_ms", millis(started.elapsed()));
    Ok(())
}

pub(crate) async fn active(show: &mut Show) -> Result<(), DriveError> {
    finish_dialog(show).await?;
    stands(show, NAME, show.words.fine, Duration::from_secs(10)).await?;
    if let Some(confirmed) = show.confirmed {
        show.fact("confirmation_to_active_ms", millis(confirmed.elapsed()));
    }
    Ok(())
}

async fn finish_dialog(show: &Show) -> Result<(), DriveError> {
    let page = &show.stage.page;
    page.press(&What::id("login-done")).await?;
    page.see_gone(&What::id("login-dialog")).await
}

/// Waits until the account's row says this about it.
async fn stands(show: &Show, name: &str, standing: &str, limit: Duration) -> Result<(), DriveError> {
    show.stage.page.see_say(&What::row(name), standing, limit).await
}

pub(crate) async fn checked(show: &mut Show) -> Result<(), DriveError> {
    let took = check(show, NAME, "alive").await?;
    show.fact("check_ms", millis(took));
    show.stage.page.see(&What::text(show.words.results)).await?;
    stands(show, NAME, show.words.fine, Duration::from_secs(5)).await
}

/// Checks one account through its row's menu and waits until the answer is on record; answers how long it took.
async fn check(show: &Show, name: &str, verdict: &'static str) -> Result<Duration, DriveError> {
    let page = &show.stage.page;
    let before = records(show, name).await?.len();
    page.press(&What::button((show.words.row_menu)(name))).await?;
    let started = Instant::now();
    page.press(&What::entry(show.words.check)).await?;
    loop {
        let records = records(show, name).await?;
        if let [newest, ..] = records.as_slice()
            && records.len() > before
        {
            let took = started.elapsed();
            let found = newest["verdict"].as_str().unwrap_or_default();
            if found == verdict {
                return Ok(took);
            }
            return Err(DriveError::Unexpected { what: "the verdict", expected: verdict.into(), found: found.into() });
        }
        if started.elapsed() > Duration::from_secs(10) {
            return Err(DriveError::Said { program: "roster", said: "the check left no record".into() });
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// The account's checks on record, newest first, through the app's own door.
async fn records(show: &Show, name: &str) -> Result<Vec<Value>, DriveError> {
    let page = &show.stage.page;
    let (_, list) = page.call("GET", "/api/v1/accounts?limit=50", None).await?;
    let accounts = list["data"]["accounts"].as_array().cloned().unwrap_or_default();
    let account = accounts.iter().find(|account| account["account_name"] == name);
    let Some(id) = account.and_then(|account| account["account_id"].as_str()) else {
        return Err(DriveError::Unexpected { what: "the accounts", expected: name.into(), found: list.to_string() });
    };
    let (_, health) = page.call("GET", &format!("/api/v1/accounts/{id}/health"), None).await?;
    Ok(health["data"]["records"].as_array().cloned().unwrap_or_default())
}

pub(crate) async fn detail(show: &mut Show) -> Result<(), DriveError> {
    let page = &show.stage.page;
    page.press(&What::button(NAME).inside(What::row(NAME))).await?;
    page.see(&What::id("account-identity")).await?;
    page.see(&What::id("health-strip")).await?;
    Ok(())
}

pub(crate) async fn ended(show: &mut Show) -> Result<(), DriveError> {
    show.stage.page.press(&What::link("/accounts")).await?;
    let ended = show.stage.phone.expire("bilibili", PERSON).await?;
    if ended == 0 {
        return Err(DriveError::Unexpected {
            what: "sessions ended",
            expected: "at least 1".into(),
            found: "0".into(),
        });
    }
    check(show, NAME, "expired").await?;
    show.first_no = Some(Instant::now());
    // The row must go on saying "fine": one answer is no proof.
    stands(show, NAME, show.words.fine, Duration::from_secs(5)).await
}

pub(crate) async fn second(show: &mut Show) -> Result<(), DriveError> {
    show.stage.page.press(&What::button(show.words.add)).await?;
    show.stage.page.see(&What::id("login-dialog")).await?;
    show_code(show, "toutiao").await?;
    scan(show, OTHER_PERSON).await?;
    confirm(show, OTHER_NAME).await?;
    finish_dialog(show).await?;
    stands(show, OTHER_NAME, show.words.fine, Duration::from_secs(10)).await
}

pub(crate) async fn expired(show: &mut Show) -> Result<(), DriveError> {
    let Some(first) = show.first_no else {
        return Err(DriveError::Said { program: "demo", said: "there was no first answer".into() });
    };
    // Really waited: the rule is about time, and the app has only the real clock.
    tokio::time::sleep_until((first + PROOF_GAP).into()).await;
    show.fact("waited_ms", millis(first.elapsed()));
    show.stage.page.press(&What::link("/accounts")).await?;
    check(show, NAME, "expired").await?;
    stands(show, NAME, show.words.log_in_again, Duration::from_secs(10)).await
}

pub(crate) async fn again(show: &mut Show) -> Result<(), DriveError> {
    let page = &show.stage.page;
    page.press(&What::button((show.words.row_menu)(NAME))).await?;
    let started = Instant::now();
    page.press(&What::entry(show.words.relogin)).await?;
    page.see(&What::id("qr-image")).await?;
    show.login_phase("waiting").await?;
    show.fact("click_to_code_ms", millis(started.elapsed()));
    read_code(show, "-screen").await?;
    scan(show, PERSON).await?;
    confirm(show, NAME).await?;
    finish_dialog(show).await?;
    stands(show, NAME, show.words.fine, Duration::from_secs(10)).await
}
