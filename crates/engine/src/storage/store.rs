//! The vault with the engine's kinds of records: reading them all at unlock, one by one later, and writing batches.

use std::collections::{BTreeMap, VecDeque};

use jiff::Timestamp;
use roster_domain::{Account, AccountId, Credential, HealthRecord, Numbers, PoolId, Secret, UsageEntry};
use roster_vault::{
    Change, CommitError, Erased, Expect, Kind, OpenReport, ReadError, Record, RecordId, SnapshotError, SnapshotInfo,
    SnapshotReason, Vault,
};
use serde::{Serialize, de::DeserializeOwned};
use zeroize::Zeroizing;

use super::{
    Ledger, PendingLogin, Schedule, StoredAccount, StoredChronicle, StoredCounters, StoredMember, StoredPool, Trashed,
    Upkeep, counters::shard_record, credential, login, pool::MemberShard,
};
use crate::{Error, Settings};

pub(super) const ACCOUNT: Kind = Kind::new("account");
pub(super) const CREDENTIAL: Kind = Kind::new("credential");
pub(super) const HEALTH: Kind = Kind::new("health");
pub(super) const USAGE: Kind = Kind::new("usage");
pub(super) const NUMBERS: Kind = Kind::new("numbers");
pub(super) const PROXY: Kind = Kind::new("proxy");
pub(super) const COUNTERS: Kind = Kind::new("counters");
pub(super) const POOL: Kind = Kind::new("pool");
pub(super) const MEMBERS: Kind = Kind::new("members");
pub(super) const LOGIN: Kind = Kind::new("login");
pub(super) const SETTINGS: Kind = Kind::new("settings");
pub(super) const SCHEDULE: Kind = Kind::new("schedule");
pub(super) const LEDGER: Kind = Kind::new("ledger");
pub(super) const TRASH: Kind = Kind::new("trash");
pub(super) const CHRONICLE: Kind = Kind::new("chronicle");

/// The record of a kind that has only one.
pub(super) const ONLY: [u8; 16] = [0; 16];

/// How many checks an account's history keeps.
pub(crate) const HEALTH_RING: usize = 50;
/// How much of a use's error is kept, in characters.
pub(crate) const USAGE_ERROR: usize = 500;
/// How many reported uses are kept.
pub(crate) const USAGE_RING: usize = 100;

/// Everything that is in memory while the vault is open.
#[derive(Debug, Default)]
pub(crate) struct Contents {
    pub(crate) accounts: Vec<(RecordId, StoredAccount)>,
    pub(crate) counters: Vec<StoredCounters>,
    pub(crate) pools: Vec<(RecordId, StoredPool)>,
    pub(crate) members: Vec<(PoolId, BTreeMap<AccountId, StoredMember>)>,
    pub(crate) logins: Vec<PendingLogin>,
    pub(crate) settings: Settings,
    pub(crate) schedule: Schedule,
    pub(crate) ledger: Ledger,
    pub(crate) trash: Vec<(RecordId, Trashed)>,
    pub(crate) chronicle: StoredChronicle,
    /// Records that could be opened and not understood.
    pub(crate) unreadable: u64,
}

/// The vault.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    vault: Vault,
}

fn read_error(operation: &'static str) -> impl Fn(ReadError) -> Error {
    move |error| match error {
        ReadError::Closed => Error::VaultLocked,
        other => Error::refused(operation, other.hindrance(), other),
    }
}

fn parsed<T: DeserializeOwned>(record: &Record, unreadable: &mut u64) -> Option<T> {
    match serde_json::from_slice(&record.body) {
        Ok(value) => Some(value),
        Err(error) => {
            // The position says where, the text could quote what is sealed.
            tracing::error!(line = error.line(), column = error.column(), "a record is not understood");
            *unreadable += 1;
            None
        }
    }
}

/// A proxy's address out of bytes.
pub(super) fn proxy_text(bytes: &[u8]) -> Result<Secret<String>, std::str::Utf8Error> {
    std::str::from_utf8(bytes).map(Secret::from)
}

impl Store {
    /// Over an open vault.
    pub(crate) fn new(vault: Vault) -> Self {
        Self { vault }
    }

    /// The vault itself, for what concerns its keys.
    pub(crate) fn vault(&self) -> &Vault {
        &self.vault
    }

