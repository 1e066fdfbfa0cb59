//! The two routers.

use std::{any::Any, panic::AssertUnwindSafe};

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request},
    http::header::CONTENT_LENGTH,
    middleware::{Next, from_fn},
    response::{IntoResponse, Response},
};
use futures_util::FutureExt;
use roster_engine::Engine;
use utoipa_axum::router::OpenApiRouter;

use crate::{
    ErrorCode, Fault, Places,
    access::Doorway,
    bridge, desktop,
    extract::{MAX_BODY, too_large},
    openapi::{API, DESKTOP},
    v1,
};

/// `/api/v1`: what the owner, and programs with the scopes for it, may ask. A request must carry a
/// [`Caller`](crate::Caller) in its extensions. Unknown paths, under `/api/v1` and anywhere else, are answered here.
pub fn api_router(engine: Engine) -> Router {
    let routes = OpenApiRouter::new().nest(API, v1::routes()).fallback(no_route);
    finished(routes, Doorway::new(engine, Places::default()))
}

/// `/desktop/v1`: what needs the owner's presence. Only the owner's door merges it into [`api_router`].
pub fn desktop_router(engine: Engine, places: Places) -> Router {
    let routes = OpenApiRouter::new().nest(DESKTOP, desktop::routes());
    finished(routes, Doorway::new(engine, places))
}

fn finished(routes: OpenApiRouter<Doorway>, doorway: Doorway) -> Router {
    let (router, _) = routes.split_for_parts();
    router
        .method_not_allowed_fallback(no_method)
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(from_fn(guard))
        .with_state(doorway)
}

async fn no_route() -> Fault {
    Fault::new(ErrorCode::NotFound, "There is no such route. GET /api/v1/openapi.json lists all.")
}

async fn no_method() -> Fault {
    Fault::new(ErrorCode::MethodNotAllowed, "This route does not know that method.")
}

/// Refuses what announces itself as too large, and turns a panic into an incident: the next request is served as if
/// nothing had happened.
async fn guard(request: Request, next: Next) -> Response {
    let announced = request.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > MAX_BODY) {
        return too_large().into_response();
    }
    let route = format!("{} {}", request.method(), request.uri().path());
    match AssertUnwindSafe(next.run(request)).catch_unwind().await {
        Ok(response) => response,
        Err(panic) => bridge::internal(&route, &words_of(panic.as_ref())).into_response(),
    }
}

fn words_of(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| String::from("a panic without words"))
}
