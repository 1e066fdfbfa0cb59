//! What every platform of the sandbox offers to the front door and to the control page.

use std::sync::Arc;

use axum::http::Method;
use jiff::Timestamp;

use crate::answer::Answer;
use crate::ask::Ask;
use crate::picture::avatar;
use crate::world::World;
use crate::world::faults::FaultKind;
use crate::world::modes::ModeSpec;
use crate::world::people::Person;
use crate::world::sessions::Ended;

/// A platform: pure state, no I/O. What takes time or breaks the connection happens at the front door.
pub(crate) trait Platform: Send + Sync {
    fn id(&self) -> &'static str;
    /// Chinese, English.
    fn names(&self) -> (&'static str, &'static str);
    /// The brand's colour on the phone, `#rrggbb`.
    fn colour(&self) -> &'static str;
    fn hosts(&self) -> Vec<&'static str>;
    fn endpoints(&self) -> Vec<&'static str>;
    fn modes(&self) -> &'static [ModeSpec];
    /// What the app must be told to talk to a sandbox: key (without the platform) and value.
    fn settings(&self) -> Vec<(&'static str, String)> {
        Vec::new()
    }

    /// Which endpoint this is.
    fn find(&self, ask: &Ask) -> Option<&'static str>;
    /// Who asks, as far as the session or the code says.
    fn who(&self, ask: &Ask) -> Option<Arc<Person>>;
    fn answer(&self, endpoint: &str, ask: &Ask) -> Answer;
    /// The platform's own words for a fault; `None` where it makes no sense.
    fn fault_answer(&self, kind: FaultKind, endpoint: &str, ask: &Ask) -> Option<Answer>;

    /// The key of a code of this platform, when the text is one.
    fn key_in(&self, text: &str) -> Option<String>;
    fn user_id(&self, person: &Person) -> String;
    fn sessions(&self) -> Vec<SessionRow>;
    /// Ends the sessions of a person (or one of them) and answers how many.
    fn end_sessions(&self, person: &str, only: Option<u64>, ended: Ended, now: Timestamp) -> usize;
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

/// All platforms, in the order in which the phone lists them.
macro_rules! platforms {
    ($($name:ident),+ $(,)?) => {
        pub(crate) fn all(world: &Arc<World>) -> Vec<Arc<dyn Platform>> {
            vec![$(Arc::new(crate::$name::Service::new(Arc::clone(world)))),+]
        }
    };
}

platforms! {
    bilibili,
    toutiao,
    jimeng,
    dreamina,
    smartcv,
    douyin,
    xiaohongshu,
    burncloud,
}

/// Pictures of people: faults without an endpoint leave them alone.
pub(crate) const AVATAR: &str = "avatar";

/// The picture of the person whose id is the file's name, `…/<id>.png`.
pub(crate) fn portrait(world: &World, ask: &Ask) -> Option<Answer> {
    let id = ask.path.rsplit('/').next()?.strip_suffix(".png")?;
    world.people.find(id).map(|person| Answer::png(avatar::png(&person)))
}

/// An endpoint of a service: its short name, where it is, and who answers.
pub(crate) struct Route<S> {
    pub(crate) name: &'static str,
    pub(crate) hosts: &'static [&'static str],
    pub(crate) path: Path,
    pub(crate) methods: &'static [Method],
    pub(crate) run: fn(&S, &Ask) -> Answer,
}

/// How an endpoint's path is written.
pub(crate) enum Path {
    /// Exactly this.
    Exact(&'static str),
    /// This, with or without a slash at the end.
    Loose(&'static str),
    /// Everything below this.
    Below(&'static str),
}

impl Path {
    fn matches(&self, path: &str) -> bool {
        match self {
            Self::Exact(wanted) => path == *wanted,
            Self::Loose(wanted) => path.strip_suffix('/').unwrap_or(path) == *wanted,
            Self::Below(prefix) => path.starts_with(prefix),
        }
    }
}

/// The route that this question means.
pub(crate) fn route<'a, S>(routes: &'a [Route<S>], ask: &Ask) -> Option<&'a Route<S>> {
    routes.iter().find(|route| {
        route.hosts.contains(&ask.host.as_str()) && route.methods.contains(&ask.method) && route.path.matches(&ask.path)
    })
}

/// Every host of a table, once.
pub(crate) fn hosts<S>(routes: &[Route<S>]) -> Vec<&'static str> {
    let mut hosts: Vec<_> = routes.iter().flat_map(|route| route.hosts).copied().collect();
    hosts.sort_unstable();
    hosts.dedup();
    hosts
}

/// Every endpoint of a table, once, in its order.
pub(crate) fn endpoints<S>(routes: &[Route<S>]) -> Vec<&'static str> {
    let mut names: Vec<&'static str> = Vec::new();
    for route in routes {
        if !names.contains(&route.name) {
            names.push(route.name);
        }
    }
    names
}
