//! What is in the way of a login, in the words that the UI has.

use std::time::Duration;

use roster_domain::Reason;
use roster_platform::{Error as PlatformError, ErrorKind, RefusalReason, Retry};

use crate::{LoginProblem, LoginProblemKind};

/// The first wait after a fault, doubled with each further one …
const FIRST: Duration = Duration::from_secs(2);
/// … up to this.
const LONGEST: Duration = Duration::from_secs(30);

/// How long to wait after the `count`th fault in a row; what the platform asked for is never undercut.
pub(super) fn backoff(retry: Retry, count: u32) -> Duration {
    let doubled = FIRST.saturating_mul(1_u32.checked_shl(count.saturating_sub(1)).unwrap_or(u32::MAX)).min(LONGEST);
    match retry {
        Retry::After(least) => doubled.max(least),
        Retry::Soon | Retry::Never => doubled,
    }
}

/// What an error on the way means for a login.
pub(super) fn of_error(error: &PlatformError, retry_in: Option<Duration>) -> LoginProblem {
    let kind = match error.kind {
        ErrorKind::Unsupported => LoginProblemKind::Unsupported,
        ErrorKind::Network => LoginProblemKind::Network,
        ErrorKind::Server => LoginProblemKind::Server,
        // A blocked address: it goes by itself like a limit, and the person may do the same about it as about risk control.
        ErrorKind::RateLimited if error.reason == Reason::RiskControl => LoginProblemKind::RiskControl,
        ErrorKind::RateLimited => LoginProblemKind::RateLimited,
        ErrorKind::RiskControl | ErrorKind::Restricted => LoginProblemKind::RiskControl,
        ErrorKind::Protocol => LoginProblemKind::Protocol,
        ErrorKind::Refused | ErrorKind::NotLoggedIn => LoginProblemKind::RefusedByPlatform,
    };
    LoginProblem { kind, reason: error.reason, retry_in_s: retry_in.map(|wait| wait.as_secs()) }
}

/// Whether a login goes on by itself after this error.
pub(super) fn goes_on(error: &PlatformError) -> bool {
    match error.kind {
        ErrorKind::Network | ErrorKind::Server | ErrorKind::RateLimited => true,
        // Risk control often lets the next question through; the hint tells the person what else to do.
        ErrorKind::RiskControl => true,
        // A block page or half an answer; the error's retry says whether to hope.
        ErrorKind::Protocol => error.retry != Retry::Never,
        ErrorKind::Unsupported | ErrorKind::NotLoggedIn | ErrorKind::Restricted | ErrorKind::Refused => false,
    }
}

/// What a refusal means.
pub(super) fn of_refusal(why: &RefusalReason, reason: Reason) -> LoginProblem {
    let kind = match why {
        RefusalReason::Person => LoginProblemKind::RefusedByPerson,
        RefusalReason::RiskControl => LoginProblemKind::RiskControl,
        RefusalReason::NoSession => LoginProblemKind::NoSession,
        RefusalReason::Platform => LoginProblemKind::RefusedByPlatform,
    };
    LoginProblem { kind, reason, retry_in_s: None }
}

/// What a first check that did not find the new session alive means.
pub(super) fn of_check(reason: Reason) -> LoginProblem {
    let kind = match reason {
        Reason::NotLoggedIn | Reason::NoCredential => LoginProblemKind::NoSession,
        Reason::Banned | Reason::Muted | Reason::OtherUser | Reason::Ok | Reason::Other => {
            LoginProblemKind::RefusedByPlatform
        }
        Reason::RiskControl | Reason::Captcha => LoginProblemKind::RiskControl,
        Reason::RateLimited => LoginProblemKind::RateLimited,
        Reason::ServerError => LoginProblemKind::Server,
        Reason::NotJson | Reason::UnexpectedShape | Reason::HostChanged => LoginProblemKind::Protocol,
        Reason::Dns | Reason::Connect | Reason::Tls | Reason::Timeout | Reason::Proxy | Reason::Offline => {
            LoginProblemKind::Network
        }
    };
    LoginProblem { kind, reason, retry_in_s: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_wait_longer_each_time_and_never_less_than_asked() {
        let waits: Vec<u64> = (1..=6).map(|count| backoff(Retry::Soon, count).as_secs()).collect();
        assert_eq!(waits, [2, 4, 8, 16, 30, 30]);
        assert_eq!(backoff(Retry::After(Duration::from_secs(90)), 1).as_secs(), 90);
        assert_eq!(backoff(Retry::After(Duration::from_secs(1)), 3).as_secs(), 8);
    }

    #[test]
    fn a_fault_on_the_way_does_not_end_a_login() {
        for kind in [ErrorKind::Network, ErrorKind::Server, ErrorKind::RateLimited, ErrorKind::RiskControl] {
            assert!(goes_on(&PlatformError::new(kind, "poll")), "{kind:?}");
        }
        assert!(!goes_on(&PlatformError::new(ErrorKind::Protocol, "poll")));
        assert!(goes_on(&PlatformError::new(ErrorKind::Protocol, "poll").retry(Retry::Soon)));
        assert!(!goes_on(&PlatformError::new(ErrorKind::Unsupported, "poll")));
    }
}
