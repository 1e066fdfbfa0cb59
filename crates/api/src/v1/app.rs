//! The platforms, and how the app is.

use std::sync::OnceLock;

use axum::{
    http::{
        HeaderMap,
        header::{ACCEPT, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
};

use crate::{
    Answer, Fault, Success,
    access::{AccountsRead, Authorized, StatusRead},
    bridge,
    convert::prometheus,
    openapi_text,
    wire::{
        metrics::MetricsView,
        platform::{PlatformListView, PlatformView, StatusView},
    },
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

/// Figures about checks, accounts and remembered answers: JSON, or text for Prometheus by `Accept`.
#[utoipa::path(
    get,
    path = "/metrics",
    tag = "app",
    responses((
        status = OK,
        description = "The figures",
        content((Success<MetricsView> = "application/json"), (String = "text/plain")),
    )),
)]
pub(crate) async fn metrics(who: Authorized<AccountsRead>, headers: HeaderMap) -> Result<Response, Fault> {
    let view = MetricsView::from(who.engine().metrics()?);
    let accepted = headers.get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let wants_text = accepted.split(',').map(str::trim).any(|kind| kind.starts_with("text/plain"));
    Ok(match wants_text && !accepted.contains("application/json") {
        true => ([(CONTENT_TYPE, "text/plain; version=0.0.4")], prometheus(&view)).into_response(),
        false => Answer::ok(view).into_response(),
    })
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
