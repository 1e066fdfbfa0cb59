//! The sessions that a platform has handed out.

use std::sync::{Arc, Mutex};

use jiff::{SignedDuration, Timestamp};

use super::locked;
use super::people::Person;

/// How a session came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    /// The platform no longer accepts it.
    Expired,
    /// Somebody logged out.
    LoggedOut,
    /// Another one took its place.
    Renewed,
}

impl Ended {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Expired => "expired",
            Self::LoggedOut => "logged_out",
            Self::Renewed => "renewed",
        }
    }
}

/// One session; `T` is what only this platform keeps with it.
#[derive(Debug, Clone)]
pub(crate) struct Session<T> {
    /// For the control page: it is not secret.
    pub(crate) number: u64,
    /// The cookie value that proves it.
    pub(crate) secret: String,
    pub(crate) person: Arc<Person>,
    pub(crate) created: Timestamp,
    pub(crate) life_s: i64,
    pub(crate) ended: Option<Ended>,
    pub(crate) more: T,
}

impl<T> Session<T> {
    pub(crate) fn expires(&self) -> Timestamp {
        self.created.saturating_add(SignedDuration::from_secs(self.life_s)).unwrap_or(self.created)
    }

    fn is_alive(&self, now: Timestamp) -> bool {
        self.ended.is_none() && now < self.expires()
    }

    pub(crate) fn word(&self, now: Timestamp) -> &'static str {
        match self.ended {
            Some(ended) => ended.word(),
            None if self.is_alive(now) => "alive",
            None => "expired",
        }
    }
}

/// A session as the control page lists it.
#[derive(Debug, Clone)]
pub(crate) struct SessionRow {
    pub(crate) number: u64,
    pub(crate) person: Arc<Person>,
    pub(crate) state: &'static str,
    pub(crate) created: Timestamp,
    pub(crate) expires: Timestamp,
}

#[derive(Debug)]
pub(crate) struct Sessions<T>(Mutex<Vec<Session<T>>>);

impl<T> Default for Sessions<T> {
    fn default() -> Self {
        Self(Mutex::new(Vec::new()))
    }
}

impl<T: Clone> Sessions<T> {
    pub(crate) fn add(
        &self,
        secret: String,
        person: Arc<Person>,
        (created, life_s): (Timestamp, i64),
        more: T,
    ) -> Session<T> {
        let mut sessions = locked(&self.0);
        let number = sessions.len() as u64 + 1;
        let session = Session { number, secret, person, created, life_s, ended: None, more };
        sessions.push(session.clone());
        session
    }

    pub(crate) fn all(&self) -> Vec<Session<T>> {
        locked(&self.0).clone()
    }

    /// All that there ever were, in their order.
    pub(crate) fn rows(&self, now: Timestamp) -> Vec<SessionRow> {
        let row = |session: &Session<T>| SessionRow {
            number: session.number,
            person: Arc::clone(&session.person),
            state: session.word(now),
            created: session.created,
            expires: session.expires(),
        };
        locked(&self.0).iter().map(row).collect()
    }

    /// The living session with this secret.
    pub(crate) fn alive(&self, secret: &str, now: Timestamp) -> Option<Session<T>> {
        locked(&self.0).iter().find(|session| session.secret == secret && session.is_alive(now)).cloned()
    }

    /// Whoever this secret belongs or belonged to.
    pub(crate) fn owner(&self, secret: &str) -> Option<Arc<Person>> {
        locked(&self.0).iter().find(|session| session.secret == secret).map(|session| Arc::clone(&session.person))
    }

    /// The first living session that `wanted` picks.
    pub(crate) fn find_alive(&self, now: Timestamp, wanted: impl Fn(&Session<T>) -> bool) -> Option<Session<T>> {
        locked(&self.0).iter().find(|session| session.is_alive(now) && wanted(session)).cloned()
    }

    /// Changes one session.
    pub(crate) fn change(&self, number: u64, change: impl FnOnce(&mut Session<T>)) {
        if let Some(session) = locked(&self.0).iter_mut().find(|session| session.number == number) {
            change(session);
        }
    }

    /// Ends the living sessions of a person (one of them, or all) and answers how many.
    pub(crate) fn end(&self, person: &str, only: Option<u64>, ended: Ended, now: Timestamp) -> usize {
        let mut sessions = locked(&self.0);
        let chosen = sessions.iter_mut().filter(|session| {
            session.person.id == person && session.is_alive(now) && only.is_none_or(|number| session.number == number)
        });
        chosen.map(|session| session.ended = Some(ended)).count()
    }
}
