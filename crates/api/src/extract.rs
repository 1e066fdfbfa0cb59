//! Bodies, queries and path parameters. What does not fit is answered in the envelope, with the field's name.

use axum::{
    RequestPartsExt,
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Path, Request},
    http::{Method, header::CONTENT_TYPE, request::Parts},
};
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::{ErrorCode, Fault};

/// The largest body, in bytes.
pub(crate) const MAX_BODY: usize = 1 << 20;

/// A JSON body.
#[derive(Debug)]
pub(crate) struct Body<T>(pub(crate) T);

/// A JSON body that may be left out.
#[derive(Debug)]
pub(crate) struct OptionalBody<T>(pub(crate) T);

/// The query.
#[derive(Debug)]
pub(crate) struct Query<T>(pub(crate) T);

/// The one parameter of the path.
#[derive(Debug)]
pub(crate) struct Id(pub(crate) String);

/// The two parameters of the path.
#[derive(Debug)]
pub(crate) struct Ids(pub(crate) String, pub(crate) String);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Fault;

    async fn from_request(request: Request, state: &S) -> Result<Self, Fault> {
        let bytes = read(request, state).await?;
        if bytes.is_empty() {
            return Err(Fault::invalid("body", "Send a JSON object as the body."));
        }
        parse(&bytes).map(Self)
    }
}

impl<T: DeserializeOwned + Default, S: Send + Sync> FromRequest<S> for OptionalBody<T> {
    type Rejection = Fault;

    async fn from_request(request: Request, state: &S) -> Result<Self, Fault> {
        let bytes = read(request, state).await?;
        if bytes.is_empty() { Ok(Self(T::default())) } else { parse(&bytes).map(Self) }
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Fault> {
        let query = parts.uri.query().unwrap_or_default();
        let reader = serde_urlencoded::Deserializer::new(form_urlencoded::parse(query.as_bytes()));
        serde_path_to_error::deserialize(reader)
            .map(Self)
            .map_err(|error| misfit("query", &error.path().to_string(), &error.inner().to_string()))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Fault> {
        parts.extract::<Path<String>>().await.map(|Path(id)| Self(id)).map_err(|_| unreadable_path())
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Ids {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Fault> {
        let read = parts.extract::<Path<(String, String)>>().await;
        read.map(|Path((first, second))| Self(first, second)).map_err(|_| unreadable_path())
    }
}

fn unreadable_path() -> Fault {
    Fault::invalid("path", "Write the ids in the path as plain UTF-8 text.")
}

async fn read<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Fault> {
    let content_type = request.headers().get(CONTENT_TYPE).cloned();
    let method = request.method().clone();
    let bytes = Bytes::from_request(request, state).await.map_err(|rejection| match rejection.status().as_u16() {
        413 => too_large(),
        _ => Fault::invalid("body", "The body could not be read to its end. Send it again."),
    })?;
    if bytes.is_empty() || method == Method::GET {
        return Ok(bytes);
    }
    let essence = content_type.as_ref().and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = essence.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("application/json") {
        return Ok(bytes);
    }
    Err(Fault::invalid("content-type", "Send the body as application/json."))
}

/// [`ErrorCode::PayloadTooLarge`].
pub(crate) fn too_large() -> Fault {
    Fault::new(ErrorCode::PayloadTooLarge, "The body is larger than 1 MiB. Send less at once.")
        .with(json!({ "max_bytes": MAX_BODY }))
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Fault> {
    // Serde would read a list as an object's fields in order, which no caller means.
    if bytes.trim_ascii_start().first() != Some(&b'{') {
        return Err(Fault::invalid("body", "The body is not a JSON object. Send one."));
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let inner = error.inner();
        if inner.is_data() {
            misfit("body", &error.path().to_string(), &inner.to_string())
        } else {
            Fault::invalid("body", "The body is not valid JSON. Send one JSON object.")
        }
    })?;
    reader.end().map_err(|_| Fault::invalid("body", "The body has something after its JSON value. Send one value."))?;
    Ok(value)
}

/// Turns serde's words into ours. Its own words may quote the value, and the value may be a secret in the wrong
/// place, so that only the name of the field and what was expected are taken over.
fn misfit(whole: &str, path: &str, said: &str) -> Fault {
    let missing = said.strip_prefix("missing field `").and_then(|rest| rest.split('`').next());
    if let Some(name) = missing {
        let field = if path == "." { name.to_owned() } else { format!("{path}.{name}") };
        return Fault::new(ErrorCode::InvalidRequest, format!("Add the field {field}."))
            .with(json!({ "field": field, "problem": "missing" }));
    }
    let field = if path == "." { whole } else { path };
    if said.starts_with("unknown field `") {
        return Fault::new(ErrorCode::InvalidRequest, format!("There is no field {field} here. Leave it out."))
            .with(json!({ "field": field, "problem": "unknown" }));
    }
    let expected = said.rsplit_once("expected ").map(|(_, tail)| tail.split(" at line ").next().unwrap_or(tail));
    let message = match expected {
        Some(expected) => format!("The field {field} has the wrong form: it takes {expected}."),
        None => format!("The field {field} has the wrong form."),
    };
    Fault::new(ErrorCode::InvalidRequest, message)
        .with(json!({ "field": field, "problem": "malformed", "expected": expected }))
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "only whether it can be read is of interest")]
    struct Sample {
        name: String,
        #[serde(default)]
        count: Option<u8>,
    }

    fn told(text: &str) -> (String, String) {
        let fault = parse::<Sample>(text.as_bytes()).unwrap_err();
        let shown = format!("{fault:?}");
        let details = fault.details().cloned().unwrap_or_default();
        (details["field"].as_str().unwrap_or_default().to_owned(), shown)
    }

    #[test]
    fn the_field_is_named() {
        assert_eq!(told("{}").0, "name");
        assert_eq!(told(r#"{"name":"a","nmae":"b"}"#).0, "nmae");
        assert_eq!(told(r#"{"name":"a","count":"b"}"#).0, "count");
        assert_eq!(told(r#"["name"]"#).0, "body");
        assert_eq!(told("{").0, "body");
        assert_eq!(told(r#"{"name":"a"} x"#).0, "body");
    }

    #[test]
    fn a_value_in_the_wrong_place_is_not_quoted() {
        for text in [r#"{"name":"a","count":"canary"}"#, r#"{"name":"a","count":" expected canary"}"#, r#""canary""#] {
            let shown = told(text).1;
            assert!(!shown.contains("canary"), "{shown}");
        }
    }
}
