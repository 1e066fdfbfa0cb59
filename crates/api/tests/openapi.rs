//! The committed description is the one the routes give. `ROSTER_WRITE=1 cargo test -p roster-api` writes it anew.

#![allow(clippy::unwrap_used, reason = "also in the functions that the tests share")]

use std::{collections::BTreeSet, path::Path};

use roster_api::{ErrorCode, Scope};
use serde_json::Value;

fn description() -> Value {
    serde_json::to_value(roster_api::openapi()).unwrap()
}

fn operations(api: &Value) -> Vec<(String, &Value)> {
    let paths = api["paths"].as_object().unwrap();
    paths
        .iter()
        .flat_map(|(path, item)| {
            let methods = item.as_object().unwrap().iter();
            methods.map(move |(method, operation)| (format!("{method} {path}"), operation))
        })
        .collect()
}

#[test]
fn the_committed_description_is_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi.json");
    let fresh = roster_api::openapi_text().unwrap();
    if std::env::var_os("ROSTER_WRITE").is_some() {
        std::fs::write(&path, &fresh).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == fresh, "openapi.json is stale: run ROSTER_WRITE=1 cargo test -p roster-api --test openapi");
}

#[test]
fn every_operation_names_its_scope_and_its_errors() {
    let api = description();
    let scopes: BTreeSet<&str> = Scope::ALL.iter().map(|scope| scope.as_str()).collect();
    let codes: BTreeSet<&str> = ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
    let operations = operations(&api);
    assert!(operations.len() > 50, "{}", operations.len());
    for (name, operation) in operations {
        let scope = operation["x-scope"].as_str().unwrap();
        assert!(scopes.contains(scope), "{name}: {scope}");
        assert_eq!(scope == "owner", name.contains(" /desktop/v1/"), "{name}: the owner's routes are the desktop's");
        let errors = operation["x-errors"].as_array().unwrap();
        assert!(errors.iter().all(|code| codes.contains(code.as_str().unwrap())), "{name}: {errors:?}");
        assert!(operation["summary"].as_str().is_some_and(|text| text.ends_with('.')), "{name}: no summary");
    }
}

#[test]
fn no_two_operations_share_an_id() {
    let api = description();
    let operations = operations(&api);
    let ids: BTreeSet<&str> =
        operations.iter().filter_map(|(_, operation)| operation["operationId"].as_str()).collect();
    assert_eq!(ids.len(), operations.len());
}

#[test]
fn every_reference_leads_somewhere() {
    fn visit(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(map) => {
                if let Some(Value::String(reference)) = map.get("$ref") {
                    found.insert(reference.clone());
                }
                map.values().for_each(|inner| visit(inner, found));
            }
            Value::Array(items) => items.iter().for_each(|inner| visit(inner, found)),
            _ => {}
        }
    }
    let api = description();
    let mut found = BTreeSet::new();
    visit(&api, &mut found);
    for reference in found {
        assert!(api.pointer(reference.trim_start_matches('#')).is_some(), "{reference}");
    }
}
