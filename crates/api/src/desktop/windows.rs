//! Windows of the platforms: for logging in, and for accounts that are opened logged in.

use roster_engine::AccountRef;

use crate::{
    Answer, Fault, Success,
    access::{Authorized, OwnerUnlocked},
    convert::login_id,
    extract::Id,
    wire::{
        login::LoginView,
        windows::{AccountClosedView, AccountOpenedView},
    },
};

/// Brings the window of a login to the front.
#[utoipa::path(
    post,
    path = "/logins/{id}/window/focus",
    tag = "logins",
    params(("id" = String, Path, description = "The login's id")),
    responses((status = OK, description = "The login", body = Success<LoginView>)),
    extensions(("x-errors" = json!(["LOGIN_NOT_FOUND", "CONFLICT", "UNSUPPORTED"]))),
)]
pub(crate) async fn focus_login_window(who: Authorized<OwnerUnlocked>, Id(id): Id) -> Result<Answer<LoginView>, Fault> {
    Ok(Answer::ok(who.engine().focus_login_window(&login_id(&id)?).await?.into()))
}

/// Opens an account in a window, logged in.
#[utoipa::path(
    post,
    path = "/accounts/{id}/open",
    tag = "accounts",
    params(("id" = String, Path, description = "The numeric id or the public id")),
    responses((status = OK, description = "Its window is there", body = Success<AccountOpenedView>)),
    extensions(("x-errors" = json!(["ACCOUNT_NOT_FOUND", "UNSUPPORTED", "PLATFORM_ERROR"]))),
)]
pub(crate) async fn open_account(
    who: Authorized<OwnerUnlocked>,
    Id(id): Id,
) -> Result<Answer<AccountOpenedView>, Fault> {
    let opened = who.engine().open_account(&AccountRef::parse(&id)?).await?;
    Ok(Answer::ok(AccountOpenedView { opened }))
}

/// Closes an account's window; what changed in it is taken over first.
#[utoipa::path(
    post,
    path = "/accounts/{id}/close-window",
    tag = "accounts",
    params(("id" = String, Path, description = "The numeric id or the public id")),
    responses((status = OK, description = "It goes", body = Success<AccountClosedView>)),
    extensions(("x-errors" = json!(["ACCOUNT_NOT_FOUND"]))),
)]
pub(crate) async fn close_account_window(
    who: Authorized<OwnerUnlocked>,
    Id(id): Id,
) -> Result<Answer<AccountClosedView>, Fault> {
    let closed = who.engine().close_account_window(&AccountRef::parse(&id)?)?;
    Ok(Answer::ok(AccountClosedView { closed }))
}
