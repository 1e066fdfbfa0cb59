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

#[cfg(test)]
mod tests {
    use std::{
        io::{self, Write},
        sync::{Arc, Mutex},
    };

    use axum::{
        body::{Body, to_bytes},
        routing::get,
    };
    use tower::ServiceExt;

    use super::*;

    /// A log in memory.
    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);

    impl Write for Log {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[tokio::test]
    async fn a_panic_is_an_incident_that_stands_in_the_log_with_its_cause() {
        let log = Log::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt().with_writer(move || writer.clone()).with_ansi(false).finish();
        let _on = tracing::subscriber::set_default(subscriber);
        let router: Router = Router::new()
            .route("/broken", get(async || -> String { panic!("the cause") }))
            .route("/sound", get(async || "sound"))
            .layer(from_fn(guard));
        let ask = |path: &str| router.clone().oneshot(Request::get(path).body(Body::empty()).unwrap());

        let broken = ask("/broken").await.unwrap();
        assert_eq!(broken.status().as_u16(), 500);
        let body = to_bytes(broken.into_body(), usize::MAX).await.unwrap();
        let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(body["error"]["code"], "INTERNAL");
        assert!(!body.to_string().contains("the cause"), "{body}");
        let incident = body["error"]["details"]["incident"].as_str().unwrap();
        let written = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
        let line = written.lines().find(|line| line.contains(incident)).unwrap();
        assert!(line.contains("ERROR") && line.contains("the cause") && line.contains("GET /broken"), "{line}");

        assert_eq!(ask("/sound").await.unwrap().status().as_u16(), 200);
    }
}
