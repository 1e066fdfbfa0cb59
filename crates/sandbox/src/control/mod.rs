//! What a person with a phone, a test or the control page can do to a sandbox.

mod views;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

pub use self::views::{CodeView, NewPerson, PersonView, PlatformView, SessionView, State};
use crate::platform::Platform;
use crate::world::World;
use crate::world::codes::CodeState;
use crate::world::faults::{FaultKind, FaultView, NewFault};
use crate::world::people::{self, Person};
use crate::world::requests::RequestView;
use crate::world::sessions::Ended;

/// Why an order was not carried out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ControlError {
    /// A field is wrong.
    #[error("{field}: {problem}")]
    Bad {
        /// Which.
        field: &'static str,
        /// What is wrong with it, and what would be right.
        problem: String,
    },
    /// Nothing of that name is here.
    #[error("no {what} called {given:?}")]
    Unknown {
        /// What was looked for.
        what: &'static str,
        /// The name.
        given: String,
        /// What is here.
        known: Vec<String>,
    },
    /// It is here, but not in a state for that.
    #[error("the {what} is {state}")]
    State {
        /// What.
        what: &'static str,
        /// How it stands.
        state: &'static str,
    },
}

/// Everything that can be done to a sandbox. Cheap to clone.
#[derive(Clone)]
pub struct Control {
    world: Arc<World>,
    platforms: Arc<Vec<Arc<dyn Platform>>>,
}

impl std::fmt::Debug for Control {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Control").field("now", &self.now()).finish_non_exhaustive()
    }
}

impl Control {
    pub(crate) fn new(world: Arc<World>, platforms: Vec<Arc<dyn Platform>>) -> Self {
        Self { world, platforms: Arc::new(platforms) }
    }

    pub(crate) fn world(&self) -> &World {
        &self.world
    }

    pub(crate) fn platform_at(&self, host: &str) -> Option<Arc<dyn Platform>> {
        self.platforms.iter().find(|platform| platform.hosts().contains(&host)).cloned()
    }

    fn platform(&self, id: &str) -> Result<&Arc<dyn Platform>, ControlError> {
        let found = self.platforms.iter().find(|platform| platform.id() == id);
        found.ok_or_else(|| unknown("platform", id, self.platforms.iter().map(|platform| platform.id())))
    }

    pub(crate) fn person(&self, id: &str) -> Result<Arc<Person>, ControlError> {
        let people = self.world.people.all();
        self.world.people.find(id).ok_or_else(|| unknown("person", id, people.iter().map(|person| person.id.as_str())))
    }

    /// The sandbox's time.
    pub fn now(&self) -> Timestamp {
        self.world.clock.now()
    }

    /// Moves the sandbox's time on.
    pub fn advance(&self, by: Duration) {
        self.world.clock.advance(SignedDuration::try_from(by).unwrap_or(SignedDuration::MAX));
    }

    /// How long every answer of a platform takes.
    pub fn set_latency(&self, latency: Duration) {
        self.world.set_latency(latency);
    }

    /// What the app's adapters must be told.
    pub fn settings(&self) -> BTreeMap<String, String> {
        let of = |platform: &Arc<dyn Platform>| {
            let id = platform.id();
            platform.settings().into_iter().map(move |(key, value)| (format!("{id}.{key}"), value))
        };
        self.platforms.iter().flat_map(of).collect()
    }

    /// Somebody points the phone at a code.
    ///
    /// # Errors
    /// When the text is no code of a platform, nobody knows the code, or it can no longer be scanned.
    pub fn scan(&self, text: &str, person: &str) -> Result<CodeView, ControlError> {
        let person = self.person(person)?;
        let text = text.trim();
        let found = self.platforms.iter().find_map(|platform| Some((platform.id(), platform.key_in(text)?)));
        let (platform, key) = found.ok_or_else(|| ControlError::Bad {
            field: "text",
            problem: "not the text of a login code of any platform here".to_owned(),
        })?;
        self.step(platform, &key, |state| match state {
            CodeState::New | CodeState::Scanned(_) => Ok(CodeState::Scanned(person)),
            other => Err(other),
        })
    }

