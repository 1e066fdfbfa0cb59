//! What every platform of the sandbox offers to the front door and to the control page.

use std::borrow::Cow;
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
use crate::world::sessions::{Ended, SessionRow};

/// What the front door and the control page see of a platform, whatever it is made of.
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
    fn settings(&self) -> Vec<(&'static str, String)>;
    /// Which endpoint this is.
    fn find(&self, ask: &Ask) -> Option<&'static str>;
    /// Who asks, as far as the session or the code says.
    fn who(&self, ask: &Ask) -> Option<Arc<Person>>;
    fn answer(&self, ask: &Ask) -> Answer;
    /// The platform's own words for a fault; `None` where it makes no sense.
    fn fault_answer(&self, kind: FaultKind, endpoint: &str, ask: &Ask) -> Option<Answer>;
    /// The key of a code of this platform, when the text is one.
    fn key_in(&self, text: &str) -> Option<String>;
    fn user_id(&self, person: &Person) -> String;
    fn sessions(&self) -> Vec<SessionRow>;
    /// Ends the sessions of a person (or one of them) and answers how many.
    fn end_sessions(&self, person: &str, only: Option<u64>, ended: Ended) -> usize;
}

/// A stand-in for one service: pure state and a table of routes, no I/O. What takes time or breaks the connection
/// happens at the front door.
pub(crate) trait StandIn: Send + Sync + Sized + 'static {
    const ID: &'static str;
    const NAMES: (&'static str, &'static str);
    const COLOUR: &'static str;
    const ROUTES: &'static [Route<Self>];
    const MODES: &'static [ModeSpec];

    fn world(&self) -> &World;
    fn settings(&self) -> Vec<(&'static str, String)> {
        Vec::new()
    }
    /// The question as the service sees it behind what stands before it; `None` when it is not meant.
    fn inside<'a>(&self, ask: &'a Ask) -> Option<Cow<'a, Ask>> {
        Some(Cow::Borrowed(ask))
    }
    fn who(&self, ask: &Ask) -> Option<Arc<Person>>;
    /// What stands at the door of every route: the route's answer, where the service has no more to say.
    fn answer(&self, ask: &Ask) -> Answer {
        routed(self, ask)
    }
    /// The service's own words for what is not there.
    fn not_found(&self, ask: &Ask) -> Answer;
    fn fault_answer(&self, kind: FaultKind, endpoint: &str, ask: &Ask) -> Option<Answer>;
    fn key_in(&self, text: &str) -> Option<String>;
    fn user_id(&self, person: &Person) -> String;
    fn sessions(&self, now: Timestamp) -> Vec<SessionRow>;
    fn end_sessions(&self, person: &str, only: Option<u64>, ended: Ended, now: Timestamp) -> usize;
}

impl<S: StandIn> Platform for S {
    fn id(&self) -> &'static str {
        S::ID
    }

    fn names(&self) -> (&'static str, &'static str) {
        S::NAMES
    }

    fn colour(&self) -> &'static str {
        S::COLOUR
    }

    fn hosts(&self) -> Vec<&'static str> {
        let mut hosts: Vec<_> = S::ROUTES.iter().flat_map(|route| route.hosts).copied().collect();
        hosts.sort_unstable();
        hosts.dedup();
        hosts
    }

    fn endpoints(&self) -> Vec<&'static str> {
        let mut names: Vec<&'static str> = Vec::new();
        for route in S::ROUTES {
            if !names.contains(&route.name) {
                names.push(route.name);
            }
        }
        names
    }

    fn modes(&self) -> &'static [ModeSpec] {
        S::MODES
    }

    fn settings(&self) -> Vec<(&'static str, String)> {
        StandIn::settings(self)
    }

    fn find(&self, ask: &Ask) -> Option<&'static str> {
        route::<S>(&*self.inside(ask)?).map(|route| route.name)
    }

    fn who(&self, ask: &Ask) -> Option<Arc<Person>> {
        StandIn::who(self, ask)
    }

    fn answer(&self, ask: &Ask) -> Answer {
        StandIn::answer(self, ask)
    }

    fn fault_answer(&self, kind: FaultKind, endpoint: &str, ask: &Ask) -> Option<Answer> {
        StandIn::fault_answer(self, kind, endpoint, ask)
    }

    fn key_in(&self, text: &str) -> Option<String> {
        StandIn::key_in(self, text)
    }

    fn user_id(&self, person: &Person) -> String {
        StandIn::user_id(self, person)
    }

    fn sessions(&self) -> Vec<SessionRow> {
        StandIn::sessions(self, self.world().clock.now())
    }

    fn end_sessions(&self, person: &str, only: Option<u64>, ended: Ended) -> usize {
        StandIn::end_sessions(self, person, only, ended, self.world().clock.now())
    }
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
pub(crate) fn portrait<S: StandIn>(service: &S, ask: &Ask) -> Answer {
    let id = ask.path.rsplit('/').next().and_then(|file| file.strip_suffix(".png"));
    let person = id.and_then(|id| service.world().people.find(id));
    person.map_or_else(|| service.not_found(ask), |person| Answer::png(avatar::png(&person)))
}

/// What the table of routes answers.
pub(crate) fn routed<S: StandIn>(service: &S, ask: &Ask) -> Answer {
    match route::<S>(ask) {
        Some(route) => (route.run)(service, ask),
        None => service.not_found(ask),
    }
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
pub(crate) fn route<S: StandIn>(ask: &Ask) -> Option<&'static Route<S>> {
    S::ROUTES.iter().find(|route| {
        route.hosts.contains(&ask.host.as_str()) && route.methods.contains(&ask.method) && route.path.matches(&ask.path)
    })
}
