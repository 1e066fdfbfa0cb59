//! A pool: made, filled, asked.

use std::time::Duration;

use roster_tests::window::{DriveError, What};

use crate::{account::NAME, show::Show};

pub(crate) async fn made(show: &mut Show) -> Result<(), DriveError> {
    let words = show.words;
    let page = &show.stage.page;
    page.press(&What::link("/pools")).await?;
    page.press(&What::button(words.new_pool)).await?;
    page.type_into(&What::field(words.pool_name_label), words.pool_name).await?;
    show.picture("-new").await?;
    let page = &show.stage.page;
    page.press(&What::button(words.create_pool)).await?;
    page.press(&What::button(words.add_members)).await?;
    page.press(&What::row(NAME).inside(What::dialog())).await?;
    page.press(&What::button(words.add_one)).await?;
    page.see_gone(&What::dialog()).await?;
    page.see(&What::row(NAME)).await?;
    Ok(())
}

pub(crate) async fn selected(show: &mut Show) -> Result<(), DriveError> {
    let page = &show.stage.page;
    page.press(&What::button(show.words.select)).await?;
    page.see(&What::text(show.words.why)).await?;
    page.see_say(&What::text(show.words.selected), show.words.selected, Duration::from_secs(5)).await
}
