//! What a fault means for a login under way.

use std::time::Duration;

use roster_platform::{ErrorKind, FormProblem, LoginInput};

use super::{
    drive::{Drive, Next, Woken},
    problem,
};
use crate::LoginPhase;

impl Drive {
    /// After a fault the same question is asked again, or a new code is asked for when this one's time is over.
    pub(super) async fn after_fault(&mut self, input: &LoginInput, wait: Duration) -> Next {
        let asks_for_code = matches!(input, LoginInput::Refresh);
        if !asks_for_code && !self.is_over() {
            return Next::Poll(wait);
        }
        match self.wait(Some(wait)).await {
            Woken::Cancelled => Next::End,
            Woken::Time | Woken::Refresh | Woken::Filled(_) if asks_for_code => Next::Refresh,
            Woken::Time | Woken::Refresh | Woken::Filled(_) => self.expired(),
        }
    }

    /// Shows a fault; answers how long to wait, or nothing when the login cannot go on.
    pub(super) fn fault(&mut self, error: &roster_platform::Error) -> Option<Duration> {
        tracing::info!(login = %self.login.id, %error, "a login met a fault");
        let wait = problem::goes_on(error).then(|| {
            self.faults += 1;
            problem::backoff(error.retry, self.faults)
        });
        self.login.update(&self.open.core, |view| {
            view.error = Some(problem::of_error(error, wait));
            if wait.is_none() {
                view.phase = LoginPhase::Failed;
            }
        });
        wait
    }

    /// Whether a fault leaves the person before the form. What was filled in is sent once: only they can send it again.
    pub(super) fn may_fill_again(&self, input: &LoginInput, error: &roster_platform::Error) -> bool {
        matches!(input, LoginInput::Fields(_)) && self.asked.is_some() && error.kind != ErrorKind::Unsupported
    }

    pub(super) fn form_after(&mut self, error: roster_platform::Error) -> Next {
        tracing::info!(login = %self.login.id, %error, "a form met a fault");
        let wait = match error.retry {
            roster_platform::Retry::After(wait) => Some(wait),
            roster_platform::Retry::Soon | roster_platform::Retry::Never => None,
        };
        let shown = problem::of_error(&error, wait);
        let problem = FormProblem { field: None, text: None, reason: error.reason, evidence: *error.evidence };
        match self.asked.take() {
            Some(form) => self.ask_fields(form, Some(problem), Some(shown)),
            None => Next::End,
        }
    }
}
