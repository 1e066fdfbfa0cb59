//! Operations by the owner's hand, and the secrets that some of them bring.

use roster_engine::{AccountRef, Consent};

use crate::{
    Answer, Fault, ShownSecret, Success,
    access::{Authorized, OwnerUnlocked},
    extract::{Body, Ids},
    wire::{
        account_owner::{CookieCopiedView, CookieValueView},
        operation::{OperatedView, OwnerOperateRequest},
    },
};

/// Has an operation done. A page that the person has to go on with is opened in their browser.
#[utoipa::path(
    post,
    path = "/accounts/{id}/operations/{operation}",
    tag = "operations",
    params(
        ("id" = String, Path, description = "The numeric id or the public id"),
        ("operation" = String, Path, description = "The operation's name"),
    ),
    request_body = OwnerOperateRequest,
    responses((status = OK, description = "What came of it", body = Success<OperatedView>)),
    extensions(("x-errors" = json!(["ACCOUNT_NOT_FOUND", "OPERATION_NOT_FOUND", "UNSUPPORTED", "PLATFORM_ERROR", "CONFLICT"]))),
)]
pub(crate) async fn operate_as_owner(
    who: Authorized<OwnerUnlocked>,
    Ids(id, operation): Ids,
    Body(body): Body<OwnerOperateRequest>,
) -> Result<Answer<OperatedView>, Fault> {
    let (account, input) = (AccountRef::parse(&id)?, body.input.into_input());
    let consent = Consent::Owner { confirmed: body.confirmed };
    let done = who.engine().operate(&account, &operation, input, consent).await?;
    if let Some(url) = &done.open_url {
        who.engine().open_outside(url).await;
    }
    Ok(Answer::ok(done.into()))
}

/// Copies a secret that is kept for an account. It goes to the clipboard without coming by the page.
#[utoipa::path(
    post,
    path = "/accounts/{id}/secrets/{name}/copy",
    tag = "operations",
    params(
        ("id" = String, Path, description = "The numeric id or the public id"),
        ("name" = String, Path, description = "The secret's name"),
    ),
    responses((status = OK, description = "It is on the clipboard", body = Success<CookieCopiedView>)),
    extensions(("x-errors" = json!(["ACCOUNT_NOT_FOUND", "NOT_FOUND", "RATE_LIMITED", "UNSUPPORTED"]))),
)]
pub(crate) async fn copy_secret(
    who: Authorized<OwnerUnlocked>,
    Ids(id, name): Ids,
) -> Result<Answer<CookieCopiedView>, Fault> {
    let cleared = who.engine().copy_secret(&AccountRef::parse(&id)?, &name).await?;
    Ok(Answer::ok(CookieCopiedView { cleared_in_seconds: cleared.as_secs() }))
}

/// A secret that is kept for an account, for the owner to look at.
#[utoipa::path(
    post,
    path = "/accounts/{id}/secrets/{name}/reveal",
    tag = "operations",
    params(
        ("id" = String, Path, description = "The numeric id or the public id"),
        ("name" = String, Path, description = "The secret's name"),
    ),
    responses((status = OK, description = "The value", body = Success<CookieValueView>)),
    extensions(("x-errors" = json!(["ACCOUNT_NOT_FOUND", "NOT_FOUND", "RATE_LIMITED"]))),
)]
pub(crate) async fn reveal_secret(
    who: Authorized<OwnerUnlocked>,
    Ids(id, name): Ids,
) -> Result<Answer<CookieValueView>, Fault> {
    let value = who.engine().reveal_secret(&AccountRef::parse(&id)?, &name).await?;
    Ok(Answer::ok(CookieValueView { value: ShownSecret::show(value) }))
}