    /// They tap "confirm".
    ///
    /// # Errors
    /// When nobody knows the code, or it is not scanned.
    pub fn confirm(&self, handle: &str) -> Result<CodeView, ControlError> {
        let (platform, key) = split(handle)?;
        self.step(platform, key, |state| match state {
            CodeState::Scanned(person) => Ok(CodeState::Confirmed(person)),
            other => Err(other),
        })
    }

    /// They tap "refuse".
    ///
    /// # Errors
    /// When nobody knows the code, or it is not scanned.
    pub fn refuse(&self, handle: &str) -> Result<CodeView, ControlError> {
        let (platform, key) = split(handle)?;
        self.step(platform, key, |state| match state {
            CodeState::Scanned(_) => Ok(CodeState::Refused),
            other => Err(other),
        })
    }

    /// The code expires before its time.
    ///
    /// # Errors
    /// When nobody knows the code, or it is over already.
    pub fn expire_code(&self, handle: &str) -> Result<CodeView, ControlError> {
        let (platform, key) = split(handle)?;
        self.step(platform, key, |state| match state {
            CodeState::New | CodeState::Scanned(_) | CodeState::Confirmed(_) => Ok(CodeState::Expired),
            other => Err(other),
        })
    }

    fn step(
        &self,
        platform: &str,
        key: &str,
        step: impl FnOnce(CodeState) -> Result<CodeState, CodeState>,
    ) -> Result<CodeView, ControlError> {
        let now = self.now();
        match self.world.codes.step((platform, key), now, step) {
            Some(Ok(code)) => Ok(views::code_view(&code, now)),
            Some(Err(state)) => Err(ControlError::State { what: "code", state: state.word() }),
            None => Err(unknown("code", &format!("{platform}:{key}"), std::iter::empty())),
        }
    }

    /// Orders a fault.
    ///
    /// # Errors
    /// When platform, person or endpoint do not exist, or a figure is out of range.
    pub fn fault(&self, new: NewFault) -> Result<FaultView, ControlError> {
        let platform = self.platform(&new.platform)?;
        if let Some(person) = &new.person {
            self.person(person)?;
        }
        if let Some(endpoint) = &new.endpoint
            && !platform.endpoints().contains(&endpoint.as_str())
        {
            return Err(unknown("endpoint", endpoint, platform.endpoints().into_iter()));
        }
        if new.count == Some(0) {
            return Err(bad("count", "at least 1; leave it out for a fault that stays"));
        }
        if new.status.is_some_and(|status| !(500..=599).contains(&status)) {
            return Err(bad("status", "500 to 599"));
        }
        Ok(self.world.faults.add(new))
    }

    /// Takes faults away (one, or all) and answers how many.
    pub fn clear_faults(&self, id: Option<u64>) -> usize {
        self.world.faults.clear(id)
    }

    /// The platform no longer accepts the sessions of a person. Answers how many lived.
    ///
    /// # Errors
    /// When platform or person do not exist.
    pub fn expire_sessions(&self, platform: &str, person: &str) -> Result<usize, ControlError> {
        self.end_sessions(platform, person, None, Ended::Expired)
    }

    pub(crate) fn end_sessions(
        &self,
        platform: &str,
        person: &str,
        only: Option<u64>,
        ended: Ended,
    ) -> Result<usize, ControlError> {
        let person = self.person(person)?;
        Ok(self.platform(platform)?.end_sessions(&person.id, only, ended))
    }

    /// Chooses one of several behaviours that were observed at a platform.
    ///
    /// # Errors
    /// When the platform has no such choice.
    pub fn set_mode(&self, platform: &str, key: &str, value: &str) -> Result<(), ControlError> {
        let platform = self.platform(platform)?;
        let specs = platform.modes();
        let spec = specs
            .iter()
            .find(|spec| spec.key == key)
            .ok_or_else(|| unknown("mode", key, specs.iter().map(|spec| spec.key)))?;
        let choice = spec.choices.iter().find(|choice| **choice == value);
        let choice = choice.ok_or_else(|| unknown("value", value, spec.choices.iter().copied()))?;
        self.world.modes.set(platform.id(), spec, choice);
        Ok(())
    }

