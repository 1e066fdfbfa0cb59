//! The QR codes on screens, and how far their scan has come.

use std::sync::{Arc, Mutex};

use jiff::{SignedDuration, Timestamp};

use super::locked;
use super::people::Person;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CodeState {
    New,
    Scanned(Arc<Person>),
    Confirmed(Arc<Person>),
    Refused,
    /// The session has been handed out; it is not handed out again.
    Used(Arc<Person>),
    /// Made worthless before its time.
    Expired,
}

impl CodeState {
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Scanned(_) => "scanned",
            Self::Confirmed(_) => "confirmed",
            Self::Refused => "refused",
            Self::Used(_) => "used",
            Self::Expired => "expired",
        }
    }

    pub(crate) fn person(&self) -> Option<&Arc<Person>> {
        match self {
            Self::Scanned(person) | Self::Confirmed(person) | Self::Used(person) => Some(person),
            Self::New | Self::Refused | Self::Expired => None,
        }
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Code {
    pub(crate) platform: &'static str,
    pub(crate) key: String,
    /// What the picture says.
    pub(crate) text: String,
    pub(crate) created: Timestamp,
    pub(crate) expires: Timestamp,
    /// Use [`Code::state_at`]: this one does not know the time.
    state: CodeState,
    /// The poll before this one.
    pub(crate) last_poll: Option<Timestamp>,
    /// How many polls saw it confirmed.
    pub(crate) confirmed_polls: u32,
}

impl Code {
    /// A code whose life is over is expired, unless it has come to another end before.
    pub(crate) fn state_at(&self, now: Timestamp) -> CodeState {
        match &self.state {
            CodeState::New | CodeState::Scanned(_) | CodeState::Confirmed(_) if now >= self.expires => {
                CodeState::Expired
            }
            state => state.clone(),
        }
    }
}

#[derive(Debug, Default)]
pub(crate) struct Codes(Mutex<Vec<Code>>);

/// Dead codes stay visible this long.
const REMEMBERED: SignedDuration = SignedDuration::from_mins(10);

impl Codes {
    pub(crate) fn add(&self, platform: &'static str, key: String, text: String, now: Timestamp, life_s: i64) {
        let expires = now.saturating_add(SignedDuration::from_secs(life_s)).unwrap_or(now);
        let mut codes = locked(&self.0);
        codes.retain(|code| now.duration_since(code.expires) < REMEMBERED);
        let state = CodeState::New;
        codes.push(Code { platform, key, text, created: now, expires, state, last_poll: None, confirmed_polls: 0 });
    }

    pub(crate) fn all(&self) -> Vec<Code> {
        locked(&self.0).clone()
    }

    pub(crate) fn find(&self, platform: &str, key: &str) -> Option<Code> {
        locked(&self.0).iter().find(|code| code.platform == platform && code.key == key).cloned()
    }

    /// Remembers a poll and gives back the code as it was before it.
    pub(crate) fn polled(&self, platform: &str, key: &str, now: Timestamp) -> Option<Code> {
        let mut codes = locked(&self.0);
        let code = codes.iter_mut().find(|code| code.platform == platform && code.key == key)?;
        let before = code.clone();
        code.last_poll = Some(now);
        if matches!(code.state_at(now), CodeState::Confirmed(_)) {
            code.confirmed_polls += 1;
        }
        Some(before)
    }

    /// Moves a code on. `step` gets its state of this moment and answers the next one, or why not; a code nobody
    /// knows answers `None`.
    pub(crate) fn step<E>(
        &self,
        (platform, key): (&str, &str),
        now: Timestamp,
        step: impl FnOnce(CodeState) -> Result<CodeState, E>,
    ) -> Option<Result<Code, E>> {
        let mut codes = locked(&self.0);
        let code = codes.iter_mut().find(|code| code.platform == platform && code.key == key)?;
        Some(step(code.state_at(now)).map(|next| {
            code.state = next;
            code.clone()
        }))
    }

    /// Marks a confirmed code as handed out; `None` when somebody was faster or it never was confirmed.
    pub(crate) fn hand_out(&self, platform: &str, key: &str, now: Timestamp) -> Option<Arc<Person>> {
        let used = self.step((platform, key), now, |state| match state {
            CodeState::Confirmed(person) => Ok(CodeState::Used(person)),
            other => Err(other),
        });
        used?.ok()?.state.person().cloned()
    }

    pub(crate) fn expire(&self, platform: &str, key: &str, now: Timestamp) {
        let _known = self.step((platform, key), now, |_| Ok::<_, ()>(CodeState::Expired));
    }
}
