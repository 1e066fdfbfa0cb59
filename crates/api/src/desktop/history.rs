//! What happened to the vault.

use crate::{
    Answer, Fault, Success,
    access::{Authorized, OwnerUnlocked},
    wire::history::HistoryView,
};

/// What happened to the vault, and what lies aside of it.
#[utoipa::path(
    get,
    path = "/vault/history",
    tag = "vault",
    responses((status = OK, description = "The lines, newest first", body = Success<HistoryView>)),
)]
pub(crate) async fn vault_history(who: Authorized<OwnerUnlocked>) -> Result<Answer<HistoryView>, Fault> {
    Ok(Answer::ok(who.engine().chronicle().await?.into()))
}
