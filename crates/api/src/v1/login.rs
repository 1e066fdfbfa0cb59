//! Logins, for scripts.

use crate::{
    Answer, Fault, Success,
    access::{Authorized, LoginsRead, LoginsWrite},
    convert::{login_id, platform_id},
    extract::{Body, Id, Query},
    wire::login::{
        LoginCallbackRequest, LoginCallbackView, LoginGoneView, LoginQrView, LoginSessionView, LoginStatusView,
        PlatformQuery,
    },
};

/// Says whether anybody is logged in at a platform.
#[utoipa::path(
    get,
    path = "/login/status",
    tag = "login",
    params(PlatformQuery),
    responses((status = OK, description = "How the account there is", body = Success<LoginStatusView>)),
)]
pub(crate) async fn login_status(
    who: Authorized<LoginsRead>,
    Query(query): Query<PlatformQuery>,
) -> Result<Answer<LoginStatusView>, Fault> {
    let platform = platform_id("platform", &query.platform)?;
    Ok(Answer::ok(who.engine().login_status(&platform)?.into()))
}

/// Starts a login and answers its code.
#[utoipa::path(
    get,
    path = "/login/qrcode",
    tag = "login",
    params(PlatformQuery),
    responses((status = OK, description = "The code", body = Success<LoginQrView>)),
    extensions(("x-errors" = json!(["UNSUPPORTED", "PLATFORM_ERROR"]))),
)]
pub(crate) async fn login_qrcode(
    who: Authorized<LoginsWrite>,
    Query(query): Query<PlatformQuery>,
) -> Result<Answer<LoginQrView>, Fault> {
    let platform = platform_id("platform", &query.platform)?;
    Ok(Answer::ok(who.engine().login_qrcode(&platform).await?.into()))
}

/// Takes the session of a login that happened elsewhere.
#[utoipa::path(
    post,
    path = "/login/callback",
    tag = "login",
    request_body = LoginCallbackRequest,
    responses((status = CREATED, description = "An account was created", body = Success<LoginCallbackView>), (status = OK, description = "The session went to an account that was there already", body = Success<LoginCallbackView>)),
    extensions(("x-errors" = json!(["LOGIN_NOT_FOUND", "CREATE_ACCOUNT_FAILED", "IDENTITY_MISMATCH", "CONFLICT", "UNSUPPORTED", "PLATFORM_ERROR"]))),
)]
pub(crate) async fn login_callback(
    who: Authorized<LoginsWrite>,
    Body(body): Body<LoginCallbackRequest>,
) -> Result<Answer<LoginCallbackView>, Fault> {
    let outcome = who.engine().login_callback(body.try_into()?).await?;
    Ok(if outcome.created { Answer::created(outcome.into()) } else { Answer::ok(outcome.into()) })
}

/// One login's state.
#[utoipa::path(
    get,
    path = "/login/sessions/{session_id}",
    tag = "login",
    params(("session_id" = String, Path, description = "The login's id")),
    responses((status = OK, description = "Its state", body = Success<LoginSessionView>)),
    extensions(("x-errors" = json!(["LOGIN_NOT_FOUND"]))),
)]
pub(crate) async fn login_session(
    who: Authorized<LoginsRead>,
    Id(session): Id,
) -> Result<Answer<LoginSessionView>, Fault> {
    Ok(Answer::ok(who.engine().login(&login_id(&session)?)?.into()))
}

/// Calls a login off.
#[utoipa::path(
    delete,
    path = "/login/sessions/{session_id}",
    tag = "login",
    params(("session_id" = String, Path, description = "The login's id")),
    responses((status = OK, description = "It is over", body = Success<LoginGoneView>)),
    extensions(("x-errors" = json!(["LOGIN_NOT_FOUND"]))),
)]
pub(crate) async fn cancel_login_session(
    who: Authorized<LoginsWrite>,
    Id(session): Id,
) -> Result<Answer<LoginGoneView>, Fault> {
    let session = login_id(&session)?;
    who.engine().cancel_login(&session).await?;
    Ok(Answer::ok(LoginGoneView::of(&session)))
}
