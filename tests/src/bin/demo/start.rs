//! From the first page to an open vault, and back to a locked one.

use std::time::{Duration, Instant};

use roster_tests::window::{DriveError, What};

use crate::{report::millis, show::Show};

/// Invented, and good enough for the strength meter.
const PASSWORD: &str = "纸舟 lantern 十七 orchard-7";
/// How many words a recovery kit has.
const KIT_WORDS: usize = 12;

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
    show.stage.page.see_within(&What::id("kit-make"), Duration::from_secs(20)).await?;
    show.fact("make_vault_ms", millis(started.elapsed()));
    Ok(())
}

/// Has the recovery kit shown and copies its words, as a person does on paper.
pub(crate) async fn kit(show: &mut Show) -> Result<(), DriveError> {
    let page = &show.stage.page;
    page.press(&What::id("kit-make")).await?;
    let mut paper = Vec::new();
    for number in 1..=KIT_WORDS {
        paper.push(page.text_of(&What::id(format!("kit-word-{number}"))).await?);
    }
    show.paper = paper;
    Ok(())
}

/// Types the two words back that the page asks for.
pub(crate) async fn kit_tested(show: &mut Show) -> Result<(), DriveError> {
    let page = &show.stage.page;
    page.press(&What::id("kit-wrote")).await?;
    let mut asked = Vec::new();
    for field in ["kit-ask-1", "kit-ask-2"].map(What::id) {
        let position = page.see(&field).await?.attr("data-position").await?;
        let word = position.as_deref().and_then(|number| number.parse::<usize>().ok());
        let word = word.and_then(|number| show.paper.get(number.checked_sub(1)?));
        let Some(word) = word else {
            return Err(DriveError::Unexpected {
                what: "the word that is asked for",
                expected: "a number on the paper".into(),
                found: format!("{position:?}"),
            });
        };
        page.type_into(&field, word).await?;
        asked.extend(position);
    }
    page.press(&What::id("kit-check")).await?;
    page.see(&What::id("kit-go-on")).await?;
    show.picture("-works").await?;
    show.fact("asked_for_words", asked.join(", "));
    show.stage.page.press(&What::id("kit-go-on")).await?;
    show.stage.page.see(&What::text(show.words.made)).await?;
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
