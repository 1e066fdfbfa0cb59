//! Exports, imports, erasing for good.

use roster_engine::ImportId;

use crate::{
    Answer, Fault, Success,
    access::{Authorized, OwnerUnlocked},
    convert::account_ids,
    extract::{Body, Id},
    wire::transfer::{
        ApplyImportRequest, EraseRequest, ErasedView, ExportRequest, ExportedView, ImportGoneView, ImportOpenedView,
        ImportRequest, ImportView, ImportedView,
    },
};

/// Writes accounts into a sealed file that the owner picks.
#[utoipa::path(
    post,
    path = "/export",
    tag = "transfer",
    request_body = ExportRequest,
    responses((status = OK, description = "It was written and read back, or nothing was picked", body = Success<ExportedView>)),
    extensions(("x-errors" = json!(["ACCOUNT_NOT_FOUND", "UNSUPPORTED"]))),
)]
pub(crate) async fn export(
    who: Authorized<OwnerUnlocked>,
    Body(body): Body<ExportRequest>,
) -> Result<Answer<ExportedView>, Fault> {
    let chosen = body.account_ids.map(|texts| account_ids(who.engine(), &texts)).transpose()?;
    Ok(Answer::ok(who.engine().export(body.password.into_secret(), chosen).await?.into()))
}

/// Reads a file that the owner picks. Nothing is written before it is applied.
#[utoipa::path(
    post,
    path = "/import",
    tag = "transfer",
    request_body = ImportRequest,
    responses((status = OK, description = "What is in it, or nothing was picked", body = Success<ImportOpenedView>)),
    extensions(("x-errors" = json!(["WRONG_PASSWORD", "UNSUPPORTED"]))),
)]
pub(crate) async fn import(
    who: Authorized<OwnerUnlocked>,
    Body(body): Body<ImportRequest>,
) -> Result<Answer<ImportOpenedView>, Fault> {
    let read = who.engine().import(body.source.into(), body.secret.into_secret()).await?;
    Ok(Answer::ok(ImportOpenedView { cancelled: read.is_none(), import: read.map(ImportView::from) }))
}

/// Takes what was read into the vault. A snapshot of the present is taken first.
#[utoipa::path(
    post,
    path = "/import/{import_id}/apply",
    tag = "transfer",
    params(("import_id" = String, Path, description = "The import's id")),
    request_body = ApplyImportRequest,
    responses((status = OK, description = "What was changed", body = Success<ImportedView>)),
    extensions(("x-errors" = json!(["IMPORT_NOT_FOUND"]))),
)]
pub(crate) async fn apply_import(
    who: Authorized<OwnerUnlocked>,
    Id(id): Id,
    Body(body): Body<ApplyImportRequest>,
) -> Result<Answer<ImportedView>, Fault> {
    let id: ImportId = id.parse()?;
    let chosen = body.item_ids.map(|texts| texts.iter().map(|text| item_id(text)).collect()).transpose()?;
    Ok(Answer::ok(who.engine().apply_import(&id, chosen).await?.into()))
}

/// Lets go of what was read.
#[utoipa::path(
    post,
    path = "/import/{import_id}/discard",
    tag = "transfer",
    params(("import_id" = String, Path, description = "The import's id")),
    responses((status = OK, description = "It is gone", body = Success<ImportGoneView>)),
    extensions(("x-errors" = json!(["IMPORT_NOT_FOUND"]))),
)]
pub(crate) async fn discard_import(
    who: Authorized<OwnerUnlocked>,
    Id(id): Id,
) -> Result<Answer<ImportGoneView>, Fault> {
    let id: ImportId = id.parse()?;
    who.engine().discard_import(&id)?;
    Ok(Answer::ok(ImportGoneView { import_id: id.to_string() }))
}

/// Erases for good: trash, snapshots, old keys, and whatever deleted records left in the files.
#[utoipa::path(
    post,
    path = "/vault/erase",
    tag = "vault",
    request_body = EraseRequest,
    responses((status = OK, description = "It is gone", body = Success<ErasedView>)),
    extensions(("x-errors" = json!(["WRONG_PASSWORD"]))),
)]
pub(crate) async fn erase(
    who: Authorized<OwnerUnlocked>,
    Body(body): Body<EraseRequest>,
) -> Result<Answer<ErasedView>, Fault> {
    Ok(Answer::ok(who.engine().erase(body.password.into_secret()).await?.into()))
}

fn item_id(text: &str) -> Result<u32, Fault> {
    text.parse().map_err(|_| Fault::invalid("item_ids", "The field item_ids has an entry that names no item."))
}
