//! What an answer changes.

use roster_domain::{Account, AccountId, AccountStatus, HealthRecord, LastCheck, Profile, Verdict};
use roster_platform::{Probe, ProbeDepth};

use super::{
    check::Answer,
    schedule::{is_answer, jitter, next_check},
    verdict::{Judgement, judge},
};
use crate::{
    CheckOutcome, DiedAccount, Error,
    accounts::sound,
    sessions::Arriving,
    storage::{Batch, RecordId, Upkeep},
    unlocked::Unlocked,
};

fn outcome(id: &AccountId, judged: &Judgement, record: &HealthRecord) -> CheckOutcome {
    CheckOutcome {
        account_id: id.clone(),
        verdict: judged.verdict,
        reason: judged.reason,
        evidence: record.evidence.clone(),
        status: record.status,
        healthy: judged.verdict == Verdict::Alive,
        recheck_at: judged.recheck_at().filter(|_| record.status != AccountStatus::Expired),
        checked_at: record.at,
        duration_ms: record.duration_ms,
    }
}

/// The error that a list shows: the platform's words where there are any.
fn last_error(judged: &Judgement, record: &HealthRecord) -> Option<String> {
    if judged.verdict == Verdict::Alive {
        return None;
    }
    let reason = serde_json::to_value(judged.reason).ok().and_then(|word| word.as_str().map(str::to_owned));
    record.evidence.message.clone().or(reason)
}

/// What the platform said about the person. A light question does not ask everything: what it left out stays as the
/// last full one found it.
fn take_profile(account: &mut Account, probe: &mut Probe, depth: ProbeDepth, record: &HealthRecord) {
    let Some(mut found) = probe.identity.take() else { return };
    if account.identity.is_none() {
        account.identity = Some(found.user_id);
    }
    found.profile.read_at = found.profile.read_at.or(Some(record.at));
    if !account.name_is_own && !found.profile.name.is_empty() {
        account.name.clone_from(&found.profile.name);
    }
    let same = |known: &Profile| known.user_id == found.profile.user_id;
    let known = account.profile.take().filter(same);
    if let Some(known) = known.as_ref().filter(|_| probe.membership_unknown) {
        found.profile.membership.clone_from(&known.membership);
        found.profile.membership_ends_at = known.membership_ends_at;
    }
    if let Some(known) = known.filter(|_| depth == ProbeDepth::Light) {
        let found = &mut found.profile;
        let ends_at =
            known.membership_ends_at.filter(|_| found.membership.is_some() && found.membership == known.membership);
        found.membership_ends_at = found.membership_ends_at.or(ends_at);
        found.avatar_url = found.avatar_url.take().or(known.avatar_url);
        found.signature = found.signature.take().or(known.signature);
        found.level = found.level.take().or(known.level);
        found.verification = found.verification.take().or(known.verification);
    }
    account.profile = Some(found.profile);
}

impl Unlocked {
    /// Takes an answer in: the history, the status, the profile, renewed cookies, the next time. An answer about a
    /// session that has been replaced meanwhile changes nothing.
    pub(crate) async fn take_answer(&self, id: &AccountId, answer: Answer) -> Result<CheckOutcome, Error> {
        if let Some(other) = self.person_elsewhere(id, &answer)? {
            return self.move_session(id, &other, answer).await;
        }
        let _held = self.hold(id).await;
        let (account, upkeep, record) = self.snapshot(id)?;
        self.write_answer(account, upkeep, record, answer, Batch::new()).await
    }

