//! A pool: made, filled, asked.

use roster_tests::window::{DriveError, What};

use crate::{account::NAME, show::Show};

pub(crate) async fn made(show: &mut Show) -> Result<(), DriveError> {
    let page = &show.stage.page;
    page.press(&What::link("/pools")).await?;
    page.press(&What::id("pool-create")).await?;
    page.type_into(&What::id("pool-name"), show.words.pool_name).await?;
    show.picture("-new").await?;
    let page = &show.stage.page;
    page.press(&What::id("pool-submit")).await?;
    page.press(&What::id("pool-add")).await?;
    page.press(&What::text(NAME).inside(What::id("member-picker"))).await?;
    show.picture("-picking").await?;
    let page = &show.stage.page;
    page.press(&What::id("member-add")).await?;
    page.see_gone(&What::id("member-picker")).await?;
    page.see(&What::text(NAME).inside(What::id("pool-members"))).await?;
    Ok(())
}

pub(crate) async fn selected(show: &mut Show) -> Result<(), DriveError> {
    let page = &show.stage.page;
    page.press(&What::id("pool-select")).await?;
    let chosen = page.see(&What::id("pool-chosen")).await?;
    let said = chosen.text().await?;
    if !said.contains(NAME) {
        return Err(DriveError::Unexpected { what: "the account chosen", expected: NAME.into(), found: said });
    }
    let account = chosen.attr("data-account").await?.unwrap_or_default();
    show.fact("chosen", account);
    Ok(())
}
