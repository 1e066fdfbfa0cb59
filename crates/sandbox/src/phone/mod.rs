//! The phone page. Everything it needs is in this binary.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::control::Control;
use crate::picture::avatar;

/// No remote content, no inline script: what the page needs comes from here.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

pub(crate) fn router() -> Router<Control> {
    Router::new()
        .route("/phone", get(|| async { asset("text/html; charset=utf-8", include_str!("index.html")) }))
        .route("/phone.css", get(|| async { asset("text/css; charset=utf-8", include_str!("phone.css")) }))
        .route("/phone.js", get(|| async { asset("text/javascript; charset=utf-8", include_str!("phone.js")) }))
        .route("/scan.js", get(|| async { asset("text/javascript; charset=utf-8", include_str!("scan.js")) }))
        .route("/panel.js", get(|| async { asset("text/javascript; charset=utf-8", include_str!("panel.js")) }))
        .route("/dom.js", get(|| async { asset("text/javascript; charset=utf-8", include_str!("dom.js")) }))
        .route("/words.js", get(|| async { asset("text/javascript; charset=utf-8", include_str!("words.js")) }))
        .route("/avatar/{file}", get(face))
}

fn asset(kind: &'static str, text: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, text).into_response()
}

async fn face(State(control): State<Control>, Path(file): Path<String>) -> Response {
    let person = file.strip_suffix(".svg").and_then(|id| control.person(id).ok());
    match person {
        Some(person) => ([(header::CONTENT_TYPE, "image/svg+xml")], avatar::svg(&person)).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
