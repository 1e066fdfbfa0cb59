//! When an account is asked about next.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use rand::RngExt;
use roster_domain::{Account, AccountStatus, Verdict};
use roster_platform::{Descriptor, Retry};

use crate::{Settings, storage::Upkeep, unlocked::Unlocked};

/// The first wait after a check that came to nothing.
const BACKOFF: Duration = Duration::from_secs(60);
/// An ended session does not come back by itself: asked once a day, should the platform have been mistaken.
const EXPIRED_EVERY: Duration = Duration::from_secs(24 * 3600);
/// The longest time over which checks that became due together are spread.
const SPREAD_AT_MOST: Duration = Duration::from_secs(15 * 60);
/// How much of that time each of them adds.
const SPREAD_EACH: Duration = Duration::from_secs(3);

/// What the next time depends on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rhythm {
    /// Between two checks of a healthy account.
    pub(super) interval: Duration,
    /// Never less than this.
    pub(super) at_least: Duration,
    /// Whether accounts are checked by themselves at all.
    pub(super) enabled: bool,
}

impl Rhythm {
    pub(super) fn new(settings: &Settings, platform: Option<&Descriptor>) -> Self {
        let chosen = Duration::from_secs(u64::from(settings.health_interval_minutes) * 60);
        let at_least = platform.map_or(Duration::ZERO, |platform| platform.check_at_least_every);
        Self { interval: chosen.max(at_least), at_least, enabled: settings.health_enabled }
    }
}

/// A number of −1 to 1, so that accounts do not move in step.
pub(super) fn jitter() -> f64 {
    rand::rng().random_range(-1.0..=1.0)
}

fn after(now: Timestamp, wait: Duration) -> Timestamp {
    let wait = SignedDuration::try_from(wait).unwrap_or(SignedDuration::MAX);
    now.checked_add(wait).unwrap_or(Timestamp::MAX)
}

/// Up to a fifth more or less.
fn jittered(interval: Duration, jitter: f64) -> Duration {
    interval.mul_f64(1.0 + 0.2 * jitter.clamp(-1.0, 1.0))
}

/// When a healthy, restricted or expired account is asked about next; never when the owner keeps it out of use or it
/// has no session.
pub(super) fn regular(account: &Account, rhythm: Rhythm, now: Timestamp, jitter: f64) -> Option<Timestamp> {
    if !rhythm.enabled || account.disabled || account.generation == 0 {
        return None;
    }
    let interval = match account.status {
        AccountStatus::Expired => rhythm.interval.max(EXPIRED_EVERY),
        AccountStatus::Active | AccountStatus::Inactive | AccountStatus::Pending => rhythm.interval,
    };
    Some(after(now, jittered(interval, jitter).max(rhythm.at_least)))
}

/// When an account is asked about after an answer.
pub(super) fn next_check(
    account: &Account,
    upkeep: &Upkeep,
    retry: Retry,
    rhythm: Rhythm,
    now: Timestamp,
    jitter: f64,
) -> Option<Timestamp> {
    if account.disabled || account.generation == 0 {
        return None;
    }
    if let Some(first) = account.first_expired_at {
        // The second proof, also where the owner wants no periodic checks: a question is open.
        let early = after(first, Duration::from_secs(super::verdict::PROOFS_APART_S.unsigned_abs()));
        let settled = after(early.max(now), jittered(Duration::from_secs(5), jitter));
        let unanswered = unanswered_wait(upkeep, retry, rhythm.interval, jitter);
        return Some(unanswered.map_or(settled, |wait| after(now, wait).max(settled)));
    }
    let regular = regular(account, rhythm, now, jitter)?;
    Some(unanswered_wait(upkeep, retry, rhythm.interval, jitter).map_or(regular, |wait| after(now, wait)))
}

/// How long to wait after answers that came to nothing: twice as long each time, up to the interval; what the
/// platform asked for is never undercut.
fn unanswered_wait(upkeep: &Upkeep, retry: Retry, interval: Duration, jitter: f64) -> Option<Duration> {
    if upkeep.unanswered == 0 {
        return None;
    }
    let doubled = BACKOFF.saturating_mul(1_u32.checked_shl(upkeep.unanswered - 1).unwrap_or(u32::MAX));
    let backoff = jittered(doubled.min(interval), jitter);
    match retry {
        Retry::Soon => Some(backoff),
        Retry::After(least) => Some(backoff.max(least)),
        Retry::Never => Some(jittered(interval, jitter)),
    }
}

