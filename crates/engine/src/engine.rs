//! The engine itself: what it is made of, and the way to what is open.

use std::{fmt, path::PathBuf, sync::Arc};

use indexmap::IndexMap;
use jiff::Timestamp;
use parking_lot::Mutex;
use roster_domain::{PlatformId, Secret};
use roster_platform::{Adapter, AtHand, ClientScope, Context, Descriptor, HttpFactory, Memory};
use roster_vault::KdfParams;
use tokio::sync::broadcast;

use crate::{
    Error, EventBatch, Ports, Preferences,
    events::EventBus,
    metrics::CheckCounts,
    unlocked::Unlocked,
    vault_session::{Session, Slowdown},
};

/// How many questions go out at once when many accounts are checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CheckLimits {
    /// To one platform.
    pub per_platform: usize,
    /// To all together.
    pub global: usize,
}

impl Default for CheckLimits {
    fn default() -> Self {
        Self { per_platform: 5, global: 64 }
    }
}

/// What an engine is made of.
#[derive(Debug, Clone)]
pub struct EngineConfig {
    /// Where the vault and the preferences lie. Made when it is not there.
    pub data_dir: PathBuf,
    /// The platforms.
    pub adapters: Vec<Arc<dyn Adapter>>,
    /// Where clients come from.
    pub http: HttpFactory,
    /// The host.
    pub ports: Ports,
    /// How hard a new vault's password is to guess.
    pub kdf: KdfParams,
    /// How many questions go out at once.
    pub limits: CheckLimits,
}

/// What outlives locking.
pub(crate) struct Core {
    pub(crate) data_dir: PathBuf,
    pub(crate) adapters: IndexMap<PlatformId, Arc<dyn Adapter>>,
    http: HttpFactory,
    pub(crate) ports: Ports,
    pub(crate) kdf: KdfParams,
    pub(crate) limits: CheckLimits,
    pub(crate) events: EventBus,
    pub(crate) session: Mutex<Session>,
    pub(crate) slowdown: Slowdown,
    pub(crate) counts: CheckCounts,
    pub(crate) preferences: Mutex<Preferences>,
    pub(crate) preferences_write: tokio::sync::Mutex<()>,
}

impl fmt::Debug for Core {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").field("data_dir", &self.data_dir).finish_non_exhaustive()
    }
}

impl Core {
    /// The time.
    pub(crate) fn now(&self) -> Timestamp {
        self.ports.clock.now()
    }

    /// Where the vault lies.
    pub(crate) fn vault_dir(&self) -> PathBuf {
        self.data_dir.join("vault")
    }

    /// A platform's adapter.
    pub(crate) fn adapter(&self, platform: &PlatformId) -> Result<Arc<dyn Adapter>, Error> {
        let adapter = self.adapters.get(platform).cloned();
        adapter.ok_or_else(|| Error::UnknownPlatform { platform: platform.to_string() })
    }

    /// What an adapter is given with a question that takes this way, about a session opened with this user agent.
    pub(crate) fn context(
        &self,
        proxy: Option<Secret<String>>,
        user_agent: Option<&str>,
    ) -> Result<Context, roster_platform::Error> {
        let scope = ClientScope { proxy, user_agent: user_agent.map(str::to_owned) };
        let http = self.http.for_account(scope)?;
        Ok(Context { http, now: self.now(), memory: Memory::default(), sessions: Arc::new(AtHand::default()) })
    }

    /// Lets go of what connections still hold of the sessions that were used.
    pub(crate) fn forget_connections(&self) {
        if let Err(error) = self.http.forget() {
            tracing::error!(%error, "connections could not be let go");
        }
    }
}

/// The engine. Clones are the same engine.
#[derive(Debug, Clone)]
pub struct Engine {
    pub(crate) core: Arc<Core>,
}

impl Engine {
    /// An engine over the data in a folder. Opens nothing yet. Call it inside a tokio runtime.
    pub fn new(config: EngineConfig) -> Self {
        let EngineConfig { data_dir, adapters, http, ports, kdf, limits } = config;
        let by_id = adapters.into_iter().map(|adapter| (adapter.descriptor().id.clone(), adapter));
        let core = Arc::new(Core {
            adapters: by_id.collect(),
            http,
            kdf,
            limits,
            events: EventBus::start(Arc::clone(&ports.clock)),
            session: Mutex::new(Session::default()),
            counts: CheckCounts::default(),
            slowdown: Slowdown::beside_vault(&data_dir, ports.clock.awake()),
            preferences: Mutex::new(Preferences::load(&data_dir)),
            preferences_write: tokio::sync::Mutex::default(),
            ports,
            data_dir,
        });
        Self { core }
    }

    /// What happens, in batches. A receiver that is too slow loses the oldest batches and should read anew.
    pub fn events(&self) -> broadcast::Receiver<EventBatch> {
        self.core.events.subscribe()
    }

    /// The time by the engine's clock.
    pub fn now(&self) -> Timestamp {
        self.core.now()
    }

    /// The platforms that have an adapter, in the order in which they were registered.
    pub fn platforms(&self) -> Vec<&Descriptor> {
        self.core.adapters.values().map(|adapter| adapter.descriptor()).collect()
    }

    /// Their adapters, in the same order.
    pub fn adapters(&self) -> impl Iterator<Item = &dyn Adapter> {
        self.core.adapters.values().map(|adapter| &**adapter)
    }

    /// A platform's id out of text.
    ///
    /// # Errors
    /// [`Error::UnknownPlatform`]
    pub fn platform_id(&self, text: &str) -> Result<PlatformId, Error> {
        let known = self.core.adapters.keys().find(|id| id.as_str() == text).cloned();
        known.ok_or_else(|| Error::UnknownPlatform { platform: text.chars().take(64).collect() })
    }

    /// What is open, or why nothing is.
    pub(crate) fn open(&self) -> Result<Arc<Unlocked>, Error> {
        self.core.opened()
    }
}
