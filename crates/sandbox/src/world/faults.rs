//! What shall go wrong: for whom, where, and how often.

use std::sync::Mutex;

use serde::{Deserialize, Serialize};

use super::locked;

/// A way in which an answer can be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// "Not logged in", in the platform's words, although the session lives.
    Expired,
    /// The account is banned.
    Banned,
    /// The account may look but not speak.
    Muted,
    /// A captcha instead of an answer.
    Captcha,
    /// The platform's risk control refuses (`-352`, 4031).
    Risk,
    /// The address is blocked, in the platform's machine words (HTTP 412 with JSON; the word `blocked`).
    Blocked,
    /// The address is blocked, as a page for people (HTTP 412 with HTML).
    BlockedHtml,
    /// HTTP 429, with `Retry-After` where given.
    RateLimited,
    /// "Too fast" in the platform's own words, HTTP 200.
    TooFast,
    /// The server is in trouble (503, or the status given).
    ServerError,
    /// A page instead of JSON, as a hotel's network does.
    Html,
    /// HTTP 200 and not one byte.
    Empty,
    /// JSON that nobody has seen before.
    UnknownShape,
    /// Half of the answer. The request did happen.
    Truncated,
    /// The answer of last year's protocol.
    OldProtocol,
    /// The right answer, late by `ms`.
    Slow,
    /// The connection is reset before the platform did anything.
    Reset,
    /// The platform did what was asked, and the connection is reset before the answer arrives.
    ResetAfter,
    /// No answer at all, for `ms` (ten minutes unless given).
    Hang,
}

impl FaultKind {
    /// All of them, as the phone page lists them.
    pub const ALL: [Self; 19] = [
        Self::Expired,
        Self::Banned,
        Self::Muted,
        Self::Captcha,
        Self::Risk,
        Self::Blocked,
        Self::BlockedHtml,
        Self::RateLimited,
        Self::TooFast,
        Self::ServerError,
        Self::Html,
        Self::Empty,
        Self::UnknownShape,
        Self::Truncated,
        Self::OldProtocol,
        Self::Slow,
        Self::Reset,
        Self::ResetAfter,
        Self::Hang,
    ];
}

/// An order for a fault.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewFault {
    /// Where: `bilibili`.
    pub platform: String,
    /// For whom; everybody when absent.
    pub person: Option<String>,
    /// At which endpoint (`nav`, `qrcode/poll`, …); everywhere when absent.
    pub endpoint: Option<String>,
    /// What.
    pub kind: FaultKind,
    /// How often; until it is taken away when absent.
    pub count: Option<u32>,
    /// For [`FaultKind::RateLimited`] and [`FaultKind::ServerError`]: the `Retry-After`, seconds.
    pub retry_after_s: Option<u32>,
    /// For [`FaultKind::Slow`] and [`FaultKind::Hang`], milliseconds.
    pub ms: Option<u64>,
    /// For [`FaultKind::ServerError`], 500 to 599.
    pub status: Option<u16>,
}

impl NewFault {
    /// A fault for everybody, everywhere, until it is taken away.
    pub fn new(platform: &str, kind: FaultKind) -> Self {
        let platform = platform.to_owned();
        Self { platform, person: None, endpoint: None, kind, count: None, retry_after_s: None, ms: None, status: None }
    }

    /// The same at one endpoint.
    #[must_use]
    pub fn at(mut self, endpoint: &str) -> Self {
        self.endpoint = Some(endpoint.to_owned());
        self
    }

    /// The same for one person.
    #[must_use]
    pub fn of(mut self, person: &str) -> Self {
        self.person = Some(person.to_owned());
        self
    }

    /// The same so many times.
    #[must_use]
    pub fn times(mut self, count: u32) -> Self {
        self.count = Some(count);
        self
    }
}

/// A fault that is waiting, or has struck.
#[derive(Debug, Clone, Serialize)]
pub struct FaultView {
    /// To take it away.
    pub id: u64,
    /// Where.
    pub platform: String,
    /// For whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// At which endpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
    /// What.
    pub kind: FaultKind,
    /// How often it will still strike; absent: until it is taken away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left: Option<u32>,
    /// How often it has struck.
    pub struck: u32,
    /// Seconds of `Retry-After`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after_s: Option<u32>,
    /// Milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ms: Option<u64>,
    /// HTTP status.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
}

#[derive(Debug, Default)]
pub(crate) struct Faults(Mutex<Table>);

#[derive(Debug, Default)]
struct Table {
    last_id: u64,
    faults: Vec<FaultView>,
}

impl Faults {
    pub(crate) fn add(&self, new: NewFault) -> FaultView {
        let mut table = locked(&self.0);
        table.last_id += 1;
        let fault = FaultView {
            id: table.last_id,
            platform: new.platform,
            person: new.person,
            endpoint: new.endpoint,
            kind: new.kind,
            left: new.count,
            struck: 0,
            retry_after_s: new.retry_after_s,
            ms: new.ms,
            status: new.status,
        };
        table.faults.push(fault.clone());
        fault
    }

    /// Those that have not worn out.
    pub(crate) fn waiting(&self) -> Vec<FaultView> {
        locked(&self.0).faults.iter().filter(|fault| fault.left != Some(0)).cloned().collect()
    }

    /// Takes away one, or all, and answers how many.
    pub(crate) fn clear(&self, id: Option<u64>) -> usize {
        let mut table = locked(&self.0);
        let before = table.faults.len();
        table.faults.retain(|fault| id.is_some_and(|id| fault.id != id));
        before - table.faults.len()
    }

    /// The waiting faults that mean this question, oldest first.
    pub(crate) fn meant(&self, platform: &str, endpoint: &str, person: Option<&str>) -> Vec<FaultView> {
        let meant = |fault: &FaultView| {
            fault.platform == platform
                && fault.endpoint.as_deref().is_none_or(|wanted| wanted == endpoint)
                && (fault.person.is_none() || fault.person.as_deref() == person)
        };
        self.waiting().into_iter().filter(meant).collect()
    }

    /// Uses a fault up by one; `false` when another question was faster.
    pub(crate) fn strike(&self, id: u64) -> bool {
        let mut table = locked(&self.0);
        match table.faults.iter_mut().find(|fault| fault.id == id) {
            Some(FaultView { left: Some(0), .. }) | None => false,
            Some(fault) => {
                fault.left = fault.left.map(|left| left - 1);
                fault.struck += 1;
                true
            }
        }
    }

    /// It did not concern the question after all.
    pub(crate) fn give_back(&self, id: u64) {
        let mut table = locked(&self.0);
        if let Some(fault) = table.faults.iter_mut().find(|fault| fault.id == id) {
            fault.left = fault.left.map(|left| left + 1);
            fault.struck -= 1;
        }
    }
}
