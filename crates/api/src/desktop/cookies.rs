//! One cookie's value: to the clipboard, or to the window.

use roster_engine::{AccountRef, CookieKey};

use crate::{
    Answer, Fault, ShownSecret, Success,
    access::{Authorized, OwnerUnlocked},
    extract::{Body, Ids},
    wire::account_owner::{CookieCopiedView, CookieRequest, CookieValueView},
};

/// Copies the value of one cookie. It goes to the clipboard without coming by the page, marked as a secret.
#[utoipa::path(
    post,
    path = "/accounts/{id}/cookies/{name}/copy",
    tag = "accounts",
    params(
        ("id" = String, Path, description = "The numeric id or the public id"),
        ("name" = String, Path, description = "The name of the cookie"),
    ),
    request_body = CookieRequest,
    responses((status = OK, description = "It is on the clipboard", body = Success<CookieCopiedView>)),
    extensions(("x-errors" = json!(["ACCOUNT_NOT_FOUND", "NOT_FOUND", "RATE_LIMITED", "UNSUPPORTED"]))),
)]
pub(crate) async fn copy_cookie(
    who: Authorized<OwnerUnlocked>,
    Ids(id, name): Ids,
    Body(body): Body<CookieRequest>,
) -> Result<Answer<CookieCopiedView>, Fault> {
    let cleared = who.engine().copy_cookie(&AccountRef::parse(&id)?, &key(name, body)).await?;
    Ok(Answer::ok(CookieCopiedView { cleared_in_seconds: cleared.as_secs() }))
}

/// The value of one cookie, for the owner to look at.
#[utoipa::path(
    post,
    path = "/accounts/{id}/cookies/{name}/reveal",
    tag = "accounts",
    params(
        ("id" = String, Path, description = "The numeric id or the public id"),
        ("name" = String, Path, description = "The name of the cookie"),
    ),
    request_body = CookieRequest,
    responses((status = OK, description = "The value", body = Success<CookieValueView>)),
    extensions(("x-errors" = json!(["ACCOUNT_NOT_FOUND", "NOT_FOUND", "RATE_LIMITED"]))),
)]
pub(crate) async fn reveal_cookie(
    who: Authorized<OwnerUnlocked>,
    Ids(id, name): Ids,
    Body(body): Body<CookieRequest>,
) -> Result<Answer<CookieValueView>, Fault> {
    let value = who.engine().reveal_cookie(&AccountRef::parse(&id)?, &key(name, body)).await?;
    Ok(Answer::ok(CookieValueView { value: ShownSecret::show(value) }))
}

fn key(name: String, body: CookieRequest) -> CookieKey {
    CookieKey { name, domain: body.domain, path: body.path }
}