/// Whether an account's place in the schedule does not fit the settings any more, and where it belongs.
fn misplaced(account: &Account, upkeep: &Upkeep, rhythm: Rhythm, now: Timestamp) -> Option<Option<Timestamp>> {
    let open_question = account.first_expired_at.is_some() && !account.disabled;
    let wanted = (rhythm.enabled || open_question) && !account.disabled && account.generation > 0;
    match account.next_check_at {
        Some(_) if !wanted => Some(None),
        None if wanted => Some(Some(now)),
        Some(at) if wanted && upkeep.unanswered == 0 => {
            let latest = after(now, jittered(rhythm.interval.max(EXPIRED_EVERY), 1.0));
            let usual = after(now, jittered(rhythm.interval, 1.0));
            let limit = if account.status == AccountStatus::Expired { latest } else { usual };
            (at > limit).then_some(Some(limit))
        }
        Some(_) | None => None,
    }
}

impl Unlocked {
    /// The rhythm of a platform's accounts.
    pub(super) fn rhythm(&self, account: &Account) -> Rhythm {
        let adapter = self.core.adapters.get(&account.platform);
        Rhythm::new(&self.settings.read(), adapter.map(|adapter| adapter.descriptor()))
    }

    /// When an account is asked about next unless something happens.
    pub(crate) fn next_regular_check(&self, account: &Account, upkeep: &Upkeep) -> Option<Timestamp> {
        let rhythm = self.rhythm(account);
        next_check(account, upkeep, Retry::Soon, rhythm, self.now(), jitter())
    }

    /// Puts the schedule in order after an unlock, a suspend, or a change of the settings: what should not be checked
    /// is taken out, what should be comes in, and what became due together is spread out. In memory only: the next
    /// check of an account writes its time.
    pub(crate) fn reschedule(&self) {
        let now = self.now();
        let mut book = self.book.write();
        let moves: Vec<_> = book
            .slots()
            .filter_map(|(slot, row)| {
                let rhythm = self.rhythm(&row.account);
                misplaced(&row.account, &row.upkeep, rhythm, now).map(|at| (slot, at))
            })
            .collect();
        for (slot, at) in moves {
            book.set_due(slot, at);
        }
        let overdue = book.slots_due_by(now);
        // A handful is asked at once: nobody wants to wait to see three accounts.
        let window = SPREAD_EACH.saturating_mul(u32::try_from(overdue.len().saturating_sub(5)).unwrap_or(u32::MAX));
        let window = window.min(SPREAD_AT_MOST);
        if window > Duration::ZERO {
            let mut rng = rand::rng();
            for slot in overdue {
                book.set_due(slot, Some(after(now, window.mul_f64(rng.random_range(0.0..=1.0)))));
            }
        }
        drop(book);
        self.jobs.wake();
    }
}

