//! How often a platform is asked about the cookies of a window.

use std::time::Duration;

use roster_domain::CookieJar;
use roster_platform::Retry;

/// The time between two looks at a window's cookies.
pub(crate) const LOOK_EVERY: Duration = Duration::from_millis(1500);
/// Never sooner after the last question.
const AT_LEAST: Duration = Duration::from_secs(3);
/// When only cookies changed that do not make the session: many pages write some with each request.
const FOR_A_TRIFLE: Duration = Duration::from_secs(6);
/// When nothing changed: some platforms turn the guest's cookie into the person's without a new value.
const FOR_NOTHING: Duration = Duration::from_secs(30);
/// The first wait after a fault, doubled with each further one …
const AFTER_FAULT: Duration = Duration::from_secs(4);
/// … up to this.
const AFTER_FAULTS_AT_MOST: Duration = Duration::from_secs(60);

/// Decides when to ask, in waking time.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    asked: Option<(CookieJar, Duration)>,
    not_before: Duration,
    faults: u32,
    moved: bool,
}

impl Pace {
    /// As if these cookies had just been asked about.
    pub(crate) fn knowing(cookies: CookieJar, now: Duration) -> Self {
        Self { asked: Some((cookies, now)), ..Self::default() }
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
        let changed = !same(asked, cookies);
        let essentially = essential.iter().any(|name| value(asked, name) != value(cookies, name));
        essentially
            || (changed && (self.moved || since >= FOR_A_TRIFLE))
            || (self.moved && since >= FOR_A_TRIFLE)
            || since >= FOR_NOTHING
    }

    /// The platform answered about these cookies.
    pub(crate) fn answered(&mut self, cookies: CookieJar, now: Duration) {
        *self = Self::knowing(cookies, now);
        self.not_before = now + AT_LEAST;
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

fn value<'a>(cookies: &'a CookieJar, name: &str) -> Option<&'a str> {
    cookies.value(name).map(|value| value.expose().as_str())
}

/// Whether two jars hold the same cookies with the same values.
pub(super) fn same(one: &CookieJar, other: &CookieJar) -> bool {
    one.len() == other.len()
        && one.iter().zip(other.iter()).all(|(a, b)| {
            (&a.name, &a.domain, &a.path) == (&b.name, &b.domain, &b.path) && a.value.expose() == b.value.expose()
        })
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
        let mut pace = Pace::default();
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
    fn faults_wait_longer_each_time_and_never_less_than_asked() {
        let mut pace = Pace::default();
        let waits: Vec<u64> = (0..6).map(|_| pace.failed(Retry::Soon, Duration::ZERO).as_secs()).collect();
        assert_eq!(waits, [4, 8, 16, 32, 60, 60]);
        assert!(!due(&pace, "session=a", 59));
        assert!(due(&pace, "session=a", 60));
        assert_eq!(pace.failed(Retry::After(S * 90), Duration::ZERO), S * 90);
    }
}
