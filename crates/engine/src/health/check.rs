//! Checking one account.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use jiff::Timestamp;
use roster_domain::{
    Account, AccountId, AccountStatus, Credential, Evidence, HealthRecord, PlatformId, Reason, Verdict,
};
use roster_platform::{Context, Probe, ProbeDepth, Retry};
use tokio_util::sync::CancellationToken;

use crate::{
    AccountRef, CheckOutcome, Engine, Error,
    storage::{RecordId, Upkeep},
    unlocked::Unlocked,
};

/// How often everything worth asking is asked, in seconds: once a day.
const FULL_EVERY_S: i64 = 24 * 3600;

/// One answer, and what it was about.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) probe: Probe,
    pub(crate) depth: ProbeDepth,
    /// The session that was asked about, while it may still be of use.
    pub(crate) asked: Option<Credential>,
    /// The generation that was asked about.
    pub(crate) generation: u64,
    pub(crate) took: Duration,
    /// Where the platform keeps the account, where the session says so.
    pub(crate) region: Option<String>,
}

/// A region's name among a session's tokens, or the host of its site. Nothing that could be a secret.
fn region_of(credential: &Credential) -> Option<String> {
    let is_name =
        |text: &&String| text.len() <= 16 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let named = credential.tokens.get("region").map(|region| region.expose()).filter(is_name).cloned();
    named.or_else(|| url::Url::parse(credential.site.as_deref()?).ok()?.host_str().map(str::to_owned))
}

impl Engine {
    /// Checks one account and waits for the answer. A fault on the way is an outcome, not an error.
    ///
    /// # Errors
    /// [`Error::AccountNotFound`], [`Error::Storage`]
    pub async fn check_account(&self, account: &AccountRef) -> Result<CheckOutcome, Error> {
        let open = self.open()?;
        let id = open.id_of(account)?;
        let checked = open.whole(move |open| async move { open.check(&id, &open.cancel).await }).await?;
        checked.ok_or(Error::VaultLocked)
    }

    /// The last checks, newest first, at most 50.
    ///
    /// # Errors
    /// [`Error::AccountNotFound`], [`Error::Storage`]
    pub async fn health_history(&self, account: &AccountRef) -> Result<Vec<HealthRecord>, Error> {
        let open = self.open()?;
        let (_, _, record) = open.snapshot(&open.id_of(account)?)?;
        let history: VecDeque<HealthRecord> = open.store.health(record)?;
        Ok(history.into_iter().rev().collect())
    }
}

/// An answer that did not come from the platform.
pub(crate) fn no_answer(reason: Reason, retry: Retry) -> Probe {
    let verdict = Verdict::Unknown;
    Probe {
        verdict,
        reason,
        evidence: Evidence::default(),
        identity: None,
        numbers: None,
        quotas: None,
        refreshed: None,
        membership_unknown: false,
        retry,
    }
}

/// An error on the way to an answer, as an answer that says nothing.
pub(crate) fn fault(error: roster_platform::Error) -> Probe {
    let roster_platform::Error { reason, retry, evidence, .. } = error;
    Probe { evidence: *evidence, ..no_answer(reason, retry) }
}

fn full_is_due(upkeep: &Upkeep, now: Timestamp) -> bool {
    upkeep.full_check_at.is_none_or(|at| now.as_second() - at.as_second() >= FULL_EVERY_S || at > now)
}

impl Unlocked {
    /// Checks an account in the background.
    pub(crate) fn check_in_background(self: &Arc<Self>, id: AccountId) {
        let open = Arc::clone(self);
        self.tasks.spawn(async move {
            match open.check(&id, &open.cancel).await {
                Ok(Some(outcome)) => open.read_first_quotas(&outcome.account_id),
                Ok(None) => {}
                // Not an error of anybody's: the account is due, so the periodic check makes up for it.
                Err(error) => tracing::warn!(%error, "a check in the background failed"),
            }
        });
    }

