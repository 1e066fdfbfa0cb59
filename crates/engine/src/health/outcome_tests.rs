//! What an answer leaves of a profile that is known.

use jiff::Timestamp;
use roster_domain::{Evidence, Reason};
use roster_platform::Identity;

use super::*;

fn at(second: i64) -> Option<Timestamp> {
    Timestamp::from_second(second).ok()
}

fn profile(membership: Option<&str>, ends: Option<i64>) -> Profile {
    Profile {
        user_id: String::from("1"),
        name: String::from("Lin"),
        membership: membership.map(str::to_owned),
        membership_ends_at: ends.and_then(at),
        ..Profile::default()
    }
}

fn record() -> HealthRecord {
    HealthRecord {
        at: Timestamp::UNIX_EPOCH,
        verdict: Verdict::Alive,
        reason: Reason::Ok,
        evidence: Evidence::default(),
        duration_ms: 1,
        generation: 1,
        status: AccountStatus::Active,
    }
}

/// The membership of an account that had one, after an answer.
fn after(found: Profile, depth: ProbeDepth, unknown: bool) -> (Option<String>, Option<i64>) {
    let mut account = Account { profile: Some(profile(Some("VIP 2"), Some(900))), ..Account::default() };
    let identity = Identity { user_id: found.user_id.clone(), profile: found };
    let mut probe = Probe { membership_unknown: unknown, ..Probe::alive(identity, Evidence::default()) };
    take_profile(&mut account, &mut probe, depth, &record());
    let kept = account.profile.expect("a profile");
    (kept.membership, kept.membership_ends_at.map(Timestamp::as_second))
}

#[test]
fn a_membership_that_could_not_be_asked_for_stays_as_it_was() {
    let vip = |ends| (Some(String::from("VIP 2")), ends);
    for depth in [ProbeDepth::Light, ProbeDepth::Full] {
        assert_eq!(after(profile(None, None), depth, true), vip(Some(900)), "{depth:?}: nobody knows");
        assert_eq!(after(profile(None, None), depth, false), (None, None), "{depth:?}: the platform says none");
        assert_eq!(after(profile(Some("VIP 2"), Some(950)), depth, false), vip(Some(950)), "{depth:?}");
        let other = Profile { user_id: String::from("2"), ..profile(None, None) };
        assert_eq!(after(other, depth, true), (None, None), "{depth:?}: another person's is not taken over");
    }
    assert_eq!(
        after(profile(Some("VIP 2"), None), ProbeDepth::Light, false),
        vip(Some(900)),
        "its end is a full answer's"
    );
    assert_eq!(after(profile(Some("VIP 2"), None), ProbeDepth::Full, false), vip(None));
    assert_eq!(after(profile(Some("VIP 3"), None), ProbeDepth::Light, false), (Some(String::from("VIP 3")), None));
}
