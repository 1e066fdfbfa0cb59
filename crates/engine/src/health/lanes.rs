//! How many questions go out at once: few to one platform, some more to all together.

use std::{collections::HashMap, sync::Arc};

use roster_domain::PlatformId;
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::CheckLimits;

/// The permits.
#[derive(Debug)]
pub(crate) struct Lanes {
    platforms: HashMap<PlatformId, Semaphore>,
    global: Arc<Semaphore>,
    per_platform: usize,
}

/// The right to ask one question at a time.
#[derive(Debug)]
pub(crate) struct Lane<'a> {
    _platform: Option<SemaphorePermit<'a>>,
    _global: Option<SemaphorePermit<'a>>,
}

impl Lanes {
    pub(crate) fn new<'a>(limits: CheckLimits, platforms: impl Iterator<Item = &'a PlatformId>) -> Self {
        let per_platform = limits.per_platform.max(1);
        Self {
            platforms: platforms.map(|id| (id.clone(), Semaphore::new(per_platform))).collect(),
            global: Arc::new(Semaphore::new(limits.global.max(1))),
            per_platform,
        }
    }

    /// How many questions may go to one platform at once.
    pub(crate) fn per_platform(&self) -> usize {
        self.per_platform
    }

    /// Waits for a turn. The platform's comes first: who waits for it does not keep others from theirs.
    pub(crate) async fn enter(&self, platform: &PlatformId) -> Lane<'_> {
        let own = match self.platforms.get(platform) {
            Some(semaphore) => semaphore.acquire().await.ok(),
            None => None,
        };
        Lane { _platform: own, _global: self.global.acquire().await.ok() }
    }
}