    /// Checks an account; `None` when told to stop before the answer was there. Who asks while a check of the same
    /// account is under way gets that one's outcome, unless the account has another session by then.
    pub(crate) async fn check(
        self: &Arc<Self>,
        id: &AccountId,
        cancel: &CancellationToken,
    ) -> Result<Option<CheckOutcome>, Error> {
        let boarding = self.flights.board(id);
        let (mut last, waited) = match boarding.slot.try_lock() {
            Ok(last) => (last, false),
            Err(_) => match cancel.run_until_cancelled(boarding.slot.lock()).await {
                Some(last) => (last, true),
                None => return Ok(None),
            },
        };
        let current = |generation: u64| {
            // An account that is gone went to another one with this very answer.
            self.book.read().get(id).is_none_or(|row| row.account.generation == generation)
        };
        if let Some((_, outcome)) = last.clone().filter(|(generation, _)| waited && current(*generation)) {
            return Ok(Some(outcome));
        }
        let (account, upkeep, record) = self.snapshot(id)?;
        // A restriction that only the full question shows must not be lifted by a light one.
        let restricted = account.status == AccountStatus::Inactive;
        let full = restricted || full_is_due(&upkeep, self.now());
        let depth = if full { ProbeDepth::Full } else { ProbeDepth::Light };
        // Only the question may be broken off; what it brought is written whatever happens.
        let Some(mut answer) = cancel.run_until_cancelled(self.ask(&account, record, depth)).await else {
            return Ok(None);
        };
        let (generation, region, took) = (answer.generation, answer.region.take(), answer.took);
        let outcome = self.take_answer(id, answer).await?;
        self.core.counts.count(&account.platform, region, (outcome.verdict, outcome.reason), took);
        *last = Some((generation, outcome.clone()));
        Ok(Some(outcome))
    }

    /// Asks the platform about the session that is stored for an account.
    async fn ask(&self, account: &Account, record: RecordId, depth: ProbeDepth) -> Answer {
        let generation = account.generation;
        let none = |reason| {
            let (probe, took) = (no_answer(reason, Retry::Never), Duration::ZERO);
            Answer { probe, depth, asked: None, generation, took, region: None }
        };
        match self.kept_for(account, record) {
            // What was only kept beside a session that is over has no generation.
            Ok(Some(credential)) if credential.generation > 0 => {
                let context = self.context_of(&account.id, &credential);
                let (probe, took) = self.probe(&account.platform, context, &credential, depth).await;
                let region = region_of(&credential);
                let generation = credential.generation;
                Answer { probe, depth, asked: Some(credential), generation, took, region }
            }
            Ok(Some(_) | None) => none(Reason::NoCredential),
            Err(error) => {
                tracing::error!(%error, account = %account.id, "a credential cannot be read");
                none(Reason::Other)
            }
        }
    }

    /// Asks the platform whose session a credential is that is only being tried, on behalf of the account that is to
    /// have it. It may be anybody's: nothing is remembered of it.
    pub(crate) async fn ask_about(
        &self,
        platform: &PlatformId,
        account: Option<&AccountId>,
        credential: &Credential,
        depth: ProbeDepth,
    ) -> (Probe, Duration) {
        let context = self.context_for(account, credential.user_agent.as_deref());
        self.probe(platform, context, credential, depth).await
    }

    pub(crate) async fn probe(
        &self,
        platform: &PlatformId,
        context: Result<Context, roster_platform::Error>,
        credential: &Credential,
        depth: ProbeDepth,
    ) -> (Probe, Duration) {
        let Ok(adapter) = self.core.adapter(platform) else {
            return (no_answer(Reason::Other, Retry::Never), Duration::ZERO);
        };
        let _lane = self.lanes.enter(platform, credential.site.as_deref()).await;
        let began = self.core.ports.clock.awake();
        let probe = match context {
            Ok(context) => adapter.probe(&context, credential, depth).await,
            Err(error) => fault(error),
        };
        (probe, self.core.ports.clock.awake().saturating_sub(began))
    }
}
