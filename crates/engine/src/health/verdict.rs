//! What an answer means for an account. Pure: the same account, answer and time give the same judgement.

use jiff::Timestamp;
use roster_domain::{Account, AccountStatus, Reason, Verdict};
use roster_platform::Probe;

/// Between the two proofs that a session has ended there must be at least this long, in seconds.
pub(super) const PROOFS_APART_S: i64 = 60;

/// What follows from one answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Judgement {
    /// The answer's meaning; another person's id has become a mismatch.
    pub(super) verdict: Verdict,
    /// Why.
    pub(super) reason: Reason,
    /// The account's status from now on.
    pub(super) status: AccountStatus,
    /// The time of the first proof, while a second one is missing.
    pub(super) first_expired_at: Option<Timestamp>,
    /// Whether the account stopped being usable with this answer.
    pub(super) died: bool,
}

impl Judgement {
    /// When the second proof may be sought.
    pub(super) fn recheck_at(&self) -> Option<Timestamp> {
        let first = self.first_expired_at?;
        first.checked_add(jiff::SignedDuration::from_secs(PROOFS_APART_S)).ok()
    }
}

/// Judges one answer about one account.
pub(super) fn judge(account: &Account, probe: &Probe, now: Timestamp) -> Judgement {
    let (verdict, reason) = meaning(account, probe);
    let before = account.status;
    let (status, first_expired_at) = match verdict {
        Verdict::Alive => (AccountStatus::Active, None),
        Verdict::Restricted | Verdict::IdentityMismatch => (AccountStatus::Inactive, None),
        Verdict::Expired => expired(account, now),
        Verdict::Unknown | Verdict::PlatformChanged => (before, account.first_expired_at),
    };
    // What the owner keeps out of use stays there. What the answer said is in the history.
    let status = if account.disabled { before } else { status };
    let usable = |status| matches!(status, AccountStatus::Active | AccountStatus::Pending);
    Judgement { verdict, reason, status, first_expired_at, died: usable(before) && !usable(status) }
}

/// The adapter reports whose session it is; whose it should be is known here.
fn meaning(account: &Account, probe: &Probe) -> (Verdict, Reason) {
    match (probe.verdict, &probe.identity, &account.identity) {
        (_, Some(found), Some(expected)) if found.user_id != *expected => {
            (Verdict::IdentityMismatch, Reason::OtherUser)
        }
        // Alive means that the platform named a user. Without a name nobody knows whose session lives.
        (Verdict::Alive, None, _) => (Verdict::PlatformChanged, Reason::UnexpectedShape),
        (verdict, _, _) => (verdict, probe.reason),
    }
}

