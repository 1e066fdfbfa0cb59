//! The use counters, side by side in memory: choosing from a pool counts without taking a lock for writing.

use std::sync::atomic::{
    AtomicBool, AtomicI64, AtomicU64,
    Ordering::{Relaxed, SeqCst},
};

use jiff::Timestamp;
use roster_domain::{AccountId, UsageCounters};

use crate::storage::{SHARDS, shard_of};

/// "Never used."
const NEVER: i64 = i64::MIN;

#[derive(Debug)]
struct Cell {
    uses: AtomicU64,
    successes: AtomicU64,
    failures: AtomicU64,
    last_ms: AtomicI64,
    shard: u8,
}

/// One cell a slot, and a mark for each shard that has changed since it was written.
#[derive(Debug)]
pub(crate) struct CounterCells {
    cells: Vec<Cell>,
    changed: Box<[AtomicBool; SHARDS]>,
    any_changed: AtomicBool,
}

impl Default for CounterCells {
    fn default() -> Self {
        Self {
            cells: Vec::new(),
            changed: Box::new([const { AtomicBool::new(false) }; SHARDS]),
            any_changed: AtomicBool::new(false),
        }
    }
}

impl CounterCells {
    /// Gives a slot to an account.
    pub(super) fn reset(&mut self, slot: u32, id: &AccountId, usage: UsageCounters) {
        let cell = Cell {
            uses: AtomicU64::new(usage.use_count),
            successes: AtomicU64::new(usage.success_count),
            failures: AtomicU64::new(usage.fail_count),
            last_ms: AtomicI64::new(usage.last_used_at.map_or(NEVER, Timestamp::as_millisecond)),
            shard: shard_of(id),
        };
        match self.cells.get_mut(slot as usize) {
            Some(place) => *place = cell,
            None => self.cells.push(cell),
        }
    }

    /// Takes over counters that were stored; none goes down.
    pub(super) fn raise(&self, slot: u32, usage: UsageCounters) {
        let Some(cell) = self.cells.get(slot as usize) else { return };
        cell.uses.fetch_max(usage.use_count, Relaxed);
        cell.successes.fetch_max(usage.success_count, Relaxed);
        cell.failures.fetch_max(usage.fail_count, Relaxed);
        cell.last_ms.fetch_max(usage.last_used_at.map_or(NEVER, Timestamp::as_millisecond), Relaxed);
    }

    /// A slot's counters.
    pub(super) fn get(&self, slot: u32) -> UsageCounters {
        let Some(cell) = self.cells.get(slot as usize) else { return UsageCounters::default() };
        let last = cell.last_ms.load(Relaxed);
        UsageCounters {
            use_count: cell.uses.load(Relaxed),
            success_count: cell.successes.load(Relaxed),
            fail_count: cell.failures.load(Relaxed),
            last_used_at: (last != NEVER).then(|| Timestamp::from_millisecond(last).ok()).flatten(),
        }
    }

    /// What `least_used` orders by: uses, then the last use in milliseconds.
    pub(crate) fn wear(&self, slot: u32) -> (u64, i64) {
        self.cells.get(slot as usize).map_or((0, NEVER), |cell| (cell.uses.load(Relaxed), cell.last_ms.load(Relaxed)))
    }

    /// Counts one use; answers whether it is the first change since the marks were taken.
    pub(crate) fn count_use(&self, slot: u32, now_ms: i64) -> bool {
        let Some(cell) = self.cells.get(slot as usize) else { return false };
        cell.uses.fetch_add(1, Relaxed);
        cell.last_ms.store(now_ms, Relaxed);
        self.mark_shard(cell.shard)
    }

    /// Counts one reported outcome. A use that no choice has counted is counted here: there are never more outcomes
    /// than uses.
    pub(crate) fn count_outcome(&self, slot: u32, success: bool, now_ms: i64) {
        let Some(cell) = self.cells.get(slot as usize) else { return };
        let (same, other) = if success { (&cell.successes, &cell.failures) } else { (&cell.failures, &cell.successes) };
        let reported = same.fetch_add(1, Relaxed) + 1 + other.load(Relaxed);
        cell.uses.fetch_max(reported, Relaxed);
        cell.last_ms.fetch_max(now_ms, Relaxed);
        self.mark_shard(cell.shard);
    }

    /// Marks a slot's shard as changed.
    pub(crate) fn mark(&self, slot: u32) {
        if let Some(cell) = self.cells.get(slot as usize) {
            self.mark_shard(cell.shard);
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
        self.cells.get(slot as usize).map(|cell| cell.shard)
    }

    /// The last use in milliseconds, for ordering.
    pub(super) fn last_ms(&self, slot: u32) -> Option<i64> {
        self.cells.get(slot as usize).map(|cell| cell.last_ms.load(Relaxed)).filter(|ms| *ms != NEVER)
    }
}
