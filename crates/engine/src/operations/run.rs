//! Doing one operation.

use std::{sync::Arc, time::Duration};

use roster_domain::{AccountId, Credential, Reason};
use roster_platform::{Adapter, ErrorKind, OperateError, Operation, OperationInput, Outcome, Retry, Risk};

use super::{Consent, Operated, keep::Brought};
use crate::{AccountRef, Clash, Engine, Error, unlocked::Unlocked};

/// How long an operation may wait for its turn. Once it is on its way it ends by the limits of its questions: what it
/// brings may be the only session that still works.
const LONGEST_WAIT: Duration = Duration::from_secs(90);

/// One operation under way.
struct Job {
    id: AccountId,
    adapter: Arc<dyn Adapter>,
    operation: Operation,
}

impl Engine {
    /// What the account's platform can do, in the order in which it is offered.
    ///
    /// # Errors
    /// [`Error::AccountNotFound`], [`Error::UnknownPlatform`]
    pub fn operations(&self, account: &AccountRef) -> Result<Vec<Operation>, Error> {
        let open = self.open()?;
        let (account, _, _) = open.snapshot(&open.id_of(account)?)?;
        Ok(self.core.adapter(&account.platform)?.operations().to_vec())
    }

    /// Does one of them. What it brings is written before this returns: another session, secrets that come once, the end
    /// of the session. One that changes something is asked once and never repeated.
    ///
    /// # Errors
    /// [`Error::AccountNotFound`], [`Error::OperationNotFound`]; [`Error::NeedsOwner`] and [`Error::Conflict`] for a
    /// dangerous one without the owner's word; [`Error::Input`] before anything is asked; [`Error::OperationRefused`] and
    /// [`Error::Platform`] as the platform answered; [`Error::Storage`]
    pub async fn operate(
        &self,
        account: &AccountRef,
        operation: &str,
        input: OperationInput,
        consent: Consent,
    ) -> Result<Operated, Error> {
        let open = self.open()?;
        let id = open.id_of(account)?;
        let (account, _, _) = open.snapshot(&id)?;
        let adapter = self.core.adapter(&account.platform)?;
        let known = adapter.operations().iter().find(|known| known.id == operation).cloned();
        let not_found = || Error::OperationNotFound { id: operation.chars().take(64).collect() };
        let operation = known.ok_or_else(not_found)?;
        if operation.risk == Risk::Dangerous {
            match consent {
                Consent::Program => return Err(Error::NeedsOwner { operation: operation.id.to_owned() }),
                Consent::Owner { confirmed: false } => return Err(Error::Conflict(Clash::ConfirmationNeeded)),
                Consent::Owner { confirmed: true } => {}
            }
        }
        let job = Job { id, adapter, operation };
        open.whole(move |open| async move { open.run(job, input).await }).await
    }
}

impl Engine {
    /// Opens a page that an operation led to in the person's browser. Where there is none, they still have its address.
    pub async fn open_outside(&self, url: &str) {
        let Some(page) = safe_page(url) else { return };
        if let Err(error) = self.core.ports.browser.open(&page).await {
            tracing::warn!(%error, "a page could not be opened in the browser");
        }
    }
}

/// What an adapter's refusal means to whoever asked.
fn told(error: OperateError, operation: &Operation) -> Error {
    match error {
        OperateError::Unknown => Error::OperationNotFound { id: operation.id.to_owned() },
        OperateError::Input { field, problem } if field.is_empty() => Error::Input { field: "input".into(), problem },
        OperateError::Input { field, problem } => Error::Input { field: format!("input.{field}"), problem },
        OperateError::Refused { code, remedy, error } => Error::OperationRefused { code, remedy, error },
        OperateError::Platform(error) => Error::Platform(error),
    }
}

/// Whether the platform says that the session has ended; the checks find out whether that is so.
fn sounds_expired(error: &Error) -> bool {
    let error = match error {
        Error::Platform(error) => error,
        Error::OperationRefused { error, .. } => error,
        _ => return false,
    };
    error.kind == ErrorKind::NotLoggedIn && error.reason != Reason::NoCredential
}

