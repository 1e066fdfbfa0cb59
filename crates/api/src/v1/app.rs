//! The platforms, and how the app is.

use std::sync::OnceLock;

use axum::{
    http::header::CONTENT_TYPE,
    response::{IntoResponse, Response},
};

use crate::{
    Answer, Fault, Success,
    access::{Authorized, StatusRead},
    bridge, openapi_text,
    wire::platform::{PlatformListView, PlatformView, StatusView},
};

/// The platforms and what can be done at each.
#[utoipa::path(
    get,
    path = "/platforms",
    tag = "app",
    responses((status = OK, description = "The platforms", body = Success<PlatformListView>)),
)]
pub(crate) async fn list_platforms(who: Authorized<StatusRead>) -> Result<Answer<PlatformListView>, Fault> {
    let platforms = who.engine().adapters().map(PlatformView::from).collect();
    Ok(Answer::ok(PlatformListView { platforms }))
}

/// How the app is. Answered while the vault is locked, too.
#[utoipa::path(
    get,
    path = "/status",
    tag = "app",
    responses((status = OK, description = "Its state", body = Success<StatusView>)),
)]
pub(crate) async fn app_status(who: Authorized<StatusRead>) -> Result<Answer<StatusView>, Fault> {
    let engine = who.engine();
    Ok(Answer::ok(StatusView {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        vault: engine.vault_state().phase.into(),
        platforms: engine.platforms().len() as u64,
    }))
}

/// This description.
#[utoipa::path(
    get,
    path = "/openapi.json",
    tag = "app",
    responses((status = OK, description = "The description of all routes, without an envelope", body = Object)),
)]
pub(crate) async fn describe_api(_who: Authorized<StatusRead>) -> Result<Response, Fault> {
    let text = DESCRIPTION.get_or_init(openapi_text);
    match text {
        Ok(text) => Ok(([(CONTENT_TYPE, "application/json")], text.as_str()).into_response()),
        Err(cause) => Err(bridge::internal("describing the API", cause)),
    }
}

static DESCRIPTION: OnceLock<Result<String, serde_json::Error>> = OnceLock::new();