    /// Reads all but credentials and histories. Blocks.
    pub(crate) fn load(&self) -> Result<Contents, Error> {
        let load = |kind| self.vault.load(kind).map_err(read_error("load"));
        let mut bad = 0;
        let mut contents = Contents::default();
        for record in load(ACCOUNT)? {
            contents.accounts.extend(parsed(&record, &mut bad).map(|account| (record.id, account)));
        }
        for record in load(COUNTERS)? {
            contents.counters.extend(parsed::<StoredCounters>(&record, &mut bad));
        }
        for record in load(POOL)? {
            contents.pools.extend(parsed(&record, &mut bad).map(|pool| (record.id, pool)));
        }
        for record in load(MEMBERS)? {
            let shard = parsed::<MemberShard>(&record, &mut bad);
            contents.members.extend(shard.map(|shard| (shard.pool, shard.members)));
        }
        for record in load(LOGIN)? {
            match login::from_bytes(record.id, &record.body) {
                Some(pending) => contents.logins.push(pending),
                None => bad += 1,
            }
        }
        for record in load(TRASH)? {
            contents.trash.extend(parsed(&record, &mut bad).map(|trashed| (record.id, trashed)));
        }
        contents.chronicle = self.only(CHRONICLE, &mut bad)?.unwrap_or_default();
        contents.settings = self.only(SETTINGS, &mut bad)?.unwrap_or_default();
        contents.schedule = self.only(SCHEDULE, &mut bad)?.unwrap_or_default();
        contents.ledger = self.only(LEDGER, &mut bad)?.unwrap_or_default();
        contents.unreadable = bad;
        Ok(contents)
    }

    fn only<T: DeserializeOwned>(&self, kind: Kind, unreadable: &mut u64) -> Result<Option<T>, Error> {
        let record = self.vault.get(kind, RecordId::from(ONLY)).map_err(read_error("load"))?;
        Ok(record.and_then(|record| parsed(&record, unreadable)))
    }

    pub(super) fn get<T: DeserializeOwned>(&self, kind: Kind, id: RecordId) -> Result<Option<T>, Error> {
        let record = self.vault.get(kind, id).map_err(read_error("read"))?;
        record.map(|record| serde_json::from_slice(&record.body)).transpose().map_err(|e| Error::storage("read", e))
    }

    /// An account's credential.
    pub(crate) fn credential(&self, id: RecordId) -> Result<Option<Credential>, Error> {
        let record = self.vault.get(CREDENTIAL, id).map_err(read_error("read credential"))?;
        let read = record.map(|record| credential::from_bytes(&record.body)).transpose();
        // The parser's message could quote a value; its kind is enough.
        read.map_err(|_| Error::storage("read credential", std::io::Error::from(std::io::ErrorKind::InvalidData)))
    }

    /// An account's last checks, oldest first.
    pub(crate) fn health(&self, id: RecordId) -> Result<VecDeque<HealthRecord>, Error> {
        Ok(self.get(HEALTH, id)?.unwrap_or_default())
    }

    /// An account's last reported uses, oldest first.
    pub(crate) fn usage(&self, id: RecordId) -> Result<VecDeque<UsageEntry>, Error> {
        Ok(self.get(USAGE, id)?.unwrap_or_default())
    }

    /// An account's numbers as last read.
    pub(crate) fn numbers(&self, id: RecordId) -> Result<Option<Numbers>, Error> {
        self.get(NUMBERS, id)
    }

    /// An account's proxy.
    pub(crate) fn proxy(&self, id: RecordId) -> Result<Option<Secret<String>>, Error> {
        let record = self.vault.get(PROXY, id).map_err(read_error("read proxy"))?;
        let invalid = |_| Error::storage("read proxy", std::io::Error::from(std::io::ErrorKind::InvalidData));
        record.map(|record| proxy_text(&record.body).map_err(invalid)).transpose()
    }

    /// A keyed hash that tells whether two proxies are the same.
    pub(crate) fn proxy_hash(&self, proxy: &Secret<String>) -> String {
        hex::encode(self.vault.keyed_hash("proxy", proxy.expose().as_bytes()))
    }

    /// Something deleted; `None` when it has gone for good or come back.
    pub(crate) fn trashed(&self, id: RecordId) -> Result<Option<Trashed>, Error> {
        self.get(TRASH, id)
    }

    /// Resolves when something was found damaged since the vault was opened; `None` once it is closed.
    pub(crate) async fn mended(&self) -> Option<OpenReport> {
        self.vault.mended().await
    }

