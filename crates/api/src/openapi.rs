//! The description of the API.

use std::collections::BTreeSet;

use utoipa::{
    OpenApi,
    openapi::{Components, Ref, RefOr, schema::Schema},
};
use utoipa_axum::router::OpenApiRouter;

use crate::{Failure, access::Doorway, desktop, v1, wire::event::EventBatch};

/// Where the routes for the owner and for programs are.
pub(crate) const API: &str = "/api/v1";
/// Where the routes for the owner alone are.
pub(crate) const DESKTOP: &str = "/desktop/v1";

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Roster",
        description = "The account management API. Every answer has the envelope `Success` or `Failure`. \
                       `x-scope` names the scope a route needs, `x-vault` whether the vault has to be open, \
                       `x-errors` the codes it may answer with."
    ),
    components(schemas(Failure, EventBatch))
)]
struct Described;

pub(crate) fn described() -> OpenApiRouter<Doorway> {
    OpenApiRouter::with_openapi(Described::openapi())
}

/// The description of all routes, of both routers.
pub fn openapi() -> utoipa::openapi::OpenApi {
    let mut api = described().nest(API, v1::routes()).nest(DESKTOP, desktop::routes()).into_openapi();
    api.info.version = env!("CARGO_PKG_VERSION").to_owned();
    if let Some(components) = &mut api.components {
        name_the_answers(components);
    }
    api
}

/// `Success_X` repeats what is in `X`; this makes it name `X` instead.
fn name_the_answers(components: &mut Components) {
    let names: BTreeSet<String> = components.schemas.keys().cloned().collect();
    for (envelope, schema) in &mut components.schemas {
        let answer = envelope.strip_prefix("Success_").filter(|answer| names.contains(*answer));
        if let (Some(answer), RefOr::T(Schema::Object(object))) = (answer, schema) {
            object.properties.insert(String::from("data"), Ref::from_schema_name(answer).into());
        }
    }
}

/// The same as text with sorted keys, which is how it is committed: two builds write the same bytes.
///
/// # Errors
/// None in practice: the description consists of nothing but what JSON can say.
pub fn openapi_text() -> Result<String, serde_json::Error> {
    let sorted = sorted(unsigned(serde_json::to_value(openapi())?));
    serde_json::to_string_pretty(&sorted).map(|text| text + "\n")
}

/// What has no sign reaches further than `int32`, by which utoipa describes a `u32`.
fn unsigned(value: serde_json::Value) -> serde_json::Value {
    match value {
        serde_json::Value::Object(mut map) => {
            let has_no_sign = map.get("minimum").and_then(serde_json::Value::as_u64).is_some();
            if has_no_sign && map.get("format").is_some_and(|format| format == "int32") {
                map.remove("format");
                map.entry("maximum").or_insert_with(|| u32::MAX.into());
            }
            serde_json::Value::Object(map.into_iter().map(|(key, inner)| (key, unsigned(inner))).collect())
        }
        serde_json::Value::Array(items) => serde_json::Value::Array(items.into_iter().map(unsigned).collect()),
        other => other,
    }
}

fn sorted(value: serde_json::Value) -> serde_json::Value {
    match value {
        serde_json::Value::Object(map) => {
            let mut entries: Vec<_> = map.into_iter().collect();
            entries.sort_by(|left, right| left.0.cmp(&right.0));
            serde_json::Value::Object(entries.into_iter().map(|(key, inner)| (key, sorted(inner))).collect())
        }
        serde_json::Value::Array(items) => serde_json::Value::Array(items.into_iter().map(sorted).collect()),
        other => other,
    }
}
