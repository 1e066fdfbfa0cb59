//! A pool while the vault is open.

use std::{collections::HashMap, sync::Arc};

use parking_lot::Mutex;
use roaring::RoaringBitmap;
use roster_domain::{Account, AccountStatus, Priority};

use super::ready::{Candidate, Ready};
use crate::{
    Card, NobodyReady,
    book::CounterCells,
    storage::{RecordId, StoredMember, StoredPool},
};

/// What lets a member be chosen or keeps it out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    Ready,
    Pending,
    Expired,
    Restricted,
    Disabled,
}

impl Standing {
    /// An account's standing.
    pub(crate) fn of(account: &Account) -> Self {
        match account.status {
            _ if account.disabled => Self::Disabled,
            AccountStatus::Active => Self::Ready,
            AccountStatus::Pending => Self::Pending,
            AccountStatus::Expired => Self::Expired,
            AccountStatus::Inactive => Self::Restricted,
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Seat {
    slot: u32,
    stored: StoredMember,
    standing: Standing,
    /// The account's own.
    priority: Priority,
}

impl Seat {
    fn priority(&self) -> Priority {
        self.stored.priority.unwrap_or(self.priority)
    }
}

/// A pool with its members.
#[derive(Debug)]
pub(crate) struct LivePool {
    record: RecordId,
    stored: StoredPool,
    /// Members by index; indexes are reused.
    seats: Vec<Option<Seat>>,
    free: Vec<u32>,
    by_slot: HashMap<u32, u32>,
    slots: RoaringBitmap,
    ready: Mutex<Ready>,
    next_order: u64,
    kept_out: NobodyReady,
}

/// What was chosen.
#[derive(Debug)]
pub(crate) struct Choice {
    pub(crate) slot: u32,
    pub(crate) wear: (u64, i64),
    /// Whether this use is the first since the counters were last written.
    pub(crate) first_change: bool,
    pub(crate) card: Arc<Card>,
}

impl LivePool {
    /// A pool without members.
    pub(crate) fn new(record: RecordId, stored: StoredPool) -> Self {
        Self {
            ready: Mutex::new(Ready::new(stored.strategy)),
            record,
            stored,
            seats: Vec::new(),
            free: Vec::new(),
            by_slot: HashMap::new(),
            slots: RoaringBitmap::new(),
            next_order: 0,
            kept_out: NobodyReady::default(),
        }
    }

    pub(crate) fn record(&self) -> RecordId {
        self.record
    }

    pub(crate) fn stored(&self) -> &StoredPool {
        &self.stored
    }

    pub(crate) fn slots(&self) -> &RoaringBitmap {
        &self.slots
    }

    pub(crate) fn len(&self) -> usize {
        self.by_slot.len()
    }

    pub(crate) fn ready_len(&self) -> usize {
        self.ready.lock().len()
    }

    /// How many entries the ready structure holds, those that no longer count included.
    #[cfg(test)]
    pub(super) fn entries(&self) -> usize {
        self.ready.lock().entries()
    }

    /// What keeps members out, counted.
    pub(crate) fn kept_out(&self) -> NobodyReady {
        NobodyReady { members: self.len() as u64, ..self.kept_out.clone() }
    }

    /// The place that the next member takes in the order in which they came.
    pub(crate) fn next_order(&self) -> u64 {
        self.next_order
    }

    /// Changes what is said about the pool; another strategy puts all members in order anew.
    pub(crate) fn change(&mut self, stored: StoredPool, counters: &CounterCells) {
        let strategy_changed = stored.strategy != self.stored.strategy;
        self.stored = stored;
        if !strategy_changed {
            return;
        }
        let mut ready = Ready::new(self.stored.strategy);
        let mut order: Vec<u32> = self.by_slot.values().copied().collect();
        order.sort_by_key(|index| self.seat(*index).map(|seat| seat.stored.order));
        for index in order {
            if let Some(seat) = self.seat(index).filter(|seat| seat.standing == Standing::Ready) {
                ready.add(candidate(index, seat, counters));
            }
        }
        *self.ready.get_mut() = ready;
    }

    fn seat(&self, index: u32) -> Option<&Seat> {
        self.seats.get(index as usize).and_then(Option::as_ref)
    }

    /// A member's place.
    pub(crate) fn member(&self, slot: u32) -> Option<StoredMember> {
        self.by_slot.get(&slot).and_then(|index| self.seat(*index)).map(|seat| seat.stored)
    }

    /// All members' slots in the order they came.
    pub(crate) fn in_order(&self) -> Vec<(u32, StoredMember)> {
        let mut members: Vec<_> = self.seats.iter().flatten().map(|seat| (seat.slot, seat.stored)).collect();
        members.sort_by_key(|(slot, member)| (member.order, *slot));
        members
    }

    /// Takes a member in, or gives it another priority.
    pub(crate) fn join(
        &mut self,
        slot: u32,
        stored: StoredMember,
        standing: Standing,
        priority: Priority,
        counters: &CounterCells,
    ) {
        self.next_order = self.next_order.max(stored.order + 1);
        let seat = Seat { slot, stored, standing, priority };
        let before = self.by_slot.get(&slot).copied();
        let index = before.unwrap_or_else(|| {
            self.free.pop().unwrap_or_else(|| {
                self.seats.push(None);
                u32::try_from(self.seats.len() - 1).unwrap_or(u32::MAX)
            })
        });
        if before.is_some() {
            self.vacate(index);
        }
        self.by_slot.insert(slot, index);
        self.slots.insert(slot);
        self.occupy(index, seat, counters);
    }

    fn occupy(&mut self, index: u32, seat: Seat, counters: &CounterCells) {
        if let Some(count) = self.count_of(seat.standing) {
            *count += 1;
        }
        if seat.standing == Standing::Ready {
            self.ready.get_mut().add(candidate(index, &seat, counters));
        }
        if let Some(place) = self.seats.get_mut(index as usize) {
            *place = Some(seat);
        }
    }

    fn vacate(&mut self, index: u32) -> Option<Seat> {
        let seat = self.seats.get_mut(index as usize).and_then(Option::take)?;
        if let Some(count) = self.count_of(seat.standing) {
            *count -= 1;
        }
        self.ready.get_mut().drop(index);
        Some(seat)
    }

    fn count_of(&mut self, standing: Standing) -> Option<&mut u64> {
        match standing {
            Standing::Ready => None,
            Standing::Pending => Some(&mut self.kept_out.pending),
            Standing::Expired => Some(&mut self.kept_out.expired),
            Standing::Restricted => Some(&mut self.kept_out.restricted),
            Standing::Disabled => Some(&mut self.kept_out.disabled),
        }
    }

    /// Lets a member go.
    pub(crate) fn leave(&mut self, slot: u32) {
        let Some(index) = self.by_slot.remove(&slot) else { return };
        self.slots.remove(slot);
        self.vacate(index);
        self.free.push(index);
    }

    /// Follows a change of a member's account. Its turn stays where it is unless the change concerns it.
    pub(crate) fn account_changed(
        &mut self,
        slot: u32,
        standing: Standing,
        priority: Priority,
        counters: &CounterCells,
    ) {
        let Some(index) = self.by_slot.get(&slot).copied() else { return };
        let Some(seat) = self.seat(index).copied() else { return };
        let next = Seat { standing, priority, ..seat };
        if next.standing == seat.standing && next.priority() == seat.priority() {
            if let Some(place) = self.seats.get_mut(index as usize) {
                *place = Some(next);
            }
            return;
        }
        self.vacate(index);
        self.occupy(index, next, counters);
    }

    /// Whose turn it is; counts the use.
    pub(crate) fn choose(&self, counters: &CounterCells, now_ms: i64) -> Option<Choice> {
        // The use is counted before the next choice is made, or `least_used` would see the old number.
        let mut ready = self.ready.lock();
        let slot = ready.pick(|slot| counters.wear(slot), now_ms)?;
        let (wear, first_change, card) = counters.count_choice(slot, now_ms)?;
        if let Some(upcoming) = ready.upcoming() {
            counters.fetch(upcoming);
        }
        Some(Choice { slot, wear, first_change, card })
    }

    /// The priority of a member, for the explanation of a choice.
    pub(crate) fn priority(&self, choice: &Choice) -> Priority {
        let index = self.by_slot.get(&choice.slot);
        index.and_then(|index| self.seat(*index)).map(Seat::priority).unwrap_or_default()
    }
}

fn candidate(index: u32, seat: &Seat, counters: &CounterCells) -> Candidate {
    Candidate { member: index, slot: seat.slot, priority: seat.priority().get(), wear: counters.wear(seat.slot) }
}