    /// A keyed hash that tells whether two credentials are the same.
    pub(crate) fn credential_hash(&self, credential: &Credential) -> String {
        hex::encode(self.vault.keyed_hash("credential", &credential::identity_bytes(credential)))
    }

    /// Writes a batch: all of it or nothing, and it is on disk when this returns.
    pub(crate) async fn commit(&self, batch: Batch) -> Result<(), Error> {
        if let Some(error) = batch.fault {
            return Err(Error::storage("seal", error));
        }
        if batch.changes.is_empty() {
            return Ok(());
        }
        match self.vault.apply(batch.changes).await {
            Ok(_) => Ok(()),
            Err(CommitError::Closed) => Err(Error::VaultLocked),
            Err(CommitError::Conflict { .. }) => Err(Error::Conflict(crate::Clash::Changed)),
            Err(other) => Err(Error::refused("write", other.hindrance(), other)),
        }
    }

    /// Takes a snapshot of what is written.
    pub(crate) async fn take_snapshot(
        &self,
        reason: SnapshotReason,
        at: Timestamp,
    ) -> Result<SnapshotInfo, SnapshotError> {
        self.vault.snapshot(reason, at.as_second()).await
    }

    /// All snapshots with how many accounts each holds. Blocks.
    pub(crate) fn snapshots(&self) -> Result<Vec<SnapshotInfo>, SnapshotError> {
        self.vault.snapshots(ACCOUNT)
    }

    /// Whether a password opens the vault. Blocks for the key derivation.
    pub(crate) fn opens_with(&self, password: &Secret<String>) -> Result<bool, Error> {
        self.vault.check(password.into()).map_err(|error| Error::storage("check password", error))
    }

    /// Erases everything but what is live from the disk.
    pub(crate) async fn erase(&self) -> Result<Erased, Error> {
        self.vault.erase().await.map_err(|error| Error::storage("erase", error))
    }

    /// Closes the vault: nothing can be read or written afterwards.
    pub(crate) async fn close(&self) -> Result<(), Error> {
        match self.vault.close().await {
            Ok(()) | Err(CommitError::Closed) => Ok(()),
            Err(other) => Err(Error::refused("close", other.hindrance(), other)),
        }
    }
}

/// Changes that are made together.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    changes: Vec<Change>,
    fault: Option<serde_json::Error>,
}

