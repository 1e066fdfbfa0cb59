//! What differs between the two services, and which of several observed behaviours they can show.

use axum::http::Method;

use super::Studio;
use crate::platform::Route;
use crate::world::modes::ModeSpec;
use crate::world::people::Person;

pub(crate) const GET: &[Method] = &[Method::GET];
pub(crate) const POST: &[Method] = &[Method::POST];
pub(crate) const ANY: &[Method] = &[Method::GET, Method::POST];

/// The person's own address for the question who it is, in the counters and for faults.
pub(crate) const INFO: &str = "account/info";

/// What differs between the two services.
pub(crate) trait Market: Sized + Send + Sync + 'static {
    const ID: &'static str;
    const NAMES: (&'static str, &'static str);
    const COLOUR: &'static str;
    /// The number of the application; another one has no permission.
    const AID: &'static str;
    /// The host of the pages and of the passport.
    const HOME: &'static str;
    const DOMAIN: &'static str;
    const PICTURES: &'static str;
    const LOGIN_URL: &'static str;
    const HOME_URL: &'static str;
    /// Added to a person's number; beyond 2^53 on purpose.
    const FIRST_USER: u64;
    const MODES: &'static [ModeSpec];
    const ROUTES: &'static [Route<Studio<Self>>];

    /// Where this person's account is kept, as the query and the cookies write it in lower case.
    fn region(person: &Person) -> &'static str;
    /// Whether this host has the accounts of that region.
    fn knows(host: &str, region: &str) -> bool;
}

pub(crate) const DIALECT: ModeSpec = ModeSpec {
    key: "dialect",
    choices: &["service", "document"],
    about: "{data, message} as the service answers, or {ret, errmsg, data} as its document says",
};
pub(crate) const STATUS: ModeSpec = ModeSpec {
    key: "status",
    choices: &["active", "inactive", "suspended", "banned"],
    about: "what the document's dialect says of the account",
};
pub(crate) const PERMISSIONS: ModeSpec = ModeSpec {
    key: "permissions",
    choices: &["both", "image_only", "none"],
    about: "what may be made, in the document's dialect",
};
pub(crate) const DAILY: ModeSpec =
    ModeSpec { key: "daily", choices: &["some_left", "used_up"], about: "the daily number, in the document's dialect" };
pub(crate) const VIP: ModeSpec = ModeSpec {
    key: "vip",
    choices: &["as_person", "over"],
    about: "over: everybody is marked as a VIP whose time ended yesterday",
};
pub(crate) const TIMES: ModeSpec =
    ModeSpec { key: "times", choices: &["millis", "seconds"], about: "how the document's dialect writes times" };
pub(crate) const LIFETIME: ModeSpec =
    ModeSpec { key: "session_life", choices: &["60_days", "365_days"], about: "the life that sid_guard carries" };
pub(crate) const SILENT_RENEWAL: ModeSpec = ModeSpec {
    key: "silent_renewal",
    choices: &["off", "on"],
    about: "who-is-it answers bring a new sid_guard, as the service does from time to time",
};
pub(crate) const CREDITS: ModeSpec = ModeSpec {
    key: "credits",
    choices: &["data_and_text", "text_only", "data_without_credit", "none_left"],
    about: "credits as an object and as text, as text alone, or the code for none left",
};
