//! What is wrong with one field, in words and facts. A value is never quoted: it may be a secret.

use roster_engine::{InputProblem, Problem};
use serde_json::json;

use crate::{ErrorCode, Fault};

/// The answer to a request with a field that does not do. Cookies in the right form that hold no session are the
/// one case in which the request is sound and the creation is what failed.
pub(crate) fn fault(field: &'static str, problem: Problem) -> Fault {
    let (word, message, facts) = match problem {
        Problem::Missing => ("missing", format!("Add the field {field}."), json!({})),
        Problem::TooShort { min } => {
            ("too_short", format!("{field} is too short: it takes at least {min} characters."), json!({ "min": min }))
        }
        Problem::TooLong { max } => {
            ("too_long", format!("{field} is too long: it takes at most {max}."), json!({ "max": max }))
        }
        Problem::OutOfRange { min, max } => {
            ("out_of_range", format!("{field} must lie between {min} and {max}."), json!({ "min": min, "max": max }))
        }
        Problem::NotOneOf { allowed } => {
            ("not_one_of", format!("{field} must be one of: {}.", allowed.join(", ")), json!({ "allowed": allowed }))
        }
        Problem::Malformed { what } => {
            ("malformed", format!("{field} has the wrong form: {what}."), json!({ "expected": what }))
        }
        Problem::WordCount { found } => (
            "count",
            format!("A recovery kit has 12 words, and these are {found}."),
            json!({ "reason": "count", "found": found, "expected": 12 }),
        ),
        Problem::UnknownWord { index } => (
            "unknown_word",
            format!("Word {index} is in no recovery kit. Read it again."),
            json!({ "reason": "unknown_word", "index": index }),
        ),
        Problem::WordChecksum => (
            "checksum",
            String::from("These words do not belong together: one was mistaken for another, or two were swapped."),
            json!({ "reason": "checksum" }),
        ),
        Problem::OtherWords => (
            "other_words",
            String::from("These are not the words that were asked for. Look at the kit once more."),
            json!({ "reason": "other_words" }),
        ),
        Problem::NoKeyFile => (
            "no_key_file",
            String::from("This file is no key file of Roster, or it is damaged."),
            json!({ "reason": "no_key_file" }),
        ),
        Problem::OtherVault => {
            ("other_vault", String::from("This key file belongs to another vault."), json!({ "reason": "other_vault" }))
        }
        Problem::NotByHand => {
            ("not_by_hand", format!("{field} takes only active and inactive; a check sets the rest."), json!({}))
        }
        Problem::OtherPlatform { expected } => (
            "other_platform",
            format!("The account is on another platform. This takes accounts of {expected}."),
            json!({ "expected": expected }),
        ),
        Problem::CookiesMissing { names } => {
            let message = format!("These cookies hold no session. Missing: {}.", names.join(", "));
            let details = json!({ "field": field, "reason": "cookies_missing", "names": names });
            return Fault::new(ErrorCode::CreateAccountFailed, message).with(details);
        }
    };
    let mut details = facts;
    details["field"] = json!(field);
    details["problem"] = json!(word);
    Fault::new(ErrorCode::InvalidRequest, message).with(details)
}

/// The answer to a field that only the platform's adapter knows. What stood in it is not quoted.
pub(crate) fn input(field: &str, problem: InputProblem) -> Fault {
    let (word, message) = match problem {
        InputProblem::Missing => ("missing", format!("Add the field {field}.")),
        InputProblem::Unknown => ("unknown", format!("There is no field {field} here. Leave it out.")),
        InputProblem::Malformed => ("malformed", format!("The field {field} has the wrong form.")),
        InputProblem::OutOfRange => ("out_of_range", format!("The field {field} is outside of its limits.")),
    };
    Fault::invalid(field, message).with(json!({ "field": field, "problem": word, "reason": word }))
}
