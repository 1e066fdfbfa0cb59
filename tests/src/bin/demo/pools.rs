//! A pool: made, filled, asked.

use roster_tests::window::{DriveError, What};

use crate::{account::NAME, show::Show};

pub(crate) async fn made(show: &mut Show) -> Result<(), DriveError> {
    let words = show.words;
    let page = &show.stage.page;
    page.press(&What::link("/pools")).await?;
    page.see(&What::text(words.new_pool)).await?;
    Ok(())
}

pub(crate) async fn selected(show: &mut Show) -> Result<(), DriveError> {
    show.stage.page.see(&What::text(NAME)).await?;
    Ok(())
}
