//! Counts beside a list: each with the other filters applied, its own left out.

use std::{cmp::Reverse, collections::BinaryHeap};

use roaring::RoaringBitmap;
use roster_domain::AccountStatus;

use super::{Book, query::Filtered};
use crate::Facets;

/// How many labels are counted.
const TAGS: usize = 200;

/// Which filter is left out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Without {
    Status,
    Platform,
    Tag,
    NeedsMe,
}

impl Book {
    pub(super) fn facets(&self, filtered: &Filtered, total: u64) -> Facets {
        let by_status = self.without(filtered, Without::Status);
        let by_platform = self.without(filtered, Without::Platform);
        let needing = self.without(filtered, Without::NeedsMe);
        let count = |status: AccountStatus| (status, by_status.intersection_len(self.sets.status(status)));
        let platforms = self.sets.platforms().map(|(id, set)| (id.clone(), by_platform.intersection_len(set)));
        Facets {
            status: AccountStatus::ALL.into_iter().map(count).collect(),
            platform: platforms.filter(|(_, count)| *count > 0).collect(),
            tag: self.tag_counts(&self.without(filtered, Without::Tag)),
            needs_me: needing.intersection_len(self.sets.needing()),
            total,
        }
    }

    fn without(&self, filtered: &Filtered, left_out: Without) -> RoaringBitmap {
        let keep = |filter: &Option<RoaringBitmap>, kind| filter.clone().filter(|_| kind != left_out);
        self.together(&Filtered {
            status: keep(&filtered.status, Without::Status),
            platform: keep(&filtered.platform, Without::Platform),
            tag: keep(&filtered.tag, Without::Tag),
            needs_me: filtered.needs_me && left_out != Without::NeedsMe,
            rest: filtered.rest.clone(),
        })
    }

    /// The most frequent labels. A label that is rarer in all than the last of the best so far is not even counted.
    fn tag_counts(&self, base: &RoaringBitmap) -> std::collections::BTreeMap<String, u64> {
        let mut best: BinaryHeap<Reverse<(u64, &String)>> = BinaryHeap::with_capacity(TAGS + 1);
        for (tag, set) in self.sets.tags() {
            let least = best.peek().filter(|_| best.len() >= TAGS).map_or(0, |Reverse((count, _))| *count);
            if set.len() <= least {
                continue;
            }
            let count = base.intersection_len(set);
            if count > least {
                best.push(Reverse((count, tag)));
                if best.len() > TAGS {
                    best.pop();
                }
            }
        }
        best.into_iter().map(|Reverse((count, tag))| (tag.clone(), count)).collect()
    }
}
