//! What a step of a login changes in what its person sees.

use std::time::Duration;

use jiff::Timestamp;
use roster_platform::{Form, FormProblem, LoginStep, ScannedBy};

use super::{
    drive::{Drive, Next},
    problem, qr,
};
use crate::{AskedForm, LoginPhase, LoginProblem, LoginProblemKind, LoginView, Scanner};

/// How many times a code is renewed by itself before somebody has to say that they are still there.
const REFRESHES: u32 = 20;
/// How long a code may be over before it is taken for expired although the platform has not said so (it may be out of
/// reach).
const GRACE_S: i64 = 15;

impl Drive {
    /// Takes a step in.
    pub(super) async fn take(&mut self, step: LoginStep) -> Next {
        self.faults = 0;
        match step {
            LoginStep::ShowQr { text, expires_at, poll_after } => self.show(text, expires_at, poll_after).await,
            LoginStep::Waiting { poll_after } => self.progress(LoginPhase::Waiting, None, poll_after),
            LoginStep::Scanned { by, poll_after } => self.progress(LoginPhase::Scanned, by, poll_after),
            LoginStep::AskFields { form, problem } => self.ask_fields(form, problem, None),
            LoginStep::Expired => self.expired(),
            LoginStep::Refused { why, reason, evidence } => {
                tracing::info!(login = %self.login.id, ?why, code = ?evidence.code, "a login was refused");
                self.set(|view| {
                    view.phase = LoginPhase::Refused;
                    view.error = Some(problem::of_refusal(&why, reason));
                    forget_code(view);
                });
                Next::Rest
            }
            LoginStep::Done { credential, identity } => {
                self.set(|view| {
                    view.phase = LoginPhase::Verifying;
                    view.error = None;
                    forget_code(view);
                });
                Next::Done(Box::new((credential, identity)))
            }
        }
    }

    /// Shows a form and waits for the person.
    pub(super) fn ask_fields(&mut self, form: Form, problem: Option<FormProblem>, error: Option<LoginProblem>) -> Next {
        self.asked = Some(form.clone());
        self.set(|view| {
            view.phase = LoginPhase::NeedsInput;
            view.error = error;
            forget_code(view);
            view.form = Some(AskedForm { form, problem });
        });
        Next::Rest
    }

    fn set(&self, change: impl FnOnce(&mut LoginView)) {
        self.login.update(&self.open.core, change);
    }

    async fn show(&mut self, text: String, expires_at: Timestamp, poll_after: Duration) -> Next {
        let drawn = {
            let text = text.clone();
            tokio::task::spawn_blocking(move || qr::picture(&text)).await
        };
        let picture = match drawn {
            Ok(Ok(picture)) => picture,
            Ok(Err(error)) => return self.no_picture(&error),
            Err(error) => return self.no_picture(&error),
        };
        self.expires_at = Some(expires_at);
        let refreshes = self.refreshes;
        self.set(|view| {
            view.phase = LoginPhase::Waiting;
            view.form = None;
            view.qrcode_text = Some(text);
            view.qrcode_image = Some(picture);
            view.expires_at = Some(expires_at);
            view.scanned_by = None;
            view.error = None;
            view.refreshes = refreshes;
        });
        Next::Poll(poll_after)
    }

    fn no_picture(&self, error: &dyn std::error::Error) -> Next {
        tracing::error!(login = %self.login.id, %error, "no picture of a code");
        self.set(|view| {
            view.phase = LoginPhase::Failed;
            view.error = Some(LoginProblem {
                kind: LoginProblemKind::Protocol,
                reason: roster_domain::Reason::UnexpectedShape,
                retry_in_s: None,
            });
        });
        Next::End
    }

    fn progress(&mut self, phase: LoginPhase, by: Option<ScannedBy>, poll_after: Duration) -> Next {
        if self.is_over() {
            return self.expired();
        }
        self.set(|view| {
            view.phase = phase;
            view.error = None;
            if let Some(by) = by {
                view.scanned_by = Some(Scanner { name: by.name, avatar_url: by.avatar_url });
            }
        });
        Next::Poll(poll_after)
    }

    /// The code's time is over: a new one, unless nobody seems to be there.
    pub(super) fn expired(&mut self) -> Next {
        let stopped = self.refreshes >= REFRESHES;
        if !stopped {
            self.refreshes += 1;
        }
        let refreshes = self.refreshes;
        self.set(|view| {
            view.phase = LoginPhase::Expired;
            view.scanned_by = None;
            view.refreshes = refreshes;
            if stopped {
                let reason = roster_domain::Reason::Timeout;
                view.error = Some(LoginProblem { kind: LoginProblemKind::Stopped, reason, retry_in_s: None });
                forget_code(view);
            }
        });
        if stopped { Next::Rest } else { Next::Refresh }
    }

    /// Whether the code's time is over for good.
    pub(super) fn is_over(&self) -> bool {
        let now = self.open.now();
        self.expires_at.is_some_and(|at| now.as_second() - at.as_second() >= GRACE_S)
    }
}

fn forget_code(view: &mut LoginView) {
    view.qrcode_text = None;
    view.qrcode_image = None;
    view.expires_at = None;
    view.form = None;
}
