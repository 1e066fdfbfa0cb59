//! The last questions that the platforms were asked, with what they carried.

use std::collections::VecDeque;
use std::sync::Mutex;

use jiff::Timestamp;
use serde::Serialize;

use super::locked;

/// How many are remembered.
const REMEMBERED: usize = 2_000;

/// One question to a platform, as its server received it.
#[derive(Debug, Clone, Serialize)]
pub struct RequestView {
    /// Grows.
    pub number: u64,
    /// When.
    pub at: Timestamp,
    /// The platform.
    pub platform: &'static str,
    /// The platform's host.
    pub host: String,
    /// `GET`, `POST`, …
    pub method: String,
    /// The path, without the query.
    pub path: String,
    /// The endpoint, `unknown` for none.
    pub endpoint: &'static str,
    /// The names of the cookies that came along, in their order.
    pub cookies: Vec<String>,
    /// Whose session or code it carried, alive or not.
    pub person: Option<String>,
    /// What the caller calls itself.
    pub user_agent: Option<String>,
}

#[derive(Debug, Default)]
pub(crate) struct Requests(Mutex<Remembered>);

#[derive(Debug, Default)]
struct Remembered {
    last: u64,
    requests: VecDeque<RequestView>,
}

impl Requests {
    /// Remembers one; it gets its number here.
    pub(crate) fn add(&self, request: RequestView) {
        let mut remembered = locked(&self.0);
        remembered.last += 1;
        let number = remembered.last;
        if remembered.requests.len() == REMEMBERED {
            remembered.requests.pop_front();
        }
        remembered.requests.push_back(RequestView { number, ..request });
    }

    /// Those after this number, oldest first.
    pub(crate) fn after(&self, number: u64) -> Vec<RequestView> {
        locked(&self.0).requests.iter().filter(|request| request.number > number).cloned().collect()
    }
}
