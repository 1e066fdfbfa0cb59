//! Whether an answer has the shape of an example.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::{Map, Value};

/// Same keys, same JSON types, key by key. Numbers with a point stay numbers with a point, times stay times in UTC,
/// pictures stay pictures. `null` in either may stand for a value that is not there yet.
pub(crate) fn same_shape(answer: &Value, example: &Value) {
    compare("answer", answer, example);
}

fn compare(at: &str, answer: &Value, example: &Value) {
    match (answer, example) {
        (Value::Null, _) | (_, Value::Null) => {}
        (Value::Bool(_), Value::Bool(_)) => {}
        (Value::Number(answer), Value::Number(example)) => {
            assert_eq!(answer.is_f64(), example.is_f64(), "{at}: {answer} is not of the kind of {example}");
        }
        (Value::String(answer), Value::String(example)) => texts(at, answer, example),
        (Value::Array(answer), Value::Array(example)) => {
            assert!(example.is_empty() || !answer.is_empty(), "{at}: nothing in the list");
            for item in answer {
                compare(&format!("{at}[]"), item, example.first().unwrap_or(item));
            }
        }
        (Value::Object(answer), Value::Object(example)) => {
            assert_eq!(keys(answer), keys(example), "{at}");
            for (key, value) in answer {
                compare(&format!("{at}.{key}"), value, &example[key]);
            }
        }
        _ => panic!("{at}: {answer} has another type than {example}"),
    }
}

fn keys(map: &Map<String, Value>) -> BTreeSet<&str> {
    map.keys().map(String::as_str).collect()
}

fn texts(at: &str, answer: &str, example: &str) {
    if example.parse::<Timestamp>().is_ok() {
        assert!(answer.ends_with('Z') && answer.parse::<Timestamp>().is_ok(), "{at}: {answer} is no time in UTC");
    }
    for prefix in ["data:image/png;base64,iVBORw0KG", "https://", "acc_", "sess_"] {
        assert!(!example.starts_with(prefix) || answer.starts_with(prefix), "{at}: {answer} is not like {example}");
    }
}
