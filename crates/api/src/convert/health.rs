//! Health.

use roster_domain::{Evidence, HealthRecord};
use roster_engine::{AccountView, BatchOutcome, CheckOutcome, CheckResult, JobView as Job};

use crate::wire::{
    health::{BatchCheckView, CheckMore, CheckView, EvidenceView, HealthHistoryView, HealthRecordView},
    job::{JobResultView, JobView},
    words::{AccountStatus, Reason, Verdict},
};

impl CheckView {
    /// What a check came to; `full` adds what it rests on.
    pub(crate) fn of(outcome: CheckOutcome, full: bool) -> Self {
        Self {
            account_id: outcome.account_id.to_string(),
            healthy: outcome.healthy,
            message: sentence(&outcome),
            more: full.then(|| CheckMore {
                verdict: outcome.verdict.into(),
                reason: outcome.reason.into(),
                evidence: outcome.evidence.into(),
                status: outcome.status.into(),
                checked_at: outcome.checked_at,
                duration_ms: outcome.duration_ms,
                recheck_at: outcome.recheck_at,
            }),
        }
    }
}

fn sentence(outcome: &CheckOutcome) -> String {
    let said = match Verdict::from(outcome.verdict) {
        Verdict::Alive => "Account is healthy",
        Verdict::Expired => match AccountStatus::from(outcome.status) {
            AccountStatus::Expired => "The session has ended. Log in again",
            AccountStatus::Pending | AccountStatus::Active | AccountStatus::Inactive => {
                "The platform says the session has ended. A second check, at least 60 seconds later, will tell"
            }
        },
        Verdict::Restricted => "The platform restricts this account. See what it says there",
        Verdict::IdentityMismatch => "The session belongs to another person. Log in again with the right one",
        Verdict::Unknown => return format!("The platform could not be asked ({}). The status stays", why(outcome)),
        Verdict::PlatformChanged => "The platform answered in a way that Roster does not understand. The status stays",
    };
    said.to_owned()
}

fn why(outcome: &CheckOutcome) -> &'static str {
    match Reason::from(outcome.reason) {
        Reason::Dns => "its name could not be resolved",
        Reason::Connect => "no connection",
        Reason::Tls => "no trusted connection",
        Reason::Timeout => "no answer in time",
        Reason::Proxy => "the account's proxy does not work",
        Reason::ServerError => "it has a fault",
        Reason::RateLimited => "it wants fewer questions",
        Reason::NotJson => "something else answered in its place",
        Reason::HostChanged => "it sent us to another host",
        Reason::NoCredential => "there is no session in the vault",
        Reason::Offline => "the network is off",
        Reason::RiskControl => "its risk control refused",
        Reason::Captcha => "it wants a captcha",
        Reason::UnexpectedShape => "its answer was not understood",
        Reason::Ok | Reason::NotLoggedIn | Reason::Banned | Reason::Muted | Reason::OtherUser | Reason::Other => {
            "for another reason"
        }
    }
}

impl From<BatchOutcome> for BatchCheckView {
    fn from(outcome: BatchOutcome) -> Self {
        Self { success_count: outcome.success_count, fail_count: outcome.fail_count, total: outcome.total }
    }
}

impl HealthHistoryView {
    /// The checks of one account.
    pub(crate) fn of(view: &AccountView, records: Vec<HealthRecord>) -> Self {
        let records = records.into_iter().map(HealthRecordView::from).collect();
        Self { account_id: view.account.id.to_string(), records }
    }
}

impl From<HealthRecord> for HealthRecordView {
    fn from(record: HealthRecord) -> Self {
        Self {
            at: record.at,
            verdict: record.verdict.into(),
            reason: record.reason.into(),
            evidence: record.evidence.into(),
            duration_ms: record.duration_ms,
            generation: record.generation,
            status: record.status.into(),
        }
    }
}

impl From<Evidence> for EvidenceView {
    fn from(evidence: Evidence) -> Self {
        Self {
            question: evidence.question,
            http_status: evidence.http_status,
            code: evidence.code,
            message: evidence.message,
            retry_after_s: evidence.retry_after_s,
        }
    }
}

impl From<Job> for JobView {
    fn from(job: Job) -> Self {
        Self {
            id: job.id.to_string(),
            kind: job.kind.into(),
            state: job.state.into(),
            why: job.why.map(Into::into),
            done: job.done,
            total: job.total,
            alive: job.alive,
            expired: job.expired,
            restricted: job.restricted,
            unknown: job.unknown,
            next_at: job.next_at,
            results: job.results.into_iter().map(JobResultView::from).collect(),
        }
    }
}

impl From<CheckResult> for JobResultView {
    fn from(result: CheckResult) -> Self {
        Self {
            account_id: result.account_id.to_string(),
            account_name: result.account_name,
            verdict: result.verdict.into(),
            reason: result.reason.into(),
            status: result.status.into(),
        }
    }
}
