//! Who is next: a structure per strategy that is kept while accounts change, so that a choice costs the same with
//! a hundred members and with a hundred thousand.
//!
//! An entry that no longer counts (its member left, was restricted, got another priority) is not looked for: the
//! member's stamp moves on, and the entry is dropped when its turn comes.

use std::collections::{BTreeMap, VecDeque};

use rand::RngExt;
use roster_domain::Strategy;

/// A member's place in the ready structure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry {
    /// Which member, by its index in the pool.
    member: u32,
    /// Counts only while this is the member's stamp.
    stamp: u32,
    /// Its last use in milliseconds when the entry was made; only `least_used` reads it.
    last_ms: i64,
}

/// The priorities, 1 to 10.
const RANKS: usize = 10;

#[derive(Debug)]
enum Order {
    Ring(VecDeque<Entry>),
    Any(Vec<Entry>),
    Ranks(Box<[VecDeque<Entry>; RANKS]>),
    /// By uses; within the same number of uses the one unused longest first.
    Least(BTreeMap<u64, VecDeque<Entry>>),
}

/// What is known about a member when it becomes ready.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate {
    pub(super) member: u32,
    pub(super) priority: u8,
    pub(super) wear: (u64, i64),
}

/// The ready members of one pool.
#[derive(Debug)]
pub(super) struct Ready {
    order: Order,
    /// By member: the stamp, and whether it is ready.
    stamps: Vec<(u32, bool)>,
    ready: usize,
    entries: usize,
}

impl Ready {
    pub(super) fn new(strategy: Strategy) -> Self {
        let order = match strategy {
            Strategy::RoundRobin => Order::Ring(VecDeque::new()),
            Strategy::Random => Order::Any(Vec::new()),
            Strategy::Priority => Order::Ranks(Box::default()),
            Strategy::LeastUsed => Order::Least(BTreeMap::new()),
        };
        Self { order, stamps: Vec::new(), ready: 0, entries: 0 }
    }

    /// How many are ready.
    pub(super) fn len(&self) -> usize {
        self.ready
    }

    #[cfg(test)]
    pub(super) fn entries(&self) -> usize {
        self.entries
    }

    /// Takes a member in, or gives it its place anew.
    pub(super) fn add(&mut self, candidate: Candidate) {
        self.drop(candidate.member);
        let index = candidate.member as usize;
        if self.stamps.len() <= index {
            self.stamps.resize(index + 1, (0, false));
        }
        self.stamps[index].1 = true;
        self.ready += 1;
        let entry = Entry { member: candidate.member, stamp: self.stamps[index].0, last_ms: candidate.wear.1 };
        self.entries += 1;
        match &mut self.order {
            Order::Ring(ring) => ring.push_back(entry),
            Order::Any(all) => all.push(entry),
            Order::Ranks(ranks) => ranks[rank_of(candidate.priority)].push_back(entry),
            Order::Least(least) => place(least, candidate.wear.0, entry),
        }
        if self.entries > 2 * self.ready + 64 {
            self.sweep();
        }
    }

    /// Takes a member out.
    pub(super) fn drop(&mut self, member: u32) {
        if let Some((stamp, ready)) = self.stamps.get_mut(member as usize)
            && *ready
        {
            *stamp = stamp.wrapping_add(1);
            *ready = false;
            self.ready -= 1;
        }
    }

    /// Whose turn it is. `wear` tells how used a member is now; the caller counts this use, at `now_ms`, before the
    /// next choice.
    pub(super) fn pick(&mut self, wear: impl Fn(u32) -> (u64, i64), now_ms: i64) -> Option<u32> {
        if self.ready == 0 {
            return None;
        }
        let stamps = &self.stamps;
        let counts = |entry: &Entry| stamps.get(entry.member as usize) == Some(&(entry.stamp, true));
        match &mut self.order {
            Order::Ring(ring) => turn(ring, counts, &mut self.entries),
            Order::Any(all) => any(all, counts, &mut self.entries),
            Order::Ranks(ranks) => ranks.iter_mut().rev().find_map(|ring| turn(ring, counts, &mut self.entries)),
            Order::Least(least) => least_worn(least, counts, &mut self.entries, wear, now_ms),
        }
    }

    /// Drops all entries that no longer count.
    fn sweep(&mut self) {
        let stamps = &self.stamps;
        let counts = |entry: &Entry| stamps.get(entry.member as usize) == Some(&(entry.stamp, true));
        match &mut self.order {
            Order::Ring(ring) => ring.retain(counts),
            Order::Any(all) => all.retain(counts),
            Order::Ranks(ranks) => ranks.iter_mut().for_each(|ring| ring.retain(counts)),
            Order::Least(least) => least.retain(|_, ring| {
                ring.retain(counts);
                !ring.is_empty()
            }),
        }
        self.entries = self.ready;
    }
}

fn rank_of(priority: u8) -> usize {
    usize::from(priority.clamp(1, 10) - 1)
}

/// The front one that counts goes to the back.
fn turn(ring: &mut VecDeque<Entry>, counts: impl Fn(&Entry) -> bool, entries: &mut usize) -> Option<u32> {
    while let Some(entry) = ring.pop_front() {
        if counts(&entry) {
            ring.push_back(entry);
            return Some(entry.member);
        }
        *entries -= 1;
    }
    None
}

/// Any one that counts, each as likely as the other.
fn any(all: &mut Vec<Entry>, counts: impl Fn(&Entry) -> bool, entries: &mut usize) -> Option<u32> {
    let mut rng = rand::rng();
    while !all.is_empty() {
        let index = rng.random_range(0..all.len());
        if counts(&all[index]) {
            return Some(all[index].member);
        }
        all.swap_remove(index);
        *entries -= 1;
    }
    None
}

/// Puts an entry where its number of uses and its last use belong.
fn place(least: &mut BTreeMap<u64, VecDeque<Entry>>, uses: u64, entry: Entry) {
    let ring = least.entry(uses).or_default();
    if ring.back().is_none_or(|last| last.last_ms <= entry.last_ms) {
        ring.push_back(entry);
    } else {
        let index = ring.partition_point(|other| other.last_ms <= entry.last_ms);
        ring.insert(index, entry);
    }
}

/// The one used least. Uses counted elsewhere only ever push an entry back, so the front one is the least worn of
/// all as soon as its own numbers are up to date.
fn least_worn(
    least: &mut BTreeMap<u64, VecDeque<Entry>>,
    counts: impl Fn(&Entry) -> bool,
    entries: &mut usize,
    wear: impl Fn(u32) -> (u64, i64),
    now_ms: i64,
) -> Option<u32> {
    loop {
        let mut first = least.first_entry()?;
        let noted = *first.key();
        let Some(entry) = first.get_mut().pop_front() else {
            first.remove();
            continue;
        };
        if !counts(&entry) {
            *entries -= 1;
            continue;
        }
        let (uses, last_ms) = wear(entry.member);
        if (uses, last_ms) == (noted, entry.last_ms) {
            place(least, uses + 1, Entry { last_ms: now_ms, ..entry });
            return Some(entry.member);
        }
        place(least, uses, Entry { last_ms, ..entry });
    }
}
