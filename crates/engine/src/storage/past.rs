//! What a snapshot holds, in the engine's terms.

use std::collections::{BTreeMap, HashMap, VecDeque};

use roster_domain::{AccountId, Credential, HealthRecord, Numbers, PoolId, Secret, UsageCounters, UsageEntry};
use roster_vault::{Kind, ReadError, RecordId, Snapshot, SnapshotError, SnapshotId};
use serde::de::DeserializeOwned;

use super::{
    Batch, Store, StoredAccount, StoredCounters, StoredMember, StoredPool, credential,
    pool::MemberShard,
    store::{ACCOUNT, COUNTERS, CREDENTIAL, HEALTH, MEMBERS, NUMBERS, POOL, PROXY, USAGE, proxy_text},
};
use crate::Error;

/// Accounts and pools as they were.
#[derive(Debug)]
pub(crate) struct Past {
    snapshot: Snapshot,
    pub(crate) accounts: BTreeMap<AccountId, (RecordId, StoredAccount)>,
    pub(crate) pools: BTreeMap<PoolId, (RecordId, StoredPool)>,
    pub(crate) members: BTreeMap<PoolId, BTreeMap<AccountId, StoredMember>>,
    usage: HashMap<AccountId, UsageCounters>,
}

fn read_error(error: ReadError) -> Error {
    Error::storage("read a snapshot", error)
}

/// Every record of a kind that can be understood; the others stay where they are, in the snapshot.
fn load<T: DeserializeOwned>(snapshot: &Snapshot, kind: Kind) -> Result<Vec<(RecordId, T)>, Error> {
    let records = snapshot.load(kind).map_err(read_error)?;
    Ok(records
        .into_iter()
        .filter_map(|record| match serde_json::from_slice(&record.body) {
            Ok(value) => Some((record.id, value)),
            Err(error) => {
                // The position says where, the text could quote what is sealed.
                tracing::error!(
                    line = error.line(),
                    column = error.column(),
                    "a record of a snapshot is not understood"
                );
                None
            }
        })
        .collect())
}

impl Store {
    /// Opens a snapshot. Blocks.
    pub(crate) fn past(&self, id: SnapshotId) -> Result<Result<Past, Error>, SnapshotError> {
        self.vault().read_snapshot(id).map(Past::read)
    }
}

impl Past {
    fn read(snapshot: Snapshot) -> Result<Self, Error> {
        let accounts = load::<StoredAccount>(&snapshot, ACCOUNT)?;
        let pools = load::<StoredPool>(&snapshot, POOL)?;
        let mut members: BTreeMap<PoolId, BTreeMap<AccountId, StoredMember>> = BTreeMap::new();
        for (_, shard) in load::<MemberShard>(&snapshot, MEMBERS)? {
            members.entry(shard.pool).or_default().extend(shard.members);
        }
        let counters = load::<StoredCounters>(&snapshot, COUNTERS)?;
        Ok(Self {
            accounts: accounts.into_iter().map(|(id, stored)| (stored.account.id.clone(), (id, stored))).collect(),
            pools: pools.into_iter().map(|(id, stored)| (stored.id.clone(), (id, stored))).collect(),
            usage: counters.into_iter().flat_map(|(_, shard)| shard.into_iter()).collect(),
            members,
            snapshot,
        })
    }

    /// How often an account had been used.
    pub(crate) fn usage_of(&self, id: &AccountId) -> Option<UsageCounters> {
        self.usage.get(id).copied()
    }

    /// An account's session at that time.
    pub(crate) fn credential(&self, record: RecordId) -> Result<Option<Credential>, Error> {
        let found = self.snapshot.get(CREDENTIAL, record).map_err(read_error)?;
        let read = found.map(|record| credential::from_bytes(&record.body)).transpose();
        read.map_err(|_| Error::storage("read a snapshot", std::io::Error::from(std::io::ErrorKind::InvalidData)))
    }

    /// An account's proxy at that time.
    pub(crate) fn proxy(&self, record: RecordId) -> Result<Option<Secret<String>>, Error> {
        let found = self.snapshot.get(PROXY, record).map_err(read_error)?;
        let read = found.map(|record| proxy_text(&record.body)).transpose();
        read.map_err(|_| Error::storage("read a snapshot", std::io::Error::from(std::io::ErrorKind::InvalidData)))
    }

    /// Puts an account's histories and numbers into a batch, under the record it will have.
    pub(crate) fn write_histories(&self, from: RecordId, to: RecordId, batch: &mut Batch) -> Result<(), Error> {
        if let Some(mut health) = self.one::<VecDeque<HealthRecord>>(HEALTH, from)? {
            batch.health(to, &mut health);
        }
        if let Some(mut usage) = self.one::<VecDeque<UsageEntry>>(USAGE, from)? {
            batch.usage(to, &mut usage);
        }
        if let Some(numbers) = self.one::<Numbers>(NUMBERS, from)? {
            batch.numbers(to, &numbers);
        }
        Ok(())
    }

    fn one<T: DeserializeOwned>(&self, kind: Kind, record: RecordId) -> Result<Option<T>, Error> {
        let found = self.snapshot.get(kind, record).map_err(read_error)?;
        Ok(found.and_then(|record| serde_json::from_slice(&record.body).ok()))
    }
}
