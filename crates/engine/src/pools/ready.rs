//! Who is next: a structure per strategy that is kept while accounts change, so that a choice costs the same with
//! a hundred members and with a hundred thousand.
//!
//! Queues do not look for an entry that no longer counts (its member left, was restricted, got another priority): the
//! member's stamp moves on, and the entry is dropped when its turn comes. The random order knows each member's place
//! instead, so that a choice touches as little memory as it can.

use std::collections::{BTreeMap, VecDeque};

use rand::RngExt;
use roster_domain::Strategy;

/// A member's place in the ready structure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry {
    /// Which member, by its index in the pool.
    member: u32,
    /// Its account's slot.
    slot: u32,
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
    Any(Crowd),
    Ranks(Box<[VecDeque<Entry>; RANKS]>),
    /// By uses; within the same number of uses the one unused longest first.
    Least(BTreeMap<u64, VecDeque<Entry>>),
}

/// Members in no order: the slots of those that are ready side by side, and where each of them is.
#[derive(Debug, Default)]
struct Crowd {
    slots: Vec<u32>,
    /// The members in the same places; apart, since a choice does not need them.
    members: Vec<u32>,
    /// By member; only meaningful for those that are ready.
    places: Vec<u32>,
    /// The place drawn for the next choice.
    drawn: Option<usize>,
}

impl Crowd {
    fn add(&mut self, member: u32, slot: u32) {
        if self.places.len() <= member as usize {
            self.places.resize(member as usize + 1, 0);
        }
        self.places[member as usize] = u32::try_from(self.members.len()).unwrap_or(u32::MAX);
        self.members.push(member);
        self.slots.push(slot);
        self.drawn = None;
    }

    fn drop(&mut self, member: u32) {
        let Some(place) = self.places.get(member as usize).map(|place| *place as usize) else { return };
        self.drawn = None;
        if self.members.get(place) == Some(&member) {
            self.members.swap_remove(place);
            self.slots.swap_remove(place);
            if let Some(moved) = self.members.get(place) {
                self.places[*moved as usize] = u32::try_from(place).unwrap_or(u32::MAX);
            }
        }
    }

    fn draw(&self) -> Option<usize> {
        (!self.slots.is_empty()).then(|| rand::rng().random_range(0..self.slots.len()))
    }

    /// Any of them, each as likely as the other. The one after is drawn already, so that its memory is under way while
    /// the caller is busy with this one.
    fn any(&mut self) -> Option<u32> {
        let drawn = self.drawn.take().filter(|place| *place < self.slots.len());
        let slot = drawn.or_else(|| self.draw()).and_then(|place| self.slots.get(place).copied());
        self.drawn = self.draw();
        slot
    }
}

/// What is known about a member when it becomes ready.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate {
    pub(super) member: u32,
    pub(super) slot: u32,
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
            Strategy::Random => Order::Any(Crowd::default()),
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
        let Candidate { member, slot, .. } = candidate;
        let entry = Entry { member, slot, stamp: self.stamps[index].0, last_ms: candidate.wear.1 };
        self.entries += 1;
        match &mut self.order {
            Order::Ring(ring) => ring.push_back(entry),
            Order::Any(crowd) => crowd.add(member, slot),
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
            if let Order::Any(crowd) = &mut self.order {
                crowd.drop(member);
                self.entries -= 1;
            }
        }
    }

    /// The slot of the account whose turn it is. `wear` tells how used an account is now, by its slot; the caller counts this use, at `now_ms`,
    /// before the next choice.
    pub(super) fn pick(&mut self, wear: impl Fn(u32) -> (u64, i64), now_ms: i64) -> Option<u32> {
        if self.ready == 0 {
            return None;
        }
        let stamps = &self.stamps;
        let counts = |entry: &Entry| stamps.get(entry.member as usize) == Some(&(entry.stamp, true));
        match &mut self.order {
            Order::Ring(ring) => turn(ring, counts, &mut self.entries),
            Order::Any(crowd) => crowd.any(),
            Order::Ranks(ranks) => ranks.iter_mut().rev().find_map(|ring| turn(ring, counts, &mut self.entries)),
            Order::Least(least) => least_worn(least, counts, &mut self.entries, wear, now_ms),
        }
    }

    /// The slot that the next choice will be of, where the order knows it already and its memory is not likely to be
    /// near (the queues go through memory in order).
    pub(super) fn upcoming(&self) -> Option<u32> {
        match &self.order {
            Order::Any(crowd) => crowd.drawn.and_then(|place| crowd.slots.get(place).copied()),
            Order::Ring(_) | Order::Ranks(_) | Order::Least(_) => None,
        }
    }

    /// Drops all entries that no longer count.
    fn sweep(&mut self) {
        let stamps = &self.stamps;
        let counts = |entry: &Entry| stamps.get(entry.member as usize) == Some(&(entry.stamp, true));
        match &mut self.order {
            Order::Ring(ring) => ring.retain(counts),
            Order::Any(_) => {}
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
            return Some(entry.slot);
        }
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
        let (uses, last_ms) = wear(entry.slot);
        if (uses, last_ms) == (noted, entry.last_ms) {
            place(least, uses + 1, Entry { last_ms: now_ms, ..entry });
            return Some(entry.slot);
        }
        place(least, uses, Entry { last_ms, ..entry });
    }
}