/// Whether an answer says anything about the session.
pub(super) fn is_answer(verdict: Verdict) -> bool {
    !matches!(verdict, Verdict::Unknown | Verdict::PlatformChanged)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn rhythm() -> Rhythm {
        Rhythm { interval: 6 * HOUR, at_least: HOUR, enabled: true }
    }

    fn account(status: AccountStatus) -> Account {
        Account { status, generation: 1, ..Account::default() }
    }

    fn wait(account: &Account, unanswered: u32, retry: Retry, rhythm: Rhythm, jitter: f64) -> Option<i64> {
        let upkeep = Upkeep { unanswered, ..Upkeep::default() };
        next_check(account, &upkeep, retry, rhythm, at(1_000), jitter).map(|at| at.as_second() - 1_000)
    }

    #[test]
    fn a_healthy_account_is_asked_every_interval_give_or_take_a_fifth() {
        let active = account(AccountStatus::Active);
        for (jitter, hours) in [(-1.0, 4.8), (0.0, 6.0), (1.0, 7.2)] {
            let got = wait(&active, 0, Retry::Soon, rhythm(), jitter).unwrap();
            assert!((got as f64 - hours * 3600.0).abs() <= 1.0, "{got}");
        }
    }

    #[test]
    fn the_platforms_own_minimum_is_kept_to_jitter_included() {
        let settings = Settings { health_interval_minutes: 15, ..Settings::default() };
        let tight = Rhythm { at_least: HOUR, interval: HOUR, ..Rhythm::new(&settings, None) };
        assert_eq!(wait(&account(AccountStatus::Active), 0, Retry::Soon, tight, -1.0), Some(3600));
        assert_eq!(Rhythm::new(&settings, None).interval, Duration::from_secs(15 * 60));
    }

    #[test]
    fn faults_are_asked_again_sooner_and_ever_later() {
        let active = account(AccountStatus::Active);
        let waits: Vec<_> = (1..=5).filter_map(|n| wait(&active, n, Retry::Soon, rhythm(), 0.0)).collect();
        assert_eq!(waits, [60, 120, 240, 480, 960]);
        assert_eq!(wait(&active, 40, Retry::Soon, rhythm(), 0.0), Some(6 * 3600));
        assert_eq!(wait(&active, 1, Retry::Never, rhythm(), 0.0), Some(6 * 3600));
    }

    proptest! {
        #[test]
        fn retry_after_is_never_undercut(unanswered in 1..60_u32, seconds in 0..100_000_u64, jitter in -1.0..1.0_f64, first in any::<bool>()) {
            let mut account = account(AccountStatus::Active);
            account.first_expired_at = first.then(|| at(990));
            let got = wait(&account, unanswered, Retry::After(Duration::from_secs(seconds)), rhythm(), jitter).unwrap();
            prop_assert!(got >= i64::try_from(seconds).unwrap());
        }

        #[test]
        fn the_second_proof_is_never_sought_before_its_time(elapsed in 0..200_i64, jitter in -1.0..1.0_f64) {
            let mut account = account(AccountStatus::Active);
            account.first_expired_at = Some(at(1_000 - elapsed));
            let got = wait(&account, 0, Retry::Soon, rhythm(), jitter).unwrap();
            prop_assert!(got + elapsed >= 60);
            prop_assert!(got <= 70);
        }
    }

    #[test]
    fn who_is_out_of_use_or_without_session_is_not_asked() {
        let mut disabled = account(AccountStatus::Inactive);
        disabled.disabled = true;
        assert_eq!(wait(&disabled, 0, Retry::Soon, rhythm(), 0.0), None);
        let without = Account { generation: 0, ..account(AccountStatus::Active) };
        assert_eq!(wait(&without, 0, Retry::Soon, rhythm(), 0.0), None);
        let off = Rhythm { enabled: false, ..rhythm() };
        assert_eq!(wait(&account(AccountStatus::Active), 0, Retry::Soon, off, 0.0), None);
        let mut open_question = account(AccountStatus::Active);
        open_question.first_expired_at = Some(at(1_000));
        assert_eq!(wait(&open_question, 0, Retry::Soon, off, 0.0), Some(65));
    }

    #[test]
    fn an_ended_session_is_asked_about_once_a_day() {
        assert_eq!(wait(&account(AccountStatus::Expired), 0, Retry::Soon, rhythm(), 0.0), Some(24 * 3600));
    }

    #[test]
    fn a_schedule_that_does_not_fit_the_settings_is_mended() {
        let upkeep = Upkeep::default();
        let mut active = account(AccountStatus::Active);
        assert_eq!(misplaced(&active, &upkeep, rhythm(), at(0)), Some(Some(at(0))));
        active.next_check_at = Some(at(100 * 3600));
        assert_eq!(misplaced(&active, &upkeep, rhythm(), at(0)), Some(Some(at(7 * 3600 + 720))));
        active.next_check_at = Some(at(3600));
        assert_eq!(misplaced(&active, &upkeep, rhythm(), at(0)), None);
        let off = Rhythm { enabled: false, ..rhythm() };
        assert_eq!(misplaced(&active, &upkeep, off, at(0)), Some(None));
        active.first_expired_at = Some(at(0));
        assert_eq!(misplaced(&active, &upkeep, off, at(0)), None);
    }
}
