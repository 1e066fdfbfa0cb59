//! The envelope around every answer.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header::RETRY_AFTER},
    response::{IntoResponse, Response},
};
use serde::{Serialize, Serializer};
use utoipa::{
    ToSchema,
    openapi::{Object, ObjectBuilder, Type},
};

use crate::ErrorCode;

/// The literal `true` or `false`, so that a reader of the schema can tell the two envelopes apart.
#[derive(Debug, Clone, Copy, Default)]
pub struct Literal<const VALUE: bool>;

impl<const VALUE: bool> Serialize for Literal<VALUE> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bool(VALUE)
    }
}

fn literal<const VALUE: bool>() -> Object {
    ObjectBuilder::new().schema_type(Type::Boolean).enum_values(Some([VALUE])).build()
}

/// It worked.
#[derive(Debug, Serialize, ToSchema)]
pub struct Success<T> {
    /// Always `true`.
    #[schema(schema_with = literal::<true>)]
    pub success: Literal<true>,
    /// The answer.
    pub data: T,
}

/// It did not.
#[derive(Debug, Serialize, ToSchema)]
pub struct Failure {
    /// Always `false`.
    #[schema(schema_with = literal::<false>)]
    pub success: Literal<false>,
    /// What went wrong.
    pub error: FailureBody,
}

/// What went wrong.
#[derive(Debug, Serialize, ToSchema)]
pub struct FailureBody {
    /// For programs.
    pub code: ErrorCode,
    /// For people who read English: what happened and what to do.
    pub message: String,
    /// For programs: the facts of this case.
    #[schema(required = true, value_type = Option<Object>)]
    pub details: Option<serde_json::Value>,
}

/// An answer that is not an error.
#[derive(Debug)]
pub struct Answer<T> {
    status: StatusCode,
    data: T,
}

impl<T> Answer<T> {
    /// 200.
    pub fn ok(data: T) -> Self {
        Self { status: StatusCode::OK, data }
    }

    /// 201: something new is there.
    pub fn created(data: T) -> Self {
        Self { status: StatusCode::CREATED, data }
    }

    /// 202: it will be done.
    pub fn accepted(data: T) -> Self {
        Self { status: StatusCode::ACCEPTED, data }
    }
}

impl<T: Serialize> IntoResponse for Answer<T> {
    fn into_response(self) -> Response {
        (self.status, Json(Success { success: Literal, data: self.data })).into_response()
    }
}

/// An answer that is an error.
#[derive(Debug, Clone)]
pub struct Fault {
    code: ErrorCode,
    message: String,
    details: Option<serde_json::Value>,
    wait_seconds: Option<u64>,
}

impl Fault {
    /// An error with one sentence that says what to do.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), details: None, wait_seconds: None }
    }

    /// The same with facts for programs.
    #[must_use]
    pub fn with(mut self, details: serde_json::Value) -> Self {
        self.details = Some(details);
        self
    }

    /// The same with a `Retry-After`.
    #[must_use]
    pub fn wait(mut self, seconds: u64) -> Self {
        self.wait_seconds = Some(seconds);
        self
    }

    /// [`ErrorCode::InvalidRequest`] about one field.
    pub fn invalid(field: &str, message: impl Into<String>) -> Self {
        Self::new(ErrorCode::InvalidRequest, message).with(serde_json::json!({ "field": field }))
    }

    /// What a log should say of it. [`ErrorCode::Internal`] has been logged where it was made, with its cause.
    pub(crate) fn log(&self) {
        match self.code.status().as_u16() {
            502 => tracing::warn!(code = self.code.as_str(), details = ?self.details, "a platform did not do it"),
            500 => {}
            _ => tracing::debug!(code = self.code.as_str(), details = ?self.details, "refused"),
        }
    }

    /// The facts for programs.
    pub fn details(&self) -> Option<&serde_json::Value> {
        self.details.as_ref()
    }

    /// Its code.
    pub fn code(&self) -> ErrorCode {
        self.code
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        let error = FailureBody { code: fault.code, message: fault.message, details: fault.details };
        Self { success: Literal, error }
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let wait = self.wait_seconds;
        let mut response = (self.code.status(), Json(Failure::from(self))).into_response();
        if let Some(seconds) = wait {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
