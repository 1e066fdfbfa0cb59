//! Driving a login: one question at a time, until there is a session or it cannot go on.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use roster_domain::Credential;
use roster_platform::{Filled, Form, LoginFlow, LoginInput, LoginMethod, LoginStep};

use super::{board::Login, paste::PastedCookies};
use crate::{LoginPhase, unlocked::Unlocked};

/// The shortest time between two questions, whatever an adapter says.
const SHORTEST_POLL: Duration = Duration::from_millis(500);

/// What woke the loop.
pub(super) enum Woken {
    Time,
    Refresh,
    Filled(Filled),
    Cancelled,
}

/// What comes after a step.
pub(super) enum Next {
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

/// A login under way, with what its loop remembers from one question to the next.
pub(super) struct Drive {
    pub(super) open: Arc<Unlocked>,
    pub(super) login: Arc<Login>,
    pub(super) expires_at: Option<Timestamp>,
    pub(super) faults: u32,
    pub(super) refreshes: u32,
    site: Option<String>,
    /// The form that was last asked for: a fault leaves it standing.
    pub(super) asked: Option<Form>,
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

    /// Waits; for ever without a time.
    pub(super) async fn wait(&self, time: Option<Duration>) -> Woken {
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
