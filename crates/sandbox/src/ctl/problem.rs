//! Why an order was not carried out, as JSON.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::control::ControlError;

/// `{"error": {"code": …, …}}` with the status that fits.
#[derive(Debug)]
pub(super) struct Problem {
    status: StatusCode,
    error: Value,
}

impl Problem {
    pub(super) fn bad(field: &str, problem: &str) -> Self {
        let error = json!({ "code": "bad_request", "field": field, "problem": problem });
        Self { status: StatusCode::BAD_REQUEST, error }
    }

    pub(super) fn no_route() -> Self {
        let problem = "nothing here: see /phone, or /__ctl/state";
        Self { status: StatusCode::NOT_FOUND, error: json!({ "code": "not_found", "problem": problem }) }
    }

    pub(super) fn foreign_origin() -> Self {
        let problem = "the sandbox takes orders from its own pages only";
        Self { status: StatusCode::FORBIDDEN, error: json!({ "code": "foreign_origin", "problem": problem }) }
    }

    pub(super) fn with_status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }
}

impl From<ControlError> for Problem {
    fn from(error: ControlError) -> Self {
        let words = error.to_string();
        match error {
            ControlError::Bad { field, problem } => Self::bad(field, &problem),
            ControlError::Unknown { what, given, known } => Self {
                status: StatusCode::NOT_FOUND,
                error: json!({ "code": "unknown", "what": what, "given": given, "known": known, "problem": words }),
            },
            ControlError::State { what, state } => Self {
                status: StatusCode::CONFLICT,
                error: json!({ "code": "wrong_state", "what": what, "state": state, "problem": words }),
            },
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        (self.status, Json(json!({ "error": self.error }))).into_response()
    }
}
