//! How many questions go out at once: few to one platform, some more to all together. Where a platform is any number of
//! sites that people run, each site is a place of its own: a slow one keeps nobody waiting at the others.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use parking_lot::Mutex;
use roster_domain::PlatformId;
use roster_platform::Descriptor;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};

use crate::CheckLimits;

/// Where questions go: a platform, or one of its sites.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Destination {
    platform: PlatformId,
    site: Option<String>,
}

/// The permits.
#[derive(Debug)]
pub(crate) struct Lanes {
    /// The platforms whose sites are told apart.
    of_many_sites: HashSet<PlatformId>,
    in_use: Mutex<HashMap<Destination, Arc<Semaphore>>>,
    /// One question at a time to each platform, for what nobody waits for.
    aside: Mutex<HashMap<PlatformId, Arc<Semaphore>>>,
    global: Semaphore,
    per_platform: usize,
}

/// The right to ask one question at a time.
#[derive(Debug)]
pub(crate) struct Lane<'a> {
    _own: Option<OwnedSemaphorePermit>,
    _global: Option<SemaphorePermit<'a>>,
}

impl Lanes {
    pub(crate) fn new<'a>(limits: CheckLimits, platforms: impl Iterator<Item = &'a Descriptor>) -> Self {
        Self {
            of_many_sites: platforms.filter(|known| known.any_site).map(|known| known.id.clone()).collect(),
            in_use: Mutex::default(),
            aside: Mutex::default(),
            global: Semaphore::new(limits.global.max(1)),
            per_platform: limits.per_platform.max(1),
        }
    }

    /// How many questions may go to one place at once.
    pub(crate) fn per_platform(&self) -> usize {
        self.per_platform
    }

    /// The place where questions about a session at this site of a platform go.
    pub(crate) fn place(&self, platform: &PlatformId, site: Option<&str>) -> Destination {
        let site = site.filter(|_| self.of_many_sites.contains(platform)).map(str::to_owned);
        Destination { platform: platform.clone(), site }
    }

    /// Waits until nobody else asks this platform in passing. Who has this still needs a lane for each question, and
    /// leaves all others to those who wait for an answer.
    pub(crate) async fn step_aside(&self, platform: &PlatformId) -> Option<OwnedSemaphorePermit> {
        let own = Arc::clone(self.aside.lock().entry(platform.clone()).or_insert_with(|| Arc::new(Semaphore::new(1))));
        own.acquire_owned().await.ok()
    }

    /// Waits for a turn. The place's comes first: who waits for it does not keep others from theirs.
    pub(crate) async fn enter(&self, platform: &PlatformId, site: Option<&str>) -> Lane<'_> {
        let place = self.place(platform, site);
        let own = {
            let mut in_use = self.in_use.lock();
            // Whoever holds or awaits a permit holds the semaphore, too.
            in_use.retain(|_, own| Arc::strong_count(own) > 1);
            Arc::clone(in_use.entry(place).or_insert_with(|| Arc::new(Semaphore::new(self.per_platform))))
        };
        Lane { _own: own.acquire_owned().await.ok(), _global: self.global.acquire().await.ok() }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;
    use crate::testing::FakePlatform;

    #[tokio::test]
    async fn a_full_site_leaves_the_others_alone_where_there_may_be_many() {
        let one = FakePlatform::described();
        let many = Descriptor { id: "many".parse().unwrap(), any_site: true, ..FakePlatform::described() };
        let lanes = Lanes::new(CheckLimits { per_platform: 1, global: 64 }, [&one, &many].into_iter());
        let (slow, quick) = (Some("https://slow.example"), Some("https://quick.example"));
        let held = lanes.enter(&many.id, slow).await;
        assert!(lanes.enter(&many.id, slow).now_or_never().is_none());
        assert!(lanes.enter(&many.id, quick).now_or_never().is_some());
        let other = lanes.enter(&one.id, slow).await;
        assert!(lanes.enter(&one.id, quick).now_or_never().is_none(), "elsewhere sites are one place");
        drop((held, other));
        assert!(lanes.enter(&many.id, slow).now_or_never().is_some());
        assert_eq!(lanes.in_use.lock().len(), 1, "places that nobody asks are forgotten");
    }
}