    /// Judges and writes. The account is held.
    pub(super) async fn write_answer(
        &self,
        mut account: Account,
        mut upkeep: Upkeep,
        record: RecordId,
        mut answer: Answer,
        mut batch: Batch,
    ) -> Result<CheckOutcome, Error> {
        let now = self.now();
        let judged = judge(&account, &answer.probe, now);
        let mut entry = HealthRecord {
            at: now,
            verdict: judged.verdict,
            reason: judged.reason,
            evidence: std::mem::take(&mut answer.probe.evidence),
            duration_ms: u64::try_from(answer.took.as_millis()).unwrap_or(u64::MAX),
            generation: answer.generation,
            status: judged.status,
        };
        if account.generation != answer.generation {
            entry.status = account.status;
            return Ok(CheckOutcome { recheck_at: None, ..outcome(&account.id, &judged, &entry) });
        }
        account.status = judged.status;
        account.first_expired_at = judged.first_expired_at;
        account.last_check = Some(LastCheck { at: now, verdict: judged.verdict, reason: judged.reason });
        account.last_error = last_error(&judged, &entry);
        if judged.verdict == Verdict::Alive {
            take_profile(&mut account, &mut answer.probe, answer.depth, &entry);
            self.take_cookies(&mut account, &mut answer, record, &mut batch);
            self.take_numbers(&account, &mut upkeep, &mut answer.probe, record, &mut batch);
            self.take_quotas(&account, &mut upkeep, &mut answer.probe);
        }
        note_work(&mut upkeep, &judged, &answer, now);
        let told = judged.died && self.may_tell(&mut upkeep, now);
        let rhythm = self.rhythm(&account);
        account.next_check_at = next_check(&account, &upkeep, answer.probe.retry, rhythm, now, jitter());
        let done = outcome(&account.id, &judged, &entry);
        let mut history = self.store.health(record).unwrap_or_else(|error| {
            tracing::error!(%error, account = %account.id, "a history cannot be read; it starts anew");
            std::collections::VecDeque::new()
        });
        history.push_back(entry);
        batch.health(record, &mut history);
        let died = judged.died.then(|| DiedAccount {
            account_id: account.id.clone(),
            name: account.name.clone(),
            platform: account.platform.clone(),
            reason: judged.reason,
        });
        self.put(account, upkeep, batch).await?;
        if let Some(died) = died {
            self.announce(died, told);
        }
        Ok(done)
    }

    /// Cookies that the answer renewed: the same session, so the same generation.
    fn take_cookies(&self, account: &mut Account, answer: &mut Answer, record: RecordId, batch: &mut Batch) {
        if let (Some(asked), Some(refreshed)) = (answer.asked.take(), answer.probe.refreshed.take()) {
            self.write_session((account, record), Arriving::changed(asked, refreshed), batch);
        }
    }

    /// Quotas that came along. Where the adapter can be asked for all of them, those are kept instead.
    fn take_quotas(&self, account: &Account, upkeep: &mut Upkeep, probe: &mut Probe) {
        let Some(quotas) = probe.quotas.take() else { return };
        let adapter = self.core.adapters.get(&account.platform);
        let can_ask = adapter.is_some_and(|adapter| adapter.descriptor().capabilities.quotas);
        if !can_ask || upkeep.quotas.is_none() {
            upkeep.quotas = Some(sound(quotas));
        }
    }

    /// Numbers that came along. Where the adapter can be asked for all of them, those are kept instead.
    fn take_numbers(
        &self,
        account: &Account,
        upkeep: &mut Upkeep,
        probe: &mut Probe,
        record: RecordId,
        batch: &mut Batch,
    ) {
        let Some(numbers) = probe.numbers.take() else { return };
        let adapter = self.core.adapters.get(&account.platform);
        if adapter.is_some_and(|adapter| !adapter.descriptor().capabilities.numbers) {
            upkeep.numbers_at = Some(numbers.read_at);
            batch.numbers(record, &numbers);
        }
    }
}

fn note_work(upkeep: &mut Upkeep, judged: &Judgement, answer: &Answer, now: jiff::Timestamp) {
    if is_answer(judged.verdict) {
        upkeep.unanswered = 0;
        if answer.depth == ProbeDepth::Full {
            upkeep.full_check_at = Some(now);
        }
    } else {
        upkeep.unanswered = upkeep.unanswered.saturating_add(1);
    }
    if judged.verdict == Verdict::Alive {
        upkeep.provisional = false;
    }
}

#[cfg(test)]
#[path = "outcome_tests.rs"]
mod tests;
