//! What the host answers: the door, the events, the UI.

use std::{convert::Infallible, path::Path};

use axum::{
    Json, Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::{Next, from_fn},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
    routing::{get, post},
};
use futures_util::{Stream, stream};
use roster_api::{Caller, Places, wire::event::EventBatch};
use roster_engine::Engine;
use serde::{Deserialize, Serialize};
use tokio::sync::broadcast::error::RecvError;
use tower::ServiceExt;
use tower_http::services::{ServeDir, ServeFile};

/// The policy of the real window, so that a test fails on what the window would refuse.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                      font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// A request of the UI: what the window's one command takes.
#[derive(Deserialize)]
struct Call {
    method: String,
    path: String,
    #[serde(default)]
    body: Option<String>,
}

/// Its answer.
#[derive(Serialize)]
struct Answer {
    status: u16,
    body: String,
}

/// The UI under `/`, one call at a time under `/__host/call`, events under `/__host/events`, and the routers
/// themselves under their own paths, for fuzzers.
pub(crate) fn app(engine: Engine, data_dir: &Path, ui: &Path) -> Router {
    let places = Places { data_dir: data_dir.to_path_buf(), ..Places::default() };
    let routes = roster_api::api_router(engine.clone()).merge(roster_api::desktop_router(engine.clone(), places));
    let pages = ServeDir::new(ui).fallback(ServeFile::new(ui.join("index.html")));
    let owner = from_fn(|mut request: Request, next: Next| async move {
        request.extensions_mut().insert(Caller::Owner);
        next.run(request).await
    });
    let direct = routes.clone().layer(owner);
    Router::new()
        .route("/__host/call", post(call).with_state(routes))
        .route("/__host/events", get(events).with_state(engine))
        .fallback(move |request: Request| async move {
            let path = request.uri().path();
            let asked = path.starts_with("/api/") || path.starts_with("/desktop/");
            let answer = if asked {
                direct.oneshot(request).await
            } else {
                pages.oneshot(request).await.map(IntoResponse::into_response)
            };
            answer.unwrap_or_else(|never| match never {})
        })
        .layer(from_fn(with_policy))
}

async fn with_policy(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    response
}

async fn call(State(routes): State<Router>, Json(call): Json<Call>) -> Response {
    let request = Request::builder()
        .method(call.method.as_str())
        .uri(call.path.as_str())
        .header(header::CONTENT_TYPE, "application/json")
        .extension(Caller::Owner)
        .body(call.body.map_or_else(Body::empty, Body::from));
    let Ok(request) = request else { return StatusCode::BAD_REQUEST.into_response() };
    let response = match routes.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    };
    let status = response.status().as_u16();
    match to_bytes(response.into_body(), usize::MAX).await {
        Ok(bytes) => Json(Answer { status, body: String::from_utf8_lossy(&bytes).into_owned() }).into_response(),
        Err(_) => StatusCode::BAD_GATEWAY.into_response(),
    }
}

async fn events(State(engine): State<Engine>) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let batches = stream::unfold(engine.events(), async |mut receiver| {
        loop {
            match receiver.recv().await {
                Ok(batch) => {
                    let event = Event::default().json_data(EventBatch::from(batch)).unwrap_or_default();
                    return Some((Ok(event), receiver));
                }
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return None,
            }
        }
    });
    Sse::new(batches).keep_alive(KeepAlive::default())
}
