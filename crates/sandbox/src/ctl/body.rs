//! Orders as JSON, with clear words for what is wrong with them.

use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};
use serde::de::DeserializeOwned;

use super::problem::Problem;

/// The body of a request.
pub(super) struct Order<T>(pub(super) T);

/// Orders are small.
const MAX: usize = 64 * 1024;

impl<S: Sync, T: DeserializeOwned> FromRequest<S> for Order<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Problem> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        if !kind.is_some_and(|kind| kind.starts_with("application/json")) {
            let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
            return Err(Problem::bad("content-type", "application/json").with_status(status));
        }
        let body = axum::body::to_bytes(request.into_body(), MAX).await;
        let body = body.map_err(|_| Problem::bad("body", "at most 64 KiB"))?;
        serde_json::from_slice(&body).map(Order).map_err(|problem| Problem::bad("body", &problem.to_string()))
    }
}
