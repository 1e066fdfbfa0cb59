//! A file that was read and waits for the owner's word: what is in it, and what would become of each thing.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use parking_lot::Mutex;
use roster_domain::{AccountId, PlatformId};

use super::{ImportId, ImportItem, ImportReason, ImportSource, ImportView, ImportWhat};
use crate::{
    Error,
    book::{Book, Row},
    snapshots::said_the_same,
    storage::{PortableAccount, PortablePool},
    unlocked::Unlocked,
};

/// How many imports may wait at once; the oldest goes when there is one more.
const WAITING: usize = 4;

/// One thing in a file.
#[derive(Debug)]
pub(super) struct Thing {
    pub(super) name: String,
    pub(super) platform: Option<PlatformId>,
    /// The id it has in the file says something.
    pub(super) own_id: bool,
    pub(super) content: Result<PortableAccount, ImportReason>,
}

/// A file that was read.
#[derive(Debug)]
pub(super) struct Pending {
    pub(super) source: ImportSource,
    pub(super) things: Vec<Thing>,
    pub(super) pools: Vec<PortablePool>,
}

/// What would become of one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fate {
    pub(super) what: ImportWhat,
    pub(super) reason: Option<ImportReason>,
    /// The account here that it is.
    pub(super) target: Option<AccountId>,
}

impl Fate {
    fn of(what: ImportWhat, target: &Row) -> Self {
        Self { what, reason: None, target: Some(target.account.id.clone()) }
    }

    fn conflict(reason: ImportReason, target: Option<&Row>) -> Self {
        let target = target.map(|row| row.account.id.clone());
        Self { what: ImportWhat::Conflict, reason: Some(reason), target }
    }

    /// Whether it is taken when nothing is named.
    pub(super) fn is_welcome(&self) -> bool {
        matches!(self.what, ImportWhat::New | ImportWhat::Update)
    }

    /// Whether it is taken when it is named.
    pub(super) fn may_be_taken(&self) -> bool {
        let older = matches!(self.reason, Some(ImportReason::NewerHere | ImportReason::ChangedHere));
        self.is_welcome() || self.what == ImportWhat::Conflict && older
    }
}

/// The imports that wait.
#[derive(Debug, Default)]
pub(crate) struct Imports(Mutex<BTreeMap<(u64, ImportId), Arc<Pending>>>);

impl Imports {
    fn keep(&self, pending: Arc<Pending>) -> ImportId {
        let id = ImportId(format!("imp_{:016x}", rand::random::<u64>()));
        let mut waiting = self.0.lock();
        let next = waiting.keys().next_back().map_or(0, |(number, _)| number + 1);
        waiting.insert((next, id.clone()), pending);
        while waiting.len() > WAITING {
            waiting.pop_first();
        }
        id
    }

    /// Takes one off the list.
    pub(super) fn take(&self, id: &ImportId) -> Result<Arc<Pending>, Error> {
        let mut waiting = self.0.lock();
        let key = waiting.keys().find(|(_, waiting)| waiting == id).cloned();
        let found = key.and_then(|key| waiting.remove(&key));
        found.ok_or_else(|| Error::ImportNotFound { id: id.to_string() })
    }

    /// Puts one back that could not be carried out.
    pub(super) fn put_back(&self, id: ImportId, pending: Arc<Pending>) {
        self.0.lock().insert((u64::MAX, id), pending);
    }

    /// Lets go of all of them.
    pub(crate) fn clear(&self) {
        self.0.lock().clear();
    }
}

impl Unlocked {
    /// Shows what is in a file, and keeps it until the owner says what to do.
    pub(super) fn await_word(&self, pending: Pending) -> Result<ImportView, Error> {
        let fates = self.fates(&pending)?;
        let items = pending.things.iter().zip(fates).zip(0..).map(|((thing, fate), item_id)| ImportItem {
            item_id,
            name: thing.name.clone(),
            platform: thing.platform.clone(),
            what: fate.what,
            reason: fate.reason,
        });
        let (source, items) = (pending.source, items.collect());
        let id = self.imports.keep(Arc::new(pending));
        Ok(ImportView { id, source, items })
    }