fn too_slow() -> OperateError {
    let error = roster_platform::Error::new(ErrorKind::Network, "operation");
    OperateError::Platform(error.because(Reason::Timeout).retry(Retry::Never))
}

impl Unlocked {
    async fn run(self: &Arc<Self>, job: Job, input: OperationInput) -> Result<Operated, Error> {
        let clock = &self.core.ports.clock;
        let began = clock.awake();
        let done = self.in_turn(&job, input).await;
        if job.operation.risk != Risk::Read {
            self.memories.forget(&job.id);
        }
        let took = clock.awake().saturating_sub(began);
        self.note_operation(&job.id, &job.operation, done.as_ref().err(), took).await;
        if done.as_ref().is_err_and(sounds_expired) {
            self.check_in_background(job.id);
        }
        done
    }

    /// Waits for the account's turn and the platform's, asks, and keeps what came.
    async fn in_turn(&self, job: &Job, input: OperationInput) -> Result<Operated, Error> {
        let platform = &job.adapter.descriptor().id;
        let (account, ..) = self.snapshot(&job.id)?;
        let site = account.site.as_deref();
        let waiting = async { (self.turns.take(&job.id).await, self.lanes.enter(platform, site).await) };
        let (_turn, lane) = self.while_waiting(job, waiting).await?;
        let (account, _, record) = self.snapshot(&job.id)?;
        let credential = self.credential_of(&account, record)?;
        let outcome = self.ask_operation(job, &credential, input).await?;
        drop(lane);
        let Outcome { value, credential: another, refreshed, secrets, open_url, session_ended } = outcome;
        let given = secrets.iter().filter(|(_, value)| !value.expose().is_empty());
        let names: Vec<String> = given.map(|(name, _)| name.clone()).collect();
        let session_changed = another.is_some() && !session_ended;
        let brought = Brought { another, refreshed, secrets, session_ended };
        if brought.is_something() {
            self.keep_outcome(&job.id, credential, brought).await?;
        }
        Ok(Operated {
            operation: job.operation.id.to_owned(),
            value,
            at: self.now(),
            open_url: open_url.and_then(|url| safe_page(&url)),
            secrets: names,
            session_changed,
            session_ended,
        })
    }

    /// Waits until an operation may begin. None begins once the vault is being locked.
    async fn while_waiting<T>(&self, job: &Job, turn: impl Future<Output = T>) -> Result<T, Error> {
        tokio::select! {
            biased;
            () = self.cancel.cancelled() => Err(Error::VaultLocked),
            () = self.core.ports.clock.sleep(LONGEST_WAIT) => Err(told(too_slow(), &job.operation)),
            turn = turn => Ok(turn),
        }
    }

    /// Asks. Locking breaks off what only looks, and waits for the answer to anything else.
    async fn ask_operation(&self, job: &Job, credential: &Credential, input: OperationInput) -> Result<Outcome, Error> {
        let context = self.context_of(&job.id, credential)?;
        let asked = job.adapter.operate(&context, credential, job.operation.id, input);
        let outcome = match job.operation.risk {
            Risk::Read => self.cancel.run_until_cancelled(asked).await.ok_or(Error::VaultLocked)?,
            Risk::Write | Risk::Dangerous => asked.await,
        };
        outcome.map_err(|error| told(error, &job.operation))
    }
}

/// A page that a person may be sent to, written so that it can be nothing but an address.
fn safe_page(url: &str) -> Option<String> {
    let page = url::Url::parse(url).ok().filter(|url| url.scheme() == "https" && url.has_host());
    if page.is_none() {
        tracing::warn!("an operation named a page that nobody is sent to");
    }
    page.map(String::from)
}

/// The word for why an operation was not done, for the account's list of uses.
pub(super) fn word(error: &Error) -> Option<String> {
    match error {
        // Nothing was asked.
        Error::Input { .. } => None,
        Error::OperationRefused { code, .. } => Some(code.clone()),
        Error::Platform(error) => {
            let reason = serde_json::to_value(error.reason).ok();
            let reason = reason.and_then(|word| word.as_str().map(str::to_owned));
            error.evidence.message.clone().or(reason)
        }
        other => Some(other.to_string()),
    }
}
