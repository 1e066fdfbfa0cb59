//! The use counters, side by side in memory: choosing from a pool counts without taking a lock for writing.

use std::sync::{
    Arc,
    atomic::{
        AtomicBool, AtomicI64, AtomicU64,
        Ordering::{Relaxed, SeqCst},
    },
};

use jiff::Timestamp;
use roster_domain::UsageCounters;

use crate::{
    Card,
    storage::{SHARDS, shard_of},
};

/// "Never used."
const NEVER: i64 = i64::MIN;

/// What a choice from a pool touches, in half a cache line: with many accounts its cost is that of the memory it has
/// to wait for.
#[derive(Debug)]
#[repr(align(32))]
struct Hot {
    uses: AtomicU64,
    last_ms: AtomicI64,
    card: Arc<Card>,
    shard: u8,
}

#[derive(Debug, Default)]
struct Outcomes {
    successes: AtomicU64,
    failures: AtomicU64,
}

/// The counters by slot, and a mark for each shard that has changed since it was written.
#[derive(Debug)]
pub(crate) struct CounterCells {
    hot: Vec<Hot>,
    outcomes: Vec<Outcomes>,
    changed: Box<[AtomicBool; SHARDS]>,
    any_changed: AtomicBool,
}

impl Default for CounterCells {
    fn default() -> Self {
        Self {
            hot: Vec::new(),
            outcomes: Vec::new(),
            changed: Box::new([const { AtomicBool::new(false) }; SHARDS]),
            any_changed: AtomicBool::new(false),
        }
    }
}

fn put<T>(places: &mut Vec<T>, slot: u32, value: T) {
    match places.get_mut(slot as usize) {
        Some(place) => *place = value,
        None => places.push(value),
    }
}

impl CounterCells {
    /// Gives a slot to an account. A slot that was never used is the next one.
    pub(super) fn reset(&mut self, slot: u32, card: Card, usage: UsageCounters) {
        let hot = Hot {
            uses: AtomicU64::new(usage.use_count),
            last_ms: AtomicI64::new(usage.last_used_at.map_or(NEVER, Timestamp::as_millisecond)),
            shard: shard_of(&card.account_id),
            card: Arc::new(card),
        };
        let outcomes =
            Outcomes { successes: AtomicU64::new(usage.success_count), failures: AtomicU64::new(usage.fail_count) };
        put(&mut self.hot, slot, hot);
        put(&mut self.outcomes, slot, outcomes);
    }

    /// Who is in a slot has another name or status.
    pub(super) fn set_card(&mut self, slot: u32, card: Card) {
        if let Some(hot) = self.hot.get_mut(slot as usize).filter(|hot| *hot.card != card) {
            hot.card = Arc::new(card);
        }
    }

    fn cell(&self, slot: u32) -> Option<(&Hot, &Outcomes)> {
        self.hot.get(slot as usize).zip(self.outcomes.get(slot as usize))
    }

    /// Takes over counters that were stored; none goes down.
    pub(super) fn raise(&self, slot: u32, usage: UsageCounters) {
        let Some((hot, outcomes)) = self.cell(slot) else { return };
        hot.uses.fetch_max(usage.use_count, Relaxed);
        hot.last_ms.fetch_max(usage.last_used_at.map_or(NEVER, Timestamp::as_millisecond), Relaxed);
        outcomes.successes.fetch_max(usage.success_count, Relaxed);
        outcomes.failures.fetch_max(usage.fail_count, Relaxed);
    }

    /// A slot's counters.
    pub(super) fn get(&self, slot: u32) -> UsageCounters {
        let Some((hot, outcomes)) = self.cell(slot) else { return UsageCounters::default() };
        let last = hot.last_ms.load(Relaxed);
        UsageCounters {
            use_count: hot.uses.load(Relaxed),
            success_count: outcomes.successes.load(Relaxed),
            fail_count: outcomes.failures.load(Relaxed),
            last_used_at: (last != NEVER).then(|| Timestamp::from_millisecond(last).ok()).flatten(),
        }
    }

    /// What `least_used` orders by: uses, then the last use in milliseconds.
    pub(crate) fn wear(&self, slot: u32) -> (u64, i64) {
        self.hot.get(slot as usize).map_or((0, NEVER), |hot| (hot.uses.load(Relaxed), hot.last_ms.load(Relaxed)))
    }

    /// Counts the use that a choice is. Answers what `least_used` went by before it, whether it is the first change since
    /// the marks were taken, and who was chosen.
    pub(crate) fn count_choice(&self, slot: u32, now_ms: i64) -> Option<((u64, i64), bool, Arc<Card>)> {
        let hot = self.hot.get(slot as usize)?;
        let before = (hot.uses.fetch_add(1, Relaxed), hot.last_ms.swap(now_ms, Relaxed));
        Some((before, self.mark_shard(hot.shard), Arc::clone(&hot.card)))
    }

    /// Has the memory of a slot brought near: nothing waits for what is read here, and the next choice finds it.
    pub(crate) fn fetch(&self, slot: u32) {
        if let Some(hot) = self.hot.get(slot as usize) {
            std::hint::black_box(Arc::strong_count(&hot.card));
        }
    }

    /// Counts one reported outcome. A use that no choice has counted is counted here: there are never more outcomes
    /// than uses.
    pub(crate) fn count_outcome(&self, slot: u32, success: bool, now_ms: i64) {
        let Some((hot, outcomes)) = self.cell(slot) else { return };
        let Outcomes { successes, failures } = outcomes;
        let (same, other) = if success { (successes, failures) } else { (failures, successes) };
        let reported = same.fetch_add(1, Relaxed) + 1 + other.load(Relaxed);
        hot.uses.fetch_max(reported, Relaxed);
        hot.last_ms.fetch_max(now_ms, Relaxed);
        self.mark_shard(hot.shard);
    }

    /// Marks a slot's shard as changed.
    pub(crate) fn mark(&self, slot: u32) {
        if let Some(hot) = self.hot.get(slot as usize) {
            self.mark_shard(hot.shard);
        }
    }

    /// Marks a shard as changed; answers whether it is the first since the marks were taken.
    pub(crate) fn mark_shard(&self, shard: u8) -> bool {
        // Looked at before written to: a mark that is there already costs no traffic between cores.
        if let Some(flag) = self.changed.get(usize::from(shard)).filter(|flag| !flag.load(SeqCst)) {
            flag.store(true, SeqCst);
        }
        !self.any_changed.load(SeqCst) && !self.any_changed.swap(true, SeqCst)
    }

    /// Whether anything has changed.
    pub(crate) fn any_changed(&self) -> bool {
        self.any_changed.load(SeqCst)
    }

    /// Takes the marks: the shards that changed.
    pub(crate) fn take_changed(&self) -> Vec<u8> {
        self.any_changed.store(false, SeqCst);
        let taken = self.changed.iter().enumerate().filter(|(_, flag)| flag.swap(false, SeqCst));
        taken.filter_map(|(shard, _)| u8::try_from(shard).ok()).collect()
    }

    /// Which shard a slot is in.
    pub(crate) fn shard(&self, slot: u32) -> Option<u8> {
        self.hot.get(slot as usize).map(|hot| hot.shard)
    }

    /// The last use in milliseconds, for ordering.
    pub(super) fn last_ms(&self, slot: u32) -> Option<i64> {
        self.hot.get(slot as usize).map(|hot| hot.last_ms.load(Relaxed)).filter(|ms| *ms != NEVER)
    }
}
