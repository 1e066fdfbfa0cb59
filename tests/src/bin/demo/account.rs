//! One account's life: added by QR, checked, ended by the platform, noticed, logged in again.

use std::time::{Duration, Instant};

use roster_tests::window::{DriveError, What};

use crate::{report::millis, show::Show};

/// Who scans at the sandbox, and what the platforms call them.
const PERSON: &str = "lin";
pub(crate) const NAME: &str = "林小夏的厨房";
const OTHER_PERSON: &str = "chen";
const OTHER_NAME: &str = "陈工拆机";

/// Two answers count as proof when they are this far apart.
const PROOF_GAP: Duration = Duration::from_secs(61);

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
    if page.look(&What::id("login-method-qr")).await?.is_some() {
        to_code = Instant::now();
        page.press(&What::id("login-method-qr")).await?;
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
    show.stage.page.see_say(&What::id("login-done"), name, Duration::from_secs(15)).await?;
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
    page.press(&What::button(show.words.done).inside(What::id("login-done"))).await?;
    page.see_gone(&What::id("login-dialog")).await
}

/// Waits until the account's row says this about it.
async fn stands(show: &Show, name: &str, standing: &str, limit: Duration) -> Result<(), DriveError> {
    show.stage.page.see_say(&What::row(name), standing, limit).await
}

pub(crate) async fn checked(show: &mut Show) -> Result<(), DriveError> {
    let took = check(show, NAME).await?;
    show.fact("check_ms", millis(took));
    stands(show, NAME, show.words.fine, Duration::from_secs(5)).await
}

/// Checks one account through its row's menu and waits until the check is over.
async fn check(show: &Show, name: &str) -> Result<Duration, DriveError> {
    let page = &show.stage.page;
    let before = probes(show).await?;
    page.press(&What::button((show.words.row_menu)(name))).await?;
    let started = Instant::now();
    page.press(&What::button(show.words.check)).await?;
    while probes(show).await? == before {
        if started.elapsed() > Duration::from_secs(10) {
            return Err(DriveError::Said { program: "sandbox", said: "the platform was not asked".into() });
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    page.see(&What::text(show.words.just_now).inside(What::row(name))).await?;
    Ok(started.elapsed())
}

/// How often Bilibili was asked who is logged in: the platform's own count, not ours.
async fn probes(show: &Show) -> Result<String, DriveError> {
    Ok(show.stage.phone.counters().await?.to_string())
}

pub(crate) async fn detail(show: &mut Show) -> Result<(), DriveError> {
    let words = show.words;
    let page = &show.stage.page;
    page.press(&What::button(NAME).inside(What::row(NAME))).await?;
    page.see(&What::text(words.health_tab)).await?;
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
    check(show, NAME).await?;
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
    check(show, NAME).await?;
    stands(show, NAME, show.words.log_in_again, Duration::from_secs(10)).await
}

pub(crate) async fn again(show: &mut Show) -> Result<(), DriveError> {
    let page = &show.stage.page;
    page.press(&What::button((show.words.row_menu)(NAME))).await?;
    let started = Instant::now();
    page.press(&What::button(show.words.relogin)).await?;
    page.see(&What::id("qr-image")).await?;
    show.login_phase("waiting").await?;
    show.fact("click_to_code_ms", millis(started.elapsed()));
    read_code(show, "-screen").await?;
    scan(show, PERSON).await?;
    confirm(show, NAME).await?;
    finish_dialog(show).await?;
    stands(show, NAME, show.words.fine, Duration::from_secs(10)).await
}
