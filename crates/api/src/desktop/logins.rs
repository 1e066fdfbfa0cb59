//! Logins, for the window.

use roster_engine::StartLogin;

use crate::{
    Answer, Fault, Success,
    access::{Authorized, OwnerUnlocked},
    convert::{account_id, login_id, platform_id},
    extract::{Body, Id},
    wire::{
        login::{LoginGoneView, LoginListView, LoginView, StartLoginRequest},
        login_form::LoginFieldsRequest,
        platform::LoginMethod,
    },
};

/// Starts a login.
#[utoipa::path(
    post,
    path = "/logins",
    tag = "logins",
    request_body = StartLoginRequest,
    responses((status = CREATED, description = "It is under way", body = Success<LoginView>)),
    extensions(("x-errors" = json!(["ACCOUNT_NOT_FOUND", "UNSUPPORTED", "PLATFORM_ERROR", "CONFLICT"]))),
)]
pub(crate) async fn start_login(
    who: Authorized<OwnerUnlocked>,
    Body(body): Body<StartLoginRequest>,
) -> Result<Answer<LoginView>, Fault> {
    let account = body.account_id.as_deref().map(|text| account_id(who.engine(), text)).transpose()?;
    let start = StartLogin {
        platform: platform_id("platform", &body.platform)?,
        method: body.method.unwrap_or(LoginMethod::Qr).into(),
        account,
        site: body.site,
    };
    Ok(Answer::created(who.engine().start_login(start).await?.into()))
}

/// The logins under way.
#[utoipa::path(
    get,
    path = "/logins",
    tag = "logins",
    responses((status = OK, description = "The logins", body = Success<LoginListView>)),
)]
pub(crate) async fn list_logins(who: Authorized<OwnerUnlocked>) -> Result<Answer<LoginListView>, Fault> {
    let logins = who.engine().logins()?.into_iter().map(LoginView::from).collect();
    Ok(Answer::ok(LoginListView { logins }))
}

/// One login.
#[utoipa::path(
    get,
    path = "/logins/{id}",
    tag = "logins",
    params(("id" = String, Path, description = "The login's id")),
    responses((status = OK, description = "The login", body = Success<LoginView>)),
    extensions(("x-errors" = json!(["LOGIN_NOT_FOUND"]))),
)]
pub(crate) async fn get_login(who: Authorized<OwnerUnlocked>, Id(id): Id) -> Result<Answer<LoginView>, Fault> {
    Ok(Answer::ok(who.engine().login(&login_id(&id)?)?.into()))
}

/// Calls a login off.
#[utoipa::path(
    delete,
    path = "/logins/{id}",
    tag = "logins",
    params(("id" = String, Path, description = "The login's id")),
    responses((status = OK, description = "It is over", body = Success<LoginGoneView>)),
    extensions(("x-errors" = json!(["LOGIN_NOT_FOUND"]))),
)]
pub(crate) async fn cancel_login(who: Authorized<OwnerUnlocked>, Id(id): Id) -> Result<Answer<LoginGoneView>, Fault> {
    let login = login_id(&id)?;
    who.engine().cancel_login(&login).await?;
    Ok(Answer::ok(LoginGoneView::of(&login)))
}

/// Hands in what a login's form asks for.
#[utoipa::path(
    post,
    path = "/logins/{id}/fields",
    tag = "logins",
    params(("id" = String, Path, description = "The login's id")),
    request_body = LoginFieldsRequest,
    responses((status = OK, description = "The login, trying it", body = Success<LoginView>)),
    extensions(("x-errors" = json!(["LOGIN_NOT_FOUND", "CONFLICT"]))),
)]
pub(crate) async fn fill_login(
    who: Authorized<OwnerUnlocked>,
    Id(id): Id,
    Body(body): Body<LoginFieldsRequest>,
) -> Result<Answer<LoginView>, Fault> {
    Ok(Answer::ok(who.engine().fill_login(&login_id(&id)?, body.into()).await?.into()))
}

/// Makes a new code, or begins a form anew.
#[utoipa::path(
    post,
    path = "/logins/{id}/refresh",
    tag = "logins",
    params(("id" = String, Path, description = "The login's id")),
    responses((status = OK, description = "The login with its new code", body = Success<LoginView>)),
    extensions(("x-errors" = json!(["LOGIN_NOT_FOUND", "PLATFORM_ERROR", "CONFLICT"]))),
)]
pub(crate) async fn refresh_login(who: Authorized<OwnerUnlocked>, Id(id): Id) -> Result<Answer<LoginView>, Fault> {
    Ok(Answer::ok(who.engine().refresh_login(&login_id(&id)?).await?.into()))
}

/// Keeps the session of a person who scanned into the account of somebody else, as an account of its own.
#[utoipa::path(
    post,
    path = "/logins/{id}/accept-new",
    tag = "logins",
    params(("id" = String, Path, description = "The login's id")),
    responses((status = OK, description = "The login, done", body = Success<LoginView>)),
    extensions(("x-errors" = json!(["LOGIN_NOT_FOUND", "CONFLICT"]))),
)]
pub(crate) async fn accept_new(who: Authorized<OwnerUnlocked>, Id(id): Id) -> Result<Answer<LoginView>, Fault> {
    Ok(Answer::ok(who.engine().accept_new(&login_id(&id)?).await?.into()))
}
