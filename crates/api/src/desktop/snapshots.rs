//! Snapshots.

use roster_engine::{Error, SnapshotId};

use crate::{
    Answer, Fault, Success,
    access::{Authorized, OwnerUnlocked},
    convert::account_id_of,
    extract::{Body, Id},
    wire::snapshots::{RestoreRequest, RestoredView, SnapshotListView, SnapshotPreviewView, SnapshotView},
};

fn snapshot_id(text: &str) -> Result<SnapshotId, Fault> {
    text.parse().map_err(|_| Error::SnapshotNotFound { id: text.chars().take(64).collect() }.into())
}

/// The snapshots, newest first.
#[utoipa::path(
    get,
    path = "/vault/snapshots",
    tag = "snapshots",
    responses((status = OK, description = "The snapshots", body = Success<SnapshotListView>)),
)]
pub(crate) async fn list_snapshots(who: Authorized<OwnerUnlocked>) -> Result<Answer<SnapshotListView>, Fault> {
    let snapshots = who.engine().snapshots().await?.into_iter().map(SnapshotView::from).collect();
    let (keep_newest, keep_daily) = roster_engine::SNAPSHOTS_KEPT;
    Ok(Answer::ok(SnapshotListView { snapshots, keep_newest, keep_daily }))
}

/// Takes a snapshot.
#[utoipa::path(
    post,
    path = "/vault/snapshots",
    tag = "snapshots",
    responses((status = CREATED, description = "It is there, and was compared with the vault", body = Success<SnapshotView>)),
)]
pub(crate) async fn take_snapshot(who: Authorized<OwnerUnlocked>) -> Result<Answer<SnapshotView>, Fault> {
    Ok(Answer::created(who.engine().take_snapshot().await?.into()))
}

/// What restoring a snapshot would do.
#[utoipa::path(
    get,
    path = "/vault/snapshots/{id}/preview",
    tag = "snapshots",
    params(("id" = String, Path, description = "The snapshot's id")),
    responses((status = OK, description = "What would change", body = Success<SnapshotPreviewView>)),
    extensions(("x-errors" = json!(["SNAPSHOT_NOT_FOUND", "CONFLICT"]))),
)]
pub(crate) async fn preview_snapshot(
    who: Authorized<OwnerUnlocked>,
    Id(id): Id,
) -> Result<Answer<SnapshotPreviewView>, Fault> {
    Ok(Answer::ok(who.engine().preview_snapshot(snapshot_id(&id)?).await?.into()))
}

/// Restores accounts, or everything, as a snapshot holds them. A snapshot of the present is taken first.
#[utoipa::path(
    post,
    path = "/vault/snapshots/{id}/restore",
    tag = "snapshots",
    params(("id" = String, Path, description = "The snapshot's id")),
    request_body = RestoreRequest,
    responses((status = OK, description = "What was changed", body = Success<RestoredView>)),
    extensions(("x-errors" = json!(["SNAPSHOT_NOT_FOUND", "CONFLICT"]))),
)]
pub(crate) async fn restore_snapshot(
    who: Authorized<OwnerUnlocked>,
    Id(id): Id,
    Body(body): Body<RestoreRequest>,
) -> Result<Answer<RestoredView>, Fault> {
    let chosen = body.account_ids.map(|texts| account_id_of(&texts)).transpose()?;
    Ok(Answer::ok(who.engine().restore_snapshot(snapshot_id(&id)?, chosen).await?.into()))
}
