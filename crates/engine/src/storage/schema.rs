//! The number of the records' form, and what a migration needs to know of all kinds at once.

use roster_vault::{Kind, Record, RecordId, Snapshot, SnapshotError, SnapshotId};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::collections::{BTreeMap, VecDeque};
use zeroize::Zeroizing;

use super::{
    Batch, Ledger, Schedule, Store, StoredAccount, StoredChronicle, StoredCounters, StoredPool, Trashed, credential,
    login,
    pool::MemberShard,
    store::{
        ACCOUNT, CHRONICLE, COUNTERS, CREDENTIAL, HEALTH, LEDGER, LOGIN, MEMBERS, NUMBERS, ONLY, POOL, PROXY, SCHEDULE,
        SETTINGS, TRASH, USAGE, proxy_text,
    },
};
use crate::{Error, Settings};

/// The kind of the one record with the number.
pub(crate) const SCHEMA_KIND: Kind = Kind::new("schema");

/// Every kind of record that holds something of the owner's.
pub(crate) const KINDS: [Kind; 15] = [
    ACCOUNT, CREDENTIAL, HEALTH, USAGE, NUMBERS, PROXY, COUNTERS, POOL, MEMBERS, LOGIN, SETTINGS, SCHEDULE, LEDGER,
    TRASH, CHRONICLE,
];

/// Which form the records have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Schema {
    /// Its number.
    pub(crate) number: u32,
}

/// Whether this version understands a record.
pub(crate) fn understood(kind: Kind, record: &Record) -> bool {
    fn reads<T: DeserializeOwned>(record: &Record) -> bool {
        serde_json::from_slice::<T>(&record.body).is_ok()
    }
    match kind {
        ACCOUNT => reads::<StoredAccount>(record),
        CREDENTIAL => credential::from_bytes(&record.body).is_ok(),
        HEALTH => reads::<VecDeque<roster_domain::HealthRecord>>(record),
        USAGE => reads::<VecDeque<roster_domain::UsageEntry>>(record),
        NUMBERS => reads::<roster_domain::Numbers>(record),
        PROXY => proxy_text(&record.body).is_ok(),
        COUNTERS => reads::<StoredCounters>(record),
        POOL => reads::<StoredPool>(record),
        MEMBERS => reads::<MemberShard>(record),
        LOGIN => login::from_bytes(record.id, &record.body).is_some(),
        SETTINGS => reads::<Settings>(record),
        SCHEDULE => reads::<Schedule>(record),
        LEDGER => reads::<Ledger>(record),
        TRASH => reads::<Trashed>(record),
        CHRONICLE => reads::<StoredChronicle>(record),
        _ => reads::<BTreeMap<String, serde_json::Value>>(record),
    }
}

impl Store {
    /// The number of the records' form; `None` in a vault of version 0.1, which had none.
    pub(crate) fn schema(&self) -> Result<Option<Schema>, Error> {
        self.get(SCHEMA_KIND, RecordId::from(ONLY))
    }

    /// Whether nothing was ever stored.
    pub(crate) fn is_new(&self) -> Result<bool, Error> {
        for kind in KINDS {
            if !self.all(kind)?.is_empty() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Every record of a kind as it is. Blocks.
    pub(crate) fn all(&self, kind: Kind) -> Result<Vec<Record>, Error> {
        self.vault().load(kind).map_err(|error| Error::storage("load", error))
    }

    /// Opens a snapshot as it is. Blocks.
    pub(crate) fn snapshot(&self, id: SnapshotId) -> Result<Snapshot, SnapshotError> {
        self.vault().read_snapshot(id)
    }
}

impl Batch {
    /// The number of the records' form.
    pub(crate) fn schema(&mut self, schema: Schema) -> &mut Self {
        self.put(SCHEMA_KIND, RecordId::from(ONLY), &schema);
        self
    }

    /// A record as it was.
    pub(crate) fn put_back(&mut self, kind: Kind, id: RecordId, body: Zeroizing<Vec<u8>>) {
        self.put_bytes(kind, id, Ok(body));
    }

    /// Takes a record away that was not there.
    pub(crate) fn take_away(&mut self, kind: Kind, id: RecordId) {
        self.delete(kind, id);
    }
}
