//! How often a platform is asked about the cookies of a window.

use std::time::Duration;

use roster_domain::CookieJar;
use roster_platform::Retry;

use super::change::{Change, change, is_newer};

/// The time between two looks at a window's cookies.
pub(crate) const LOOK_EVERY: Duration = Duration::from_millis(1500);
/// The first wait after a fault, doubled with each further one …
const AFTER_FAULT: Duration = Duration::from_secs(4);
/// … up to this.
const AFTER_FAULTS_AT_MOST: Duration = Duration::from_secs(60);

/// How soon something is worth a question.
#[derive(Debug)]
struct Tempo {
    /// Never sooner after the last answer.
    at_least: Duration,
    /// When only cookies changed that do not make the session: many pages write some with each request.
    for_a_trifle: Duration,
    /// The same where the platform names no cookie that makes the session: any may be it.
    for_any: Duration,
    /// When nothing changed: some platforms turn the guest's cookie into the person's without a new value. A page that
    /// was just left makes a trifle worth a question.
    waits_for_somebody: Option<Duration>,
}

/// While somebody logs in, who waits for the answer.
const LOGIN: Tempo = Tempo {
    at_least: Duration::from_secs(3),
    for_a_trifle: Duration::from_secs(6),
    for_any: Duration::from_secs(6),
    waits_for_somebody: Some(Duration::from_secs(30)),
};
/// While somebody works in an account, for hours: it is known whose the session is.
const ACCOUNT: Tempo = Tempo {
    at_least: Duration::from_secs(15),
    for_a_trifle: Duration::from_secs(600),
    for_any: Duration::from_secs(300),
    waits_for_somebody: None,
};

/// Decides when to ask, in waking time.
#[derive(Debug)]
pub(crate) struct Pace {
    tempo: &'static Tempo,
    asked: Option<(CookieJar, Duration)>,
    not_before: Duration,
    faults: u32,
    moved: bool,
}

impl Pace {
    /// Of the window of a login. Nobody has been asked yet.
    pub(crate) fn of_login() -> Self {
        Self { tempo: &LOGIN, asked: None, not_before: Duration::ZERO, faults: 0, moved: false }
    }

    /// Of the window of an account, as if these cookies had just been asked about.
    pub(crate) fn of_account(cookies: CookieJar, now: Duration) -> Self {
        Self { tempo: &ACCOUNT, asked: Some((cookies, now)), ..Self::of_login() }
    }

    /// Another page is there.
    pub(crate) fn moved(&mut self) {
        self.moved = true;
    }

    /// Whether to ask about these cookies now; `essential` are the names without which there is no session.
    pub(crate) fn is_due(&self, cookies: &CookieJar, essential: &[&str], now: Duration) -> bool {
        if now < self.not_before {
            return false;
        }
        let Some((asked, at)) = &self.asked else { return true };
        let since = now.saturating_sub(*at);
        let found = change(asked, cookies, essential);
        if found == Change::Essential {
            return true;
        }
        let a_trifle = if essential.is_empty() { self.tempo.for_any } else { self.tempo.for_a_trifle };
        let changed = found == Change::Trifle;
        let Some(for_nothing) = self.tempo.waits_for_somebody else { return changed && since >= a_trifle };
        (changed && self.moved) || ((changed || self.moved) && since >= a_trifle) || since >= for_nothing
    }

    /// Whether these cookies may be another session than the one that was last asked about.
    pub(crate) fn is_news(&self, cookies: &CookieJar, essential: &[&str]) -> bool {
        self.asked.as_ref().is_none_or(|(asked, _)| is_newer(asked, cookies, essential))
    }

    /// The platform answered about these cookies.
    pub(crate) fn answered(&mut self, cookies: CookieJar, now: Duration) {
        let not_before = now + self.tempo.at_least;
        *self = Self { tempo: self.tempo, asked: Some((cookies, now)), not_before, ..Self::of_login() };
    }

    /// It did not; answers how long to wait.
    pub(crate) fn failed(&mut self, retry: Retry, now: Duration) -> Duration {
        self.faults += 1;
        let factor = 1_u32.checked_shl(self.faults - 1).unwrap_or(u32::MAX);
        let wait = AFTER_FAULT.saturating_mul(factor).min(AFTER_FAULTS_AT_MOST);
        let wait = match retry {
            Retry::After(least) => wait.max(least),
            Retry::Soon | Retry::Never => wait,
        };
        self.not_before = now + wait;
        wait
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const S: Duration = Duration::from_secs(1);

    fn jar(text: &str) -> CookieJar {
        CookieJar::from_header(text, "fake.example").unwrap()
    }

    fn due(pace: &Pace, text: &str, now: u32) -> bool {
        pace.is_due(&jar(text), &["session"], S * now)
    }

    #[test]
    fn a_new_session_is_asked_about_after_three_seconds_and_a_trifle_after_six() {
        let mut pace = Pace::of_login();
        assert!(due(&pace, "session=a", 0));
        pace.answered(jar("session=a; trace=1"), Duration::ZERO);
        assert!(!due(&pace, "session=b; trace=1", 2));
        assert!(due(&pace, "session=b; trace=1", 3));
        assert!(!due(&pace, "session=a; trace=2", 5));
        assert!(due(&pace, "session=a; trace=2", 6));
        assert!(!due(&pace, "session=a; trace=1", 29));
        assert!(due(&pace, "session=a; trace=1", 30));
        pace.moved();
        assert!(due(&pace, "session=a; trace=2", 3));
        assert!(!due(&pace, "session=a; trace=1", 5));
        assert!(due(&pace, "session=a; trace=1", 6));
    }

    #[test]
    fn in_an_accounts_window_only_another_session_is_asked_about_soon() {
        let mut pace = Pace::of_account(jar("session=a; trace=1"), Duration::ZERO);
        assert!(due(&pace, "session=b; trace=1", 0), "at once");
        pace.moved();
        assert!(!due(&pace, "session=a; trace=2", 599));
        assert!(due(&pace, "session=a; trace=2", 600));
        assert!(!due(&pace, "session=a; trace=1", 9999), "nothing changed");
        let unnamed = |now: u32| pace.is_due(&jar("token=b; trace=1"), &[], S * now);
        assert!(!unnamed(299) && unnamed(300), "any of them may be the session");
        pace.answered(jar("session=b"), Duration::ZERO);
        assert!(!due(&pace, "session=c", 14) && due(&pace, "session=c", 15), "one that changes with every page");
    }

    #[test]
    fn faults_wait_longer_each_time_and_never_less_than_asked() {
        let mut pace = Pace::of_login();
        let waits: Vec<u64> = (0..6).map(|_| pace.failed(Retry::Soon, Duration::ZERO).as_secs()).collect();
        assert_eq!(waits, [4, 8, 16, 32, 60, 60]);
        assert!(!due(&pace, "session=a", 59));
        assert!(due(&pace, "session=a", 60));
        assert_eq!(pace.failed(Retry::After(S * 90), Duration::ZERO), S * 90);
    }
}
