//! From the first page to an open vault, and back to a locked one.

use std::time::{Duration, Instant};

use roster_tests::window::{DriveError, What};

use crate::{report::millis, show::Show};

/// Invented, and good enough for the strength meter.
const PASSWORD: &str = "纸舟 lantern 十七 orchard-7";

pub(crate) async fn opens(show: &mut Show) -> Result<(), DriveError> {
    show.stage.page.see(&What::text(show.words.welcome)).await?;
    Ok(())
}

pub(crate) async fn password(show: &mut Show) -> Result<(), DriveError> {
    let page = &show.stage.page;
    page.press(&What::button(show.words.begin)).await?;
    page.type_into(&What::field(show.words.password), PASSWORD).await?;
    page.type_into(&What::field(show.words.password_again), PASSWORD).await?;
    page.press(&What::text(show.words.understood)).await
}

pub(crate) async fn vault(show: &mut Show) -> Result<(), DriveError> {
    let started = Instant::now();
    show.stage.page.press(&What::button(show.words.create)).await?;
    show.stage.page.see_within(&What::text(show.words.made), Duration::from_secs(20)).await?;
    show.fact("make_vault_ms", millis(started.elapsed()));
    Ok(())
}

pub(crate) async fn settings(show: &mut Show) -> Result<(), DriveError> {
    show.stage.page.press(&What::link("/settings")).await?;
    show.stage.page.see(&What::id("setting-lock")).await?;
    Ok(())
}

/// Locks, opens with the password and finds the accounts again.
pub(crate) async fn locked(show: &mut Show) -> Result<(), DriveError> {
    let words = show.words;
    let page = &show.stage.page;
    page.press(&What::text(words.lock)).await?;
    page.see(&What::text(words.locked)).await?;
    show.picture("-locked").await?;
    let page = &show.stage.page;
    page.type_into(&What::field(words.password), PASSWORD).await?;
    let started = Instant::now();
    page.press(&What::button(words.unlock)).await?;
    page.press(&What::link("/accounts")).await?;
    page.see(&What::row(crate::account::NAME)).await?;
    show.fact("unlock_ms", millis(started.elapsed()));
    Ok(())
}