impl Batch {
    /// No change yet.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(super) fn put_bytes(&mut self, kind: Kind, id: RecordId, body: Result<Zeroizing<Vec<u8>>, serde_json::Error>) {
        match body {
            Ok(body) => self.changes.push(Change::Put { kind, id, body, expect: Expect::Any }),
            Err(error) => self.fault = Some(error),
        }
    }

    pub(super) fn put(&mut self, kind: Kind, id: RecordId, value: &impl Serialize) {
        self.put_bytes(kind, id, serde_json::to_vec(value).map(Zeroizing::new));
    }

    pub(super) fn delete(&mut self, kind: Kind, id: RecordId) {
        self.changes.push(Change::Delete { kind, id, expect: Expect::Any });
    }

    /// An account's overview.
    pub(crate) fn account(&mut self, id: RecordId, account: &Account, upkeep: &Upkeep) -> &mut Self {
        #[derive(Serialize)]
        struct Out<'a> {
            account: &'a Account,
            upkeep: &'a Upkeep,
        }
        self.put(ACCOUNT, id, &Out { account, upkeep });
        self
    }

    /// An account's credential.
    pub(crate) fn credential(&mut self, id: RecordId, credential: &Credential) -> &mut Self {
        self.put_bytes(CREDENTIAL, id, credential::to_bytes(credential));
        self
    }

    /// Whether an account's credential is written or taken away.
    pub(crate) fn has_session(&self, id: RecordId) -> bool {
        self.changes.iter().any(|change| match change {
            Change::Put { kind, id: record, .. } | Change::Delete { kind, id: record, .. } => {
                *kind == CREDENTIAL && *record == id
            }
        })
    }

    /// Takes an account's credential away.
    pub(crate) fn no_credential(&mut self, id: RecordId) -> &mut Self {
        self.delete(CREDENTIAL, id);
        self
    }

    /// An account's history, oldest first; the oldest beyond the ring are dropped.
    pub(crate) fn health(&mut self, id: RecordId, history: &mut VecDeque<HealthRecord>) -> &mut Self {
        history.drain(..history.len().saturating_sub(HEALTH_RING));
        self.put(HEALTH, id, history);
        self
    }

    /// An account's reported uses, oldest first; the oldest beyond the ring are dropped.
    pub(crate) fn usage(&mut self, id: RecordId, entries: &mut VecDeque<UsageEntry>) -> &mut Self {
        entries.drain(..entries.len().saturating_sub(USAGE_RING));
        self.put(USAGE, id, entries);
        self
    }

    /// An account's numbers.
    pub(crate) fn numbers(&mut self, id: RecordId, numbers: &Numbers) -> &mut Self {
        self.put(NUMBERS, id, numbers);
        self
    }

    /// An account's proxy, or that it has none.
    pub(crate) fn proxy(&mut self, id: RecordId, proxy: Option<&Secret<String>>) -> &mut Self {
        match proxy {
            Some(proxy) => self.put_bytes(PROXY, id, Ok(Zeroizing::new(proxy.expose().clone().into_bytes()))),
            None => self.delete(PROXY, id),
        }
        self
    }

    /// Takes all of an account away.
    pub(crate) fn no_account(&mut self, id: RecordId) -> &mut Self {
        for kind in [ACCOUNT, CREDENTIAL, HEALTH, USAGE, NUMBERS, PROXY] {
            self.delete(kind, id);
        }
        self
    }

    /// Takes an account's overview away and leaves the rest for the trash.
    pub(crate) fn no_overview(&mut self, id: RecordId) -> &mut Self {
        self.delete(ACCOUNT, id);
        self
    }

    /// Something that was deleted and can come back.
    pub(crate) fn trashed(&mut self, id: RecordId, trashed: &Trashed) -> &mut Self {
        self.put(TRASH, id, trashed);
        self
    }

    /// Takes it out of the trash.
    pub(crate) fn no_trashed(&mut self, id: RecordId) -> &mut Self {
        self.delete(TRASH, id);
        self
    }

    /// What happened to the vault.
    pub(crate) fn chronicle(&mut self, chronicle: &StoredChronicle) -> &mut Self {
        self.put(CHRONICLE, RecordId::from(ONLY), chronicle);
        self
    }

    /// The counters of one shard.
    pub(crate) fn counters(&mut self, shard: u8, counters: &StoredCounters) -> &mut Self {
        self.put(COUNTERS, shard_record(ONLY, shard), counters);
        self
    }

    /// A pool without its members.
    pub(crate) fn pool(&mut self, id: RecordId, pool: &StoredPool) -> &mut Self {
        self.put(POOL, id, pool);
        self
    }

    /// The members of one pool in one shard.
    pub(crate) fn members(
        &mut self,
        id: RecordId,
        shard: u8,
        pool: &PoolId,
        members: BTreeMap<AccountId, StoredMember>,
    ) -> &mut Self {
        let record = shard_record(*id.as_bytes(), shard);
        if members.is_empty() {
            self.delete(MEMBERS, record);
        } else {
            self.put(MEMBERS, record, &MemberShard { pool: pool.clone(), members });
        }
        self
    }

    /// Takes a pool away, with the members in these shards.
    pub(crate) fn no_pool(&mut self, id: RecordId, shards: impl IntoIterator<Item = u8>) -> &mut Self {
        self.delete(POOL, id);
        for shard in shards {
            self.delete(MEMBERS, shard_record(*id.as_bytes(), shard));
        }
        self
    }

    /// A login whose end is open.
    pub(crate) fn login(&mut self, pending: &PendingLogin) -> &mut Self {
        self.put_bytes(LOGIN, pending.record, login::to_bytes(pending));
        self
    }

    /// Takes it away.
    pub(crate) fn no_login(&mut self, record: RecordId) -> &mut Self {
        self.delete(LOGIN, record);
        self
    }

    /// The settings.
    pub(crate) fn settings(&mut self, settings: &Settings) -> &mut Self {
        self.put(SETTINGS, RecordId::from(ONLY), settings);
        self
    }

    /// The runner's memory.
    pub(crate) fn schedule(&mut self, schedule: &Schedule) -> &mut Self {
        self.put(SCHEDULE, RecordId::from(ONLY), schedule);
        self
    }

    /// The numbers given so far.
    pub(crate) fn ledger(&mut self, ledger: &Ledger) -> &mut Self {
        self.put(LEDGER, RecordId::from(ONLY), ledger);
        self
    }
}
