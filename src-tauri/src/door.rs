//! The window's door to the engine: one command, which sends a request through the same routers that serve
//! programs, with the owner's rights.

use std::panic::AssertUnwindSafe;

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Method, Request, header},
    response::{IntoResponse, Response},
};
use futures_util::FutureExt;
use roster_api::{Caller, ErrorCode, Fault};
use serde::{Deserialize, Serialize};
use tower::ServiceExt;

/// More than any request of the window needs; the API's own limit is the same.
const BODY_LIMIT: usize = 1024 * 1024;
const PATH_LIMIT: usize = 8 * 1024;

/// A request of the window. The body is JSON text and may hold a password, so this is never shown in a log, and it
/// is moved, not copied, into the request.
#[derive(Deserialize)]
pub(crate) struct CallRequest {
    method: String,
    path: String,
    #[serde(default)]
    body: Option<String>,
}

/// The answer: the HTTP status and the body as JSON text, empty where there is none.
#[derive(Debug, Serialize)]
pub(crate) struct CallAnswer {
    status: u16,
    body: String,
}

/// Both routers of the API.
#[derive(Debug, Clone)]
pub(crate) struct Door {
    routes: Router,
}

impl Door {
    /// A door to these routes.
    pub(crate) fn new(routes: Router) -> Self {
        Self { routes }
    }

    /// Carries the request through the routes. Every way it can go wrong is an answer.
    pub(crate) async fn call(&self, request: CallRequest) -> CallAnswer {
        let response = match to_http(request) {
            Ok(request) => {
                let handled = AssertUnwindSafe(self.routes.clone().oneshot(request)).catch_unwind().await;
                match handled {
                    Ok(Ok(response)) => response,
                    Ok(Err(never)) => match never {},
                    // The panic hook has written where it was.
                    Err(_) => Fault::new(ErrorCode::Internal, "Something went wrong inside.").into_response(),
                }
            }
            Err(fault) => fault.into_response(),
        };
        read(response).await
    }
}

fn to_http(request: CallRequest) -> Result<Request<Body>, Fault> {
    let body = request.body.unwrap_or_default();
    if body.len() > BODY_LIMIT {
        return Err(Fault::new(ErrorCode::PayloadTooLarge, "The body is larger than 1 MiB."));
    }
    if request.path.len() > PATH_LIMIT || !request.path.starts_with('/') {
        return Err(Fault::invalid("path", "The path must begin with / and be short."));
    }
    let method = Method::from_bytes(request.method.as_bytes())
        .map_err(|_| Fault::invalid("method", "There is no such method."))?;
    let mut built = Request::builder().method(method).uri(&request.path);
    if !body.is_empty() {
        built = built.header(header::CONTENT_TYPE, "application/json").header(header::CONTENT_LENGTH, body.len());
    }
    built.extension(Caller::Owner).body(Body::from(body)).map_err(|_| Fault::invalid("path", "The path is not one."))
}

async fn read(response: Response) -> CallAnswer {
    let status = response.status().as_u16();
    match to_bytes(response.into_body(), usize::MAX).await {
        Ok(bytes) => CallAnswer { status, body: String::from_utf8_lossy(&bytes).into_owned() },
        Err(error) => {
            tracing::error!(%error, "an answer broke off");
            CallAnswer { status: 500, body: String::new() }
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::{Extension, routing};

    use super::*;

    fn door() -> Door {
        let routes = Router::new()
            .route("/who", routing::get(async |Extension(caller): Extension<Caller>| format!("{caller:?}")))
            .route("/echo", routing::post(async |body: String| body))
            .route("/panic", routing::get(async || -> String { panic!("on purpose") }));
        Door::new(routes)
    }

    async fn call(method: &str, path: &str, body: Option<&str>) -> CallAnswer {
        let request = CallRequest { method: method.into(), path: path.into(), body: body.map(str::to_owned) };
        door().call(request).await
    }

    #[tokio::test]
    async fn the_window_calls_as_the_owner() {
        let answer = call("GET", "/who", None).await;
        assert_eq!((answer.status, answer.body.as_str()), (200, "Owner"));
    }

    #[tokio::test]
    async fn bodies_go_through_up_to_the_limit() {
        assert_eq!(call("POST", "/echo", Some("{\"a\":1}")).await.body, "{\"a\":1}");
        let large = "x".repeat(BODY_LIMIT + 1);
        assert_eq!(call("POST", "/echo", Some(&large)).await.status, 413);
    }

    #[tokio::test]
    async fn nonsense_is_answered_and_not_a_crash() {
        assert_eq!(call("GET", "who", None).await.status, 400);
        assert_eq!(call("GET", "/a b\n", None).await.status, 400);
        assert_eq!(call("NO SUCH", "/who", None).await.status, 400);
        assert_eq!(call("GET", "/nowhere", None).await.status, 404);
    }

    #[tokio::test]
    async fn a_panic_in_a_handler_is_an_answer_too() {
        assert_eq!(call("GET", "/panic", None).await.status, 500);
        assert_eq!(call("GET", "/who", None).await.status, 200);
    }
}