/// "Not logged in" makes an account expired when it is said twice, far enough apart, about the same session. (A new
/// session clears the first proof.)
fn expired(account: &Account, now: Timestamp) -> (AccountStatus, Option<Timestamp>) {
    if account.status == AccountStatus::Expired {
        return (AccountStatus::Expired, None);
    }
    match account.first_expired_at {
        Some(first) if now.as_second() - first.as_second() >= PROOFS_APART_S => (AccountStatus::Expired, None),
        // A clock set back must not put the second proof off for ever.
        Some(first) if first <= now => (account.status, Some(first)),
        Some(_) | None => (account.status, Some(now)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use roster_domain::{Evidence, Profile};
    use roster_platform::{Identity, Retry};

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn account(status: AccountStatus) -> Account {
        Account { status, identity: Some(String::from("7")), generation: 1, ..Account::default() }
    }

    fn probe(verdict: Verdict, who: Option<&str>) -> Probe {
        let reason = if verdict == Verdict::Alive { Reason::Ok } else { Reason::Other };
        let identity = who.map(|id| Identity { user_id: id.to_owned(), profile: Profile::default() });
        Probe {
            verdict,
            reason,
            evidence: Evidence::default(),
            identity,
            numbers: None,
            quotas: None,
            refreshed: None,
            membership_unknown: false,
            retry: Retry::Soon,
        }
    }

    #[test]
    fn one_not_logged_in_is_not_expired_and_two_a_minute_apart_are() {
        let mut account = account(AccountStatus::Active);
        let first = judge(&account, &probe(Verdict::Expired, None), at(1_000));
        assert_eq!((first.status, first.died), (AccountStatus::Active, false));
        assert_eq!(first.recheck_at(), Some(at(1_060)));
        account.first_expired_at = first.first_expired_at;
        let early = judge(&account, &probe(Verdict::Expired, None), at(1_059));
        assert_eq!((early.status, early.first_expired_at), (AccountStatus::Active, Some(at(1_000))));
        let second = judge(&account, &probe(Verdict::Expired, None), at(1_060));
        assert_eq!((second.status, second.died, second.first_expired_at), (AccountStatus::Expired, true, None));
    }

    #[test]
    fn an_answer_in_between_that_names_the_user_takes_the_first_proof_back_and_silence_does_not() {
        let mut account = account(AccountStatus::Active);
        account.first_expired_at = Some(at(1_000));
        let silent = judge(&account, &probe(Verdict::Unknown, None), at(1_030));
        assert_eq!(silent.first_expired_at, Some(at(1_000)));
        let alive = judge(&account, &probe(Verdict::Alive, Some("7")), at(1_030));
        assert_eq!(alive.first_expired_at, None);
    }

    #[test]
    fn another_user_is_a_mismatch_whatever_else_was_said() {
        for verdict in [Verdict::Alive, Verdict::Restricted] {
            let judged = judge(&account(AccountStatus::Active), &probe(verdict, Some("8")), at(0));
            assert_eq!((judged.verdict, judged.status), (Verdict::IdentityMismatch, AccountStatus::Inactive));
            assert!(judged.died);
        }
    }

    #[test]
    fn alive_without_a_name_says_nothing() {
        let judged = judge(&account(AccountStatus::Pending), &probe(Verdict::Alive, None), at(0));
        assert_eq!((judged.verdict, judged.status), (Verdict::PlatformChanged, AccountStatus::Pending));
    }

    #[test]
    fn what_the_owner_keeps_out_of_use_is_not_checked_back() {
        let mut account = account(AccountStatus::Inactive);
        let back = judge(&account, &probe(Verdict::Alive, Some("7")), at(0));
        assert_eq!(back.status, AccountStatus::Active, "a restriction ends by itself");
        account.disabled = true;
        let kept = judge(&account, &probe(Verdict::Alive, Some("7")), at(0));
        assert_eq!((kept.status, kept.verdict), (AccountStatus::Inactive, Verdict::Alive));
    }

    proptest! {
        /// Whatever a faulty network does, it never changes a status.
        #[test]
        fn no_fault_changes_a_status(status in 0..4_usize, changed in any::<bool>(), second in 0..100_000_i64, first in proptest::option::of(0..100_000_i64)) {
            let mut account = account(AccountStatus::ALL[status]);
            account.first_expired_at = first.map(at);
            let verdict = if changed { Verdict::PlatformChanged } else { Verdict::Unknown };
            let judged = judge(&account, &probe(verdict, None), at(second));
            prop_assert_eq!(judged.status, account.status);
            prop_assert!(!judged.died);
            prop_assert_eq!(judged.first_expired_at, account.first_expired_at);
        }

        /// In any row of answers an account becomes expired only after two "not logged in" at least 60 s apart
        /// without an "alive" in between.
        #[test]
        fn expired_takes_two_proofs(steps in proptest::collection::vec((0..4_u8, 0..90_i64), 1..40)) {
            let mut account = account(AccountStatus::Active);
            let mut now = 0;
            let mut proof: Option<i64> = None;
            for (kind, wait) in steps {
                now += wait;
                let answer = match kind {
                    0 => probe(Verdict::Alive, Some("7")),
                    1 => probe(Verdict::Unknown, None),
                    _ => probe(Verdict::Expired, None),
                };
                let judged = judge(&account, &answer, at(now));
                if judged.died {
                    prop_assert!(proof.is_some_and(|first| now - first >= 60));
                    prop_assert_eq!(judged.verdict, Verdict::Expired);
                }
                match kind {
                    0 => proof = None,
                    1 => {}
                    _ => proof = proof.or(Some(now)),
                }
                account.status = judged.status;
                account.first_expired_at = judged.first_expired_at;
                if account.status == AccountStatus::Expired {
                    break;
                }
            }
        }
    }
}
