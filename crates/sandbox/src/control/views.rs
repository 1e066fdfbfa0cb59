//! What the control API shows.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Control;
use crate::platform::Platform;
use crate::world::codes::Code;
use crate::world::counters::Counts;
use crate::world::faults::{FaultKind, FaultView};
use crate::world::modes::ModeSpec;
use crate::world::people::Person;

/// A code on a screen.
#[derive(Debug, Clone, Serialize)]
pub struct CodeView {
    /// `<platform>:<key>`
    pub handle: String,
    /// The platform.
    pub platform: &'static str,
    /// `new`, `scanned`, `confirmed`, `refused`, `used`, `expired`.
    pub state: &'static str,
    /// Who scanned it.
    pub person: Option<String>,
    /// What the picture says.
    pub text: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// Seconds it still has; 0 when it is over.
    pub expires_in_s: i64,
}

/// A session that a platform has handed out. Its secret is not in here.
#[derive(Debug, Clone, Serialize)]
pub struct SessionView {
    /// Unique on its platform.
    pub number: u64,
    /// The platform.
    pub platform: &'static str,
    /// Whose.
    pub person: String,
    /// `alive`, `expired`, `logged_out`, `renewed`.
    pub state: &'static str,
    /// When it began.
    pub created_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
}

/// A person.
#[derive(Debug, Clone, Serialize)]
pub struct PersonView {
    /// Short and stable.
    pub id: String,
    /// As everybody sees it.
    pub name: String,
    /// A line about them.
    pub bio: String,
    /// How many follow them.
    pub followers: u64,
    /// How many they follow.
    pub following: u64,
    /// 0 to 6.
    pub level: u8,
    /// Whether they pay for membership.
    pub vip: bool,
    /// The picture's colour, degrees.
    pub hue: u16,
    /// platform → user id there.
    pub user_ids: BTreeMap<&'static str, String>,
}

/// Somebody new.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewPerson {
    /// 1 to 30 characters.
    pub name: String,
    /// Lower-case letters, digits, `-`; made from a number when absent.
    pub id: Option<String>,
    /// A line about them.
    #[serde(default)]
    pub bio: String,
    /// How many follow them.
    #[serde(default)]
    pub followers: u64,
    /// How many they follow.
    #[serde(default)]
    pub following: u64,
    /// 0 to 6.
    #[serde(default)]
    pub level: u8,
    /// Whether they pay for membership.
    #[serde(default)]
    pub vip: bool,
}

/// A platform as the phone page needs it.
#[derive(Debug, Clone, Serialize)]
pub struct PlatformView {
    id: &'static str,
    name_zh: &'static str,
    name_en: &'static str,
    colour: &'static str,
    endpoints: Vec<&'static str>,
    hosts: Vec<&'static str>,
    modes: Vec<ModeView>,
}

#[derive(Debug, Clone, Serialize)]
struct ModeView {
    #[serde(flatten)]
    spec: ModeSpec,
    value: &'static str,
}

/// Everything at once, for the phone page.
#[derive(Debug, Clone, Serialize)]
pub struct State {
    /// The sandbox's time.
    pub now: Timestamp,
    /// The people.
    pub people: Vec<PersonView>,
    /// Codes, newest first.
    pub codes: Vec<CodeView>,
    /// Sessions, newest first.
    pub sessions: Vec<SessionView>,
    /// Faults that are waiting.
    pub faults: Vec<FaultView>,
    /// What there is to break.
    pub fault_kinds: Vec<FaultKind>,
    /// The platforms with their choices.
    pub platforms: Vec<PlatformView>,
    /// What was asked.
    pub counters: Counts,
    /// Milliseconds that every answer takes.
    pub latency_ms: u64,
}

impl Control {
    pub(super) fn platform_view(&self, platform: &dyn Platform) -> PlatformView {
        let (name_zh, name_en) = platform.names();
        let mode = |spec: &ModeSpec| ModeView { spec: *spec, value: self.world.modes.get(platform.id(), spec) };
        PlatformView {
            id: platform.id(),
            name_zh,
            name_en,
            colour: platform.colour(),
            endpoints: platform.endpoints(),
            hosts: platform.hosts(),
            modes: platform.modes().iter().map(mode).collect(),
        }
    }

    pub(super) fn person_view(&self, person: &Person) -> PersonView {
        PersonView {
            id: person.id.clone(),
            name: person.name.clone(),
            bio: person.bio.clone(),
            followers: person.followers,
            following: person.following,
            level: person.level,
            vip: person.vip,
            hue: person.hue,
            user_ids: self.platforms.iter().map(|platform| (platform.id(), platform.user_id(person))).collect(),
        }
    }
}

pub(super) fn code_view(code: &Code, now: Timestamp) -> CodeView {
    let state = code.state_at(now);
    CodeView {
        handle: format!("{}:{}", code.platform, code.key),
        platform: code.platform,
        state: state.word(),
        person: state.person().map(|person| person.id.clone()),
        text: code.text.clone(),
        created_at: code.created,
        expires_in_s: code.expires.duration_since(now).as_secs().max(0),
    }
}
