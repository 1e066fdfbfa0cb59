//! The trash, and undoing.

use roster_engine::{TrashId, UndoId};
use serde_json::json;

use crate::{
    Answer, ErrorCode, Fault, Success,
    access::{Authorized, OwnerUnlocked},
    extract::{Body, Id},
    wire::trash::{
        TrashFailedView, TrashItemView, TrashPurgeRequest, TrashPurgedView, TrashRestoreRequest, TrashRestoredView,
        TrashView, UndoItemView, UndoListView, UndoneView,
    },
};

/// How many things one request may name.
const MOST_NAMED: usize = 10_000;

/// Names out of text; those that cannot be any are named in the answer.
fn ids(texts: &[String], least: usize) -> Result<Vec<TrashId>, Fault> {
    if !(least..=MOST_NAMED).contains(&texts.len()) {
        let details = json!({ "field": "trash_ids", "problem": "out_of_range", "min": least, "max": MOST_NAMED });
        let message = format!("Name {least} to {MOST_NAMED} things in the trash.");
        return Err(Fault::new(ErrorCode::InvalidRequest, message).with(details));
    }
    Ok(texts.iter().filter_map(|text| text.parse().ok()).collect())
}

/// What lies in the trash.
#[utoipa::path(
    get,
    path = "/trash",
    tag = "trash",
    responses((status = OK, description = "The trash, last deleted first", body = Success<TrashView>)),
)]
pub(crate) async fn list_trash(who: Authorized<OwnerUnlocked>) -> Result<Answer<TrashView>, Fault> {
    let items = who.engine().trash()?.into_iter().map(TrashItemView::from).collect();
    Ok(Answer::ok(TrashView { items }))
}

/// Brings things back.
#[utoipa::path(
    post,
    path = "/trash/restore",
    tag = "trash",
    request_body = TrashRestoreRequest,
    responses((status = OK, description = "What came back, and what did not", body = Success<TrashRestoredView>)),
)]
pub(crate) async fn restore_trash(
    who: Authorized<OwnerUnlocked>,
    Body(body): Body<TrashRestoreRequest>,
) -> Result<Answer<TrashRestoredView>, Fault> {
    let known = ids(&body.trash_ids, 1)?;
    let mut answer = TrashRestoredView::from(who.engine().restore_from_trash(&known).await?);
    let unknown = body.trash_ids.into_iter().filter(|text| text.parse::<TrashId>().is_err());
    let reason = roster_engine::StaysInTrash::NotThere.into();
    answer.failed.extend(unknown.map(|trash_id| TrashFailedView { trash_id, reason }));
    Ok(Answer::ok(answer))
}

/// Takes things out of the trash for good.
#[utoipa::path(
    post,
    path = "/trash/purge",
    tag = "trash",
    request_body = TrashPurgeRequest,
    responses((status = OK, description = "How many went", body = Success<TrashPurgedView>)),
)]
pub(crate) async fn purge_trash(
    who: Authorized<OwnerUnlocked>,
    Body(body): Body<TrashPurgeRequest>,
) -> Result<Answer<TrashPurgedView>, Fault> {
    let known = body.trash_ids.map(|texts| ids(&texts, 0)).transpose()?;
    let purged = who.engine().empty_trash(known.as_deref()).await?;
    Ok(Answer::ok(TrashPurgedView { purged }))
}

/// What can be undone.
#[utoipa::path(
    get,
    path = "/undo",
    tag = "trash",
    responses((status = OK, description = "The actions, newest first", body = Success<UndoListView>)),
)]
pub(crate) async fn list_undo(who: Authorized<OwnerUnlocked>) -> Result<Answer<UndoListView>, Fault> {
    let items = who.engine().undoable()?.into_iter().map(UndoItemView::from).collect();
    Ok(Answer::ok(UndoListView { items }))
}

/// Takes an action back.
#[utoipa::path(
    post,
    path = "/undo/{id}",
    tag = "trash",
    params(("id" = String, Path, description = "The undo id")),
    responses((status = OK, description = "What it came to", body = Success<UndoneView>)),
    extensions(("x-errors" = json!(["UNDO_NOT_FOUND"]))),
)]
pub(crate) async fn undo(who: Authorized<OwnerUnlocked>, Id(id): Id) -> Result<Answer<UndoneView>, Fault> {
    let id: UndoId = id.parse()?;
    Ok(Answer::ok(who.engine().undo(id).await?.into()))
}
