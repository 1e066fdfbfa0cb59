//! Accounts and pools as entries of an export, and back. Bodies are those of the vault's own records, so that whatever
//! reads one reads the other.
//!
//! | kind | body |
//! | --- | --- |
//! | `about` | `{"program", "schema", "made_at"}`, once, first |
//! | `account` | the overview: `{"account", "upkeep"}`, with its counters |
//! | `credential`, `proxy`, `health`, `usage`, `numbers` | of the account with the same id |
//! | `pool` | `{"pool", "members"}` |

use std::collections::{BTreeMap, VecDeque};

use jiff::Timestamp;
use roster_domain::{AccountId, Credential, HealthRecord, Numbers, Secret, UsageEntry};
use roster_vault::{RecordId, export::Entry};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use zeroize::Zeroizing;

use super::{Store, StoredAccount, StoredMember, StoredPool, credential, store::proxy_text};
use crate::Error;

const ABOUT: &str = "about";
const ACCOUNT: &str = "account";
const CREDENTIAL: &str = "credential";
const HEALTH: &str = "health";
const USAGE: &str = "usage";
const NUMBERS: &str = "numbers";
const PROXY: &str = "proxy";
const POOL: &str = "pool";

/// An account with all that belongs to it.
#[derive(Debug)]
pub(crate) struct PortableAccount {
    pub(crate) stored: StoredAccount,
    pub(crate) credential: Option<Credential>,
    pub(crate) health: VecDeque<HealthRecord>,
    pub(crate) usage: VecDeque<UsageEntry>,
    pub(crate) numbers: Option<Numbers>,
    pub(crate) proxy: Option<Secret<String>>,
}

/// A pool with its members.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct PortablePool {
    pub(crate) pool: StoredPool,
    pub(crate) members: BTreeMap<AccountId, StoredMember>,
}

#[derive(Serialize, Deserialize)]
struct About {
    program: String,
    schema: u32,
    made_at: Timestamp,
}

/// What an export holds.
#[derive(Debug, Default)]
pub(crate) struct Portable {
    /// In the file's order; `None` for one that cannot be understood.
    pub(crate) accounts: Vec<Option<PortableAccount>>,
    pub(crate) pools: Vec<PortablePool>,
}

fn body<T: Serialize>(value: &T) -> Result<Zeroizing<Vec<u8>>, Error> {
    let bytes = serde_json::to_vec(value).map_err(|error| Error::storage("export", error))?;
    Ok(Zeroizing::new(bytes))
}

fn entry(kind: &str, id: RecordId, body: Zeroizing<Vec<u8>>) -> Entry {
    Entry { kind: kind.to_owned(), id, body }
}

/// The first entry of every export.
pub(crate) fn about(made_at: Timestamp) -> Result<Entry, Error> {
    let about = About { program: String::from("roster"), schema: 1, made_at };
    Ok(entry(ABOUT, RecordId::from([0; 16]), body(&about)?))
}

/// A pool as an entry.
pub(crate) fn pool(id: RecordId, pool: &PortablePool) -> Result<Entry, Error> {
    Ok(entry(POOL, id, body(pool)?))
}

impl Store {
    /// An account with all that belongs to it, as entries. Blocks.
    pub(crate) fn portable(&self, id: RecordId, stored: &StoredAccount, to: &mut Vec<Entry>) -> Result<(), Error> {
        to.push(entry(ACCOUNT, id, body(stored)?));
        if let Some(session) = self.credential(id)? {
            let bytes = credential::to_bytes(&session).map_err(|error| Error::storage("export", error))?;
            to.push(entry(CREDENTIAL, id, bytes));
        }
        if let Some(proxy) = self.proxy(id)? {
            to.push(entry(PROXY, id, Zeroizing::new(proxy.expose().clone().into_bytes())));
        }
        let (health, usage) = (self.health(id)?, self.usage(id)?);
        if !health.is_empty() {
            to.push(entry(HEALTH, id, body(&health)?));
        }
        if !usage.is_empty() {
            to.push(entry(USAGE, id, body(&usage)?));
        }
        if let Some(numbers) = self.numbers(id)? {
            to.push(entry(NUMBERS, id, body(&numbers)?));
        }
        Ok(())
    }
}

impl Portable {
    /// Reads entries of any origin. Kinds that nobody here knows are left out.
    pub(crate) fn read(entries: &[Entry]) -> Self {
        let mut others: BTreeMap<(&str, RecordId), &Entry> = BTreeMap::new();
        for entry in entries {
            others.entry((entry.kind.as_str(), entry.id)).or_insert(entry);
        }
        let mut portable = Self::default();
        for entry in entries {
            match entry.kind.as_str() {
                ACCOUNT => portable.accounts.push(account(entry, &others)),
                POOL => portable.pools.extend(serde_json::from_slice::<PortablePool>(&entry.body).ok()),
                _ => {}
            }
        }
        portable
    }
}

fn account(entry: &Entry, others: &BTreeMap<(&str, RecordId), &Entry>) -> Option<PortableAccount> {
    let of = |kind: &'static str| others.get(&(kind, entry.id)).map(|entry| entry.body.as_slice());
    let stored: StoredAccount = serde_json::from_slice(&entry.body).ok()?;
    if stored.account.platform.as_str().is_empty() {
        return None;
    }
    let credential = match of(CREDENTIAL) {
        Some(bytes) => Some(credential::from_bytes(bytes).ok()?),
        None => None,
    };
    Some(PortableAccount {
        stored,
        credential,
        health: list(of(HEALTH)),
        usage: list(of(USAGE)),
        // What is not understood is as good as lost: the account goes nowhere then.
        proxy: of(PROXY).and_then(|bytes| proxy_text(bytes).ok()),
        numbers: of(NUMBERS).and_then(|bytes| serde_json::from_slice(bytes).ok()),
    })
}

/// A history that cannot be understood is none.
fn list<T: DeserializeOwned>(bytes: Option<&[u8]>) -> VecDeque<T> {
    bytes.and_then(|bytes| serde_json::from_slice(bytes).ok()).unwrap_or_default()
}
