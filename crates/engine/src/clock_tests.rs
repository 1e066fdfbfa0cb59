//! A clock that lies: it starts in 1970 or 2106, jumps by days while everything runs, and is put right again.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp, ToSpan};
use roster_domain::{AccountId, AccountStatus, Secret};

use crate::{
    Engine, Error, Settings, VaultPhase,
    testing::{FakePlatform, PASSWORD, Rig, Says, soak},
};

const DAY: i64 = 86_400;
/// The first second of 1970, today, one second beyond what 32 bits hold, and a year that nobody here will see.
const YEARS: [i64; 4] = [1, 1_795_000_000, 4_294_967_296, 9_000_000_000];

/// One user of the platform for each jump.
const USERS: [&str; 8] = ["10", "11", "12", "13", "14", "15", "16", "17"];

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

async fn unlock(engine: &Engine) -> Result<(), Error> {
    engine.unlock(Secret::from(PASSWORD)).await.map(drop)
}

/// Works through a life with a clock that starts at `start` and makes these jumps, in seconds. Answers what was wrong.
async fn live(start: i64, jumps: &[i64]) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut rig = Rig::closed(FakePlatform::new());
    rig.clock.set(at(start));
    rig.engine.create_vault(Secret::from(PASSWORD)).await.unwrap();
    // A jump forward counts as a sleep, and a sleep locks: here it is the rest that is looked at.
    let settings = Settings { lock_after_minutes: 0, lock_on_suspend: false, ..Settings::default() };
    rig.engine.update_settings(settings).await.unwrap();
    let mut accounts: Vec<AccountId> = Vec::new();
    for (number, jump) in jumps.iter().enumerate() {
        let session = format!("s{number}");
        accounts.push(rig.account(&session, Says::Alive(USERS[number])).await);
        rig.clock.set(at((rig.clock_now().as_second() + jump).max(0)));
        let checked = rig.engine.check_account(&(&accounts[0]).into()).await;
        if !checked.is_ok_and(|outcome| outcome.status == AccountStatus::Active) {
            wrong.push(format!("after {jump} s: the check"));
        }
        if number % 2 == 0 {
            rig.engine.lock().await.unwrap();
            if unlock(&rig.engine).await.is_err() {
                wrong.push(format!("after {jump} s: the unlock"));
            }
        } else {
            rig = rig.restarted().await;
        }
        let here = |id: &AccountId| rig.engine.account(&id.into()).is_ok();
        if !accounts.iter().all(here) || rig.engine.vault_state().phase != VaultPhase::Unlocked {
            wrong.push(format!("after {jump} s: not all is here"));
        }
    }
    rig.engine.shutdown().await.unwrap();
    wrong
}

#[tokio::test]
async fn whatever_the_clock_says_everything_is_kept() {
    let jumps = [DAY, -DAY, 60 * DAY, -DAY, -60 * DAY, 4_000_000_000, -4_000_000_000, DAY];
    let mut wrong = Vec::new();
    for start in YEARS {
        wrong.extend(live(start, &jumps).await);
    }
    let tried = (YEARS.len() * jumps.len()) as u64;
    soak::line(
        "clock: 1970, 2106 and jumps while running",
        tried,
        wrong.len() as u64,
        "opens, saves, checks, restarts",
    );
    assert_eq!(wrong, Vec::<String>::new());
}

/// Checks that happen by themselves go on within one interval after the clock was put right.
#[tokio::test]
async fn a_schedule_made_in_a_wrong_year_does_not_last_until_then() {
    let mut wrong = Vec::new();
    for (lie, by) in [4_294_967_296, 1, 1_795_000_000 + DAY, 1_795_000_000 - DAY].into_iter().zip(0_u32..) {
        let rig = Rig::open().await;
        let right = rig.clock_now();
        rig.clock.set(at(lie));
        let id = rig.account("a", Says::Alive("7")).await;
        rig.engine.check_account(&(&id).into()).await.unwrap();
        // By turns the clock is put right under the running program, and while it is not running.
        let rig = if by % 2 == 0 {
            rig.clock.set(right);
            rig
        } else {
            rig.engine.lock().await.unwrap();
            rig.clock.set(right);
            unlock(&rig.engine).await.unwrap();
            rig
        };
        rig.clock.advance(Duration::from_secs(61));
        let soon = right.checked_add(13.hours()).unwrap();
        rig.eventually(|| rig.view(&id).account.next_check_at.is_some_and(|due| due < soon)).await;
        let again = || {
            let last = rig.view(&id).account.last_check.as_ref().map(|check| check.at);
            last.is_some_and(|last| last > right && last < soon)
        };
        let waiting = rig.advance_until(Duration::from_secs(600), again);
        if tokio::time::timeout(Duration::from_secs(20), waiting).await.is_err() {
            wrong.push(lie);
        }
    }
    soak::line("clock: schedules go on when it is put right", 4, wrong.len() as u64, "within one interval");
    assert_eq!(wrong, Vec::<i64>::new());
}

/// The wait after wrong passwords: no way of setting the clock ends it, and none makes it longer than it is.
#[tokio::test]
async fn the_wait_after_wrong_passwords_is_neither_bypassed_nor_endless() {
    let mut wrong = Vec::new();
    let mut tried = 0;
    for year in YEARS {
        for jump in [DAY, -DAY, 4_000_000_000, -4_000_000_000] {
            tried += 1;
            let rig = Rig::open().await;
            rig.engine.lock().await.unwrap();
            rig.clock.set(at(year));
            for _ in 0..4 {
                let refused = rig.engine.unlock(Secret::from("wrong password")).await;
                assert!(matches!(refused, Err(Error::WrongPassword { .. })), "{refused:?}");
            }
            rig.clock.set(at((year + jump).max(0)));
            let bypassed = unlock(&rig.engine).await.is_ok();
            let after_restart = rig.beside();
            let bypassed = bypassed || unlock(&after_restart.engine).await.is_ok();
            // One second is what the fourth wrong password costs.
            rig.clock.advance(Duration::from_secs(1));
            let endless = unlock(&rig.engine).await.is_err();
            if bypassed || endless {
                wrong.push((year, jump, bypassed, endless));
            }
        }
    }
    soak::line("clock: wait after wrong passwords, neither bypassed nor endless", tried, wrong.len() as u64, "");
    assert!(wrong.is_empty(), "{wrong:?}");
}

/// The proof above notices a wait that trusts the time of day.
#[test]
fn a_wait_by_the_time_of_day_would_be_bypassed_or_endless() {
    let by_the_day = |last: i64, now: i64| {
        Duration::from_secs(1)
            .saturating_sub(Duration::try_from(SignedDuration::from_secs(now - last)).unwrap_or(Duration::ZERO))
    };
    assert_eq!(by_the_day(1_000, 1_000 + DAY), Duration::ZERO, "bypassed");
    assert_eq!(by_the_day(4_000_000_000, 1_000), Duration::from_secs(1), "endless");
}
