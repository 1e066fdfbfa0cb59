//! Driving a login: one question at a time, until there is a session or it cannot go on.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use roster_domain::Credential;
use roster_platform::{ErrorKind, Filled, Form, FormProblem, LoginFlow, LoginInput, LoginMethod, LoginStep, ScannedBy};

use super::{board::Login, paste::PastedCookies, problem, qr};
use crate::{AskedForm, LoginPhase, LoginProblem, LoginProblemKind, LoginView, Scanner, unlocked::Unlocked};

/// How many times a code is renewed by itself before somebody has to say that they are still there.
const REFRESHES: u32 = 20;
/// How long a code may be over before it is taken for expired although the platform has not said so (it may be out of
/// reach).
const GRACE_S: i64 = 15;
/// The shortest time between two questions, whatever an adapter says.
const SHORTEST_POLL: Duration = Duration::from_millis(500);

/// What woke the loop.
enum Woken {
    Time,
    Refresh,
    Filled(Filled),
    Cancelled,
}

/// What comes after a step.
enum Next {
    /// Wait, then ask.
    Poll(Duration),
    /// Ask for a new code at once.
    Refresh,
    /// Nothing more by itself; what the person fills in goes on, or a refresh by hand.
    Rest,
    /// There is a session.
    Done(Box<(Credential, Option<String>)>),
    /// It cannot go on.
    End,
}

struct Drive {
    open: Arc<Unlocked>,
    login: Arc<Login>,
    expires_at: Option<Timestamp>,
    faults: u32,
    refreshes: u32,
    site: Option<String>,
    /// The form that was last asked for: a fault leaves it standing.
    asked: Option<Form>,
}

impl Unlocked {
    /// Drives one login to its end.
    pub(super) async fn drive_login(self: Arc<Self>, login: Arc<Login>, method: LoginMethod, site: Option<String>) {
        let (open, driven) = (Arc::clone(&self), Arc::clone(&login));
        let drive = Drive { open, login: driven, expires_at: None, faults: 0, refreshes: 0, site, asked: None };
        if let Some((credential, identity)) = drive.run(method).await {
            // From here on nothing breaks it off: this answer comes once.
            self.settle(&login, credential, identity).await;
        }
    }
}

impl Drive {
    async fn run(mut self, method: LoginMethod) -> Option<(Credential, Option<String>)> {
        let (mut flow, step) = self.begin(method).await?;
        let mut next = self.take(step).await;
        loop {
            let input = match next {
                Next::Done(session) => return Some(*session),
                Next::End => return None,
                Next::Refresh => LoginInput::Refresh,
                Next::Poll(wait) => match self.wait(Some(wait)).await {
                    Woken::Time => LoginInput::Poll,
                    Woken::Refresh => LoginInput::Refresh,
                    Woken::Filled(filled) => LoginInput::Fields(filled),
                    Woken::Cancelled => return None,
                },
                Next::Rest => match self.wait(None).await {
                    Woken::Refresh => {
                        self.refreshes = 0;
                        self.login.update(&self.open.core, |view| view.refreshes = 0);
                        LoginInput::Refresh
                    }
                    Woken::Filled(filled) => LoginInput::Fields(filled),
                    Woken::Time | Woken::Cancelled => return None,
                },
            };
            next = self.ask(flow.as_mut(), input).await?;
        }
    }

    /// Asks for the first code until there is one.
    async fn begin(&mut self, method: LoginMethod) -> Option<(Box<dyn LoginFlow>, LoginStep)> {
        let adapter = self.open.core.adapter(&self.login.platform).ok()?;
        if method == LoginMethod::Cookies {
            let (open, login) = (Arc::clone(&self.open), Arc::clone(&self.login));
            let flow = PastedCookies::new(open, login, adapter, self.site.take());
            return Some((Box::new(flow), PastedCookies::first()));
        }
        loop {
            let begun = match self.open.context_for(self.login.target.as_ref(), None) {
                Ok(context) => self.login.cancel.run_until_cancelled(adapter.begin_login(&context, method)).await?,
                Err(error) => Err(error),
            };
            match begun {
                Ok(begun) => return Some(begun),
                Err(error) => {
                    let wait = self.fault(&error)?;
                    if let Woken::Cancelled = self.wait(Some(wait)).await {
                        return None;
                    }
                }
            }
        }
    }

    /// One question. `None` when the login was cancelled.
    async fn ask(&mut self, flow: &mut dyn LoginFlow, input: LoginInput) -> Option<Next> {
        if let LoginInput::Refresh = input {
            let again = if self.asked.is_some() { LoginPhase::Loading } else { LoginPhase::Expired };
            self.login.update(&self.open.core, |view| view.phase = again);
        }
        let asked = match self.open.context_for(self.login.target.as_ref(), None) {
            Ok(context) => self.login.cancel.run_until_cancelled(flow.next(&context, input.clone())).await?,
            Err(error) => Err(error),
        };
        Some(match asked {
            Ok(step) => self.take(step).await,
            Err(error) if self.may_fill_again(&input, &error) => self.form_after(error),
            Err(error) => match self.fault(&error) {
                None => Next::End,
                Some(wait) => self.after_fault(&input, wait).await,
            },
        })
    }

    /// After a fault the same question is asked again, or a new code is asked for when this one's time is over.
    async fn after_fault(&mut self, input: &LoginInput, wait: Duration) -> Next {
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

    /// Whether the code's time is over for good.
    fn is_over(&self) -> bool {
        let now = self.open.now();
        self.expires_at.is_some_and(|at| now.as_second() - at.as_second() >= GRACE_S)
    }

    /// Shows a fault; answers how long to wait, or nothing when the login cannot go on.
    fn fault(&mut self, error: &roster_platform::Error) -> Option<Duration> {
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

    /// Takes a step in.
    async fn take(&mut self, step: LoginStep) -> Next {
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
    fn ask_fields(&mut self, form: Form, problem: Option<FormProblem>, error: Option<LoginProblem>) -> Next {
        self.asked = Some(form.clone());
        self.set(|view| {
            view.phase = LoginPhase::NeedsInput;
            view.error = error;
            forget_code(view);
            view.form = Some(AskedForm { form, problem });
        });
        Next::Rest
    }

    /// Whether a fault leaves the person before the form. What was filled in is sent once: only they can send it again.
    fn may_fill_again(&self, input: &LoginInput, error: &roster_platform::Error) -> bool {
        matches!(input, LoginInput::Fields(_)) && self.asked.is_some() && error.kind != ErrorKind::Unsupported
    }

    fn form_after(&mut self, error: roster_platform::Error) -> Next {
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
    fn expired(&mut self) -> Next {
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

    /// Waits; for ever without a time.
    async fn wait(&self, time: Option<Duration>) -> Woken {
        let sleep = async {
            match time {
                Some(time) => self.open.core.ports.clock.sleep(time.max(SHORTEST_POLL)).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            () = self.login.cancel.cancelled() => Woken::Cancelled,
            () = self.login.refresh.notified() => Woken::Refresh,
            filled = self.login.filled() => Woken::Filled(filled),
            () = sleep => Woken::Time,
        }
    }
}

fn forget_code(view: &mut LoginView) {
    view.qrcode_text = None;
    view.qrcode_image = None;
    view.expires_at = None;
    view.form = None;
}
