//! The counted calls of a server: 20 in 20 minutes, all of them together, as the caller's address makes them.

use axum::http::StatusCode;
use jiff::Timestamp;

use super::{Generation, Service};
use crate::answer::Answer;
use crate::ask::Ask;

const MOST: usize = 20;
const WINDOW_S: i64 = 20 * 60;

/// What was let through.
#[derive(Debug, Default)]
pub(super) struct Window(Vec<Timestamp>);

impl Window {
    /// Lets one through, or says for how many seconds none will be. What is refused is not counted.
    fn enter(&mut self, now: Timestamp) -> Result<(), i64> {
        self.0.retain(|at| now.as_second() - at.as_second() < WINDOW_S);
        match self.0.first().filter(|_| self.0.len() >= MOST) {
            Some(oldest) => Err(WINDOW_S - (now.as_second() - oldest.as_second())),
            None => {
                self.0.push(now);
                Ok(())
            }
        }
    }
}

impl Service {
    /// Counts a call with the others of the site; `Some` is the refusal.
    pub(super) fn counted(&self, ask: &Ask) -> Option<Answer> {
        let entered = self.at_site(ask, |site| site.critical.enter(ask.now));
        entered.err().map(|wait| self.refused(ask, wait))
    }

    /// The same, by the third generation only.
    pub(super) fn counted_on_third(&self, ask: &Ask) -> Option<Answer> {
        if self.generation(&ask.host) == Generation::Third { self.counted(ask) } else { None }
    }

    /// Counts a call of one user, by the third generation only.
    pub(super) fn counted_for(&self, ask: &Ask, user: u64) -> Option<Answer> {
        if self.generation(&ask.host) != Generation::Third {
            return None;
        }
        let key = format!("{user} {}", ask.path);
        let entered = self.at_site(ask, |site| site.by_user.entry(key).or_default().enter(ask.now));
        entered.err().map(|wait| self.refused(ask, wait))
    }

    /// Nothing in it; only the third generation says how long.
    fn refused(&self, ask: &Ask, wait: i64) -> Answer {
        let answer = Answer::text("").status(StatusCode::TOO_MANY_REQUESTS);
        match self.generation(&ask.host) {
            Generation::Third => answer.header("retry-after", wait.to_string()),
            Generation::First | Generation::Second => answer,
        }
    }
}
