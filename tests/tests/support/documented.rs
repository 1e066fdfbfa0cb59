//! Whether an answer is one that the description of its route names.

use std::sync::OnceLock;

use axum::http::{Method, StatusCode};
use serde_json::Value;

/// The status is one of the route's, and an error's code is one of its `x-errors`. Paths that no route has are
/// nobody's.
pub(crate) fn holds(method: &Method, path: &str, status: StatusCode, body: &Value) {
    let Some(operation) = operation(method, path) else { return };
    assert!(!operation["responses"][status.as_str()].is_null(), "{method} {path} does not name {status}: {body}");
    let Some(code) = body["error"]["code"].as_str() else { return };
    let named = operation["x-errors"].as_array().is_some_and(|codes| codes.iter().any(|named| named == code));
    assert!(named, "{method} {path} does not name {code}");
}

fn operation(method: &Method, path: &str) -> Option<&'static Value> {
    static API: OnceLock<Value> = OnceLock::new();
    let api = API.get_or_init(|| serde_json::to_value(roster_api::openapi()).unwrap());
    let method = method.as_str().to_lowercase();
    let mut fitting: Vec<_> = api["paths"].as_object()?.iter().filter(|(template, _)| fits(template, path)).collect();
    // `/accounts/facets` goes before `/accounts/{id}`.
    fitting.sort_by_key(|(template, _)| template.matches('{').count());
    fitting.first().map(|(_, item)| &item[method.as_str()]).filter(|operation| !operation.is_null())
}

fn fits(template: &str, path: &str) -> bool {
    let (mut wanted, mut given) = (template.split('/'), path.split('/'));
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return true,
            (Some(wanted), Some(given)) if wanted.starts_with('{') || wanted == given => {}
            (Some(_), Some(_)) | (Some(_), None) | (None, Some(_)) => return false,
        }
    }
}