    /// What would become of everything in a file, as things stand.
    pub(super) fn fates(&self, pending: &Pending) -> Result<Vec<Fate>, Error> {
        let book = self.book.read();
        let sessions = book.slots().filter_map(|(_, row)| {
            let hash = row.account.credential_hash.clone()?;
            Some(((row.account.platform.clone(), hash), row.account.id.clone()))
        });
        let sessions: HashMap<(PlatformId, String), AccountId> = sessions.collect();
        let mut seen = BTreeSet::new();
        pending.things.iter().map(|thing| self.fate(&book, &sessions, &mut seen, thing)).collect()
    }

    fn fate(
        &self,
        book: &Book,
        sessions: &HashMap<(PlatformId, String), AccountId>,
        seen: &mut BTreeSet<String>,
        thing: &Thing,
    ) -> Result<Fate, Error> {
        let theirs = match &thing.content {
            Ok(theirs) => theirs,
            Err(reason) => {
                return Ok(Fate { what: ImportWhat::Unreadable, reason: Some(*reason), target: None });
            }
        };
        let account = &theirs.stored.account;
        if !self.core.adapters.contains_key(&account.platform) {
            let reason = Some(ImportReason::UnknownPlatform);
            return Ok(Fate { what: ImportWhat::Unreadable, reason, target: None });
        }
        let hash = theirs.credential.as_ref().map(|credential| self.store.credential_hash(credential));
        let key = match (&account.identity, &hash) {
            (Some(identity), _) => format!("{} {identity}", account.platform),
            (None, _) if thing.own_id => account.id.to_string(),
            (None, hash) => format!("{} {}", account.platform, hash.as_deref().unwrap_or_default()),
        };
        if !seen.insert(key) {
            return Ok(Fate::conflict(ImportReason::Duplicate, None));
        }
        let by_person = account.identity.as_deref().and_then(|person| book.of_person(&account.platform, person));
        let by_id = thing.own_id.then(|| book.get(&account.id)).flatten();
        let by_session =
            hash.as_ref().and_then(|hash| book.get(sessions.get(&(account.platform.clone(), hash.clone()))?));
        let Some(row) = by_person.or(by_id).or(by_session) else {
            return Ok(Fate { what: ImportWhat::New, reason: None, target: None });
        };
        self.fate_beside(row, theirs, hash.as_deref(), thing.own_id)
    }

    /// What would become of an account that is here already.
    fn fate_beside(
        &self,
        row: &Row,
        theirs: &PortableAccount,
        hash: Option<&str>,
        says_something: bool,
    ) -> Result<Fate, Error> {
        let (here, there) = (&row.account, &theirs.stored.account);
        let other_person = matches!((&here.identity, &there.identity), (Some(here), Some(there)) if here != there);
        if other_person || here.platform != there.platform {
            return Ok(Fate::conflict(ImportReason::OtherPerson, Some(row)));
        }
        let same_words = !says_something || said_the_same(here, there);
        let same_session = hash.is_none() || hash == here.credential_hash.as_deref();
        if same_words && same_session {
            return Ok(Fate::of(ImportWhat::Same, row));
        }
        if !same_session && here.credential_hash.is_some() {
            let ours = self.store.credential(row.record)?.and_then(|credential| credential.obtained_at);
            let older = theirs.credential.as_ref().and_then(|credential| credential.obtained_at) <= ours;
            if older {
                return Ok(Fate::conflict(ImportReason::NewerHere, Some(row)));
            }
        }
        if !same_words && here.updated_at > there.updated_at {
            return Ok(Fate::conflict(ImportReason::ChangedHere, Some(row)));
        }
        Ok(Fate::of(ImportWhat::Update, row))
    }
}
