//! Whether a change of money happened although its answer was lost, or although nobody could look at it afterwards.
//! Doing it again would add it twice.

use std::time::Duration;

use roster_domain::Reason;
use roster_platform::{Error, ErrorKind, OperateError, Text};

use super::super::{client::Client, health, user::User};

/// When the balance is looked at again after an answer was lost: the server may still be at it.
const LOOKS: [Duration; 3] = [Duration::ZERO, Duration::from_secs(2), Duration::from_secs(3)];

/// All that a user has received: what is spent only goes from one number to the other.
pub(super) fn received(user: &User) -> Option<i64> {
    Some(user.quota?.saturating_add(user.used_quota.unwrap_or(0)))
}

/// Whether the server may have done what was asked although it did not say so.
pub(super) fn is_lost(error: &Error) -> bool {
    match error.kind {
        ErrorKind::Network => matches!(error.reason, Reason::Connect | Reason::Timeout),
        ErrorKind::Server => true,
        ErrorKind::Protocol => matches!(error.reason, Reason::NotJson | Reason::UnexpectedShape),
        _ => false,
    }
}

/// Looks at one's own account until `seen` recognises the change in it, or gives up.
pub(super) async fn look_again<T>(client: &mut Client<'_>, seen: impl Fn(&User) -> Option<T>) -> Option<T> {
    for wait in LOOKS {
        client.ctx.http.pause(wait).await;
        if let Ok((user, _)) = health::read(client).await
            && let Some(found) = seen(&user)
        {
            return Some(found);
        }
    }
    None
}

/// The answer when nobody can tell.
pub(super) fn unknown(error: Error) -> OperateError {
    OperateError::Refused {
        code: String::from("OUTCOME_UNKNOWN"),
        remedy: Text::new(
            "站点没有回答，这一步可能已经生效。请先查看余额，确认没有变化后再决定是否重做。",
            "The site did not answer, and may have done it all the same. Look at the balance first; do it again only if it has not changed.",
        ),
        error: Box::new(error),
    }
}