    /// host → endpoint → how often it was asked.
    pub fn counters(&self) -> BTreeMap<String, BTreeMap<String, u64>> {
        self.world.counters.all()
    }

    /// Counts from 0 again.
    pub fn reset_counters(&self) {
        self.world.counters.clear();
    }

    /// What the platforms were asked since the question of this number, oldest first: 0 for all that are remembered.
    pub fn requests(&self, after: u64) -> Vec<RequestView> {
        self.world.requests.after(after)
    }

    /// On the platform's home page this person's window presses "log out", as soon as one is open.
    ///
    /// # Errors
    /// When platform or person do not exist.
    pub fn press_log_out(&self, platform: &str, person: &str) -> Result<(), ControlError> {
        let person = self.person(person)?;
        self.world.wishes.add(self.platform(platform)?.id(), &person.id);
        Ok(())
    }

    /// The people.
    pub fn people(&self) -> Vec<PersonView> {
        self.world.people.all().iter().map(|person| self.person_view(person)).collect()
    }

    /// Adds somebody.
    ///
    /// # Errors
    /// When a field is out of range or the id is taken.
    pub fn add_person(&self, new: NewPerson) -> Result<PersonView, ControlError> {
        let length = new.name.trim().chars().count();
        if !(1..=30).contains(&length) {
            return Err(bad("name", "1 to 30 characters"));
        }
        if new.level > 6 {
            return Err(bad("level", "0 to 6"));
        }
        let is_id = |id: &String| {
            (1..=20).contains(&id.len())
                && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        };
        if new.id.as_ref().is_some_and(|id| !is_id(id)) {
            return Err(bad("id", "1 to 20 lower-case letters, digits or hyphens"));
        }
        let added = self.world.people.add(|number| Person {
            id: new.id.unwrap_or_else(|| format!("p{number}")),
            number,
            name: new.name.trim().to_owned(),
            bio: new.bio,
            followers: new.followers,
            following: new.following,
            level: new.level,
            vip: new.vip,
            hue: people::hue_of(number),
        });
        added.map(|person| self.person_view(&person)).ok_or_else(|| bad("id", "taken"))
    }

    /// Everything at once.
    pub fn state(&self) -> State {
        let now = self.now();
        let mut codes: Vec<_> = self.world.codes.all().iter().map(|code| views::code_view(code, now)).collect();
        codes.reverse();
        State {
            now,
            people: self.people(),
            codes,
            sessions: self.sessions(),
            faults: self.world.faults.waiting(),
            fault_kinds: FaultKind::ALL.to_vec(),
            platforms: self.platforms.iter().map(|platform| self.platform_view(&**platform)).collect(),
            counters: self.counters(),
            latency_ms: u64::try_from(self.world.latency().as_millis()).unwrap_or(u64::MAX),
        }
    }

    /// All sessions, newest first.
    pub fn sessions(&self) -> Vec<SessionView> {
        let of = |platform: &Arc<dyn Platform>| {
            let id = platform.id();
            platform.sessions().into_iter().map(move |row| SessionView {
                number: row.number,
                platform: id,
                person: row.person.id.clone(),
                state: row.state,
                created_at: row.created,
                expires_at: row.expires,
            })
        };
        let mut sessions: Vec<_> = self.platforms.iter().flat_map(of).collect();
        sessions.sort_by_key(|session| std::cmp::Reverse((session.created_at, session.number)));
        sessions
    }
}

fn split(handle: &str) -> Result<(&str, &str), ControlError> {
    handle.split_once(':').ok_or_else(|| bad("handle", "<platform>:<key>, as the scan answered"))
}

fn bad(field: &'static str, problem: &str) -> ControlError {
    ControlError::Bad { field, problem: problem.to_owned() }
}

fn unknown<'a>(what: &'static str, given: &str, known: impl Iterator<Item = &'a str>) -> ControlError {
    ControlError::Unknown { what, given: given.to_owned(), known: known.map(str::to_owned).collect() }
}
