//! One check of an account at a time: who asks while one is under way gets its answer.

use std::{collections::HashMap, sync::Arc};

use parking_lot::Mutex;
use roster_domain::AccountId;

use crate::CheckOutcome;

/// The last answer of a flight, with the generation of the session that it is about.
type Slot = Arc<tokio::sync::Mutex<Option<(u64, CheckOutcome)>>>;

/// The checks under way.
#[derive(Debug, Default)]
pub(crate) struct Flights(Mutex<HashMap<AccountId, Slot>>);

/// A place in an account's flight; ends it when the last one leaves.
#[derive(Debug)]
pub(super) struct Boarding<'a> {
    flights: &'a Flights,
    id: AccountId,
    pub(super) slot: Slot,
}

impl Flights {
    /// Whether a check of this account is under way.
    pub(crate) fn has(&self, id: &AccountId) -> bool {
        self.0.lock().contains_key(id)
    }

    /// Joins the flight of this account, or begins one.
    pub(super) fn board(&self, id: &AccountId) -> Boarding<'_> {
        let slot = Arc::clone(self.0.lock().entry(id.clone()).or_default());
        Boarding { flights: self, id: id.clone(), slot }
    }
}

impl Drop for Boarding<'_> {
    fn drop(&mut self) {
        let mut flights = self.flights.0.lock();
        // This place and the map's own.
        if Arc::strong_count(&self.slot) <= 2 {
            flights.remove(&self.id);
        }
    }
}
