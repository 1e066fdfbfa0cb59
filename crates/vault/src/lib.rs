//! The vault: sealed records on disk that survive crashes and give nothing to a thief.
//!
//! It is the only crate that names sled, AES-GCM and Argon2. It knows no accounts and no cookies: callers store
//! bytes under a [`Kind`] and a [`RecordId`] and get versions back. The page that draws keys, files and the way
//! of a commit is `README.md` in this crate.
//!
//! ```
//! use roster_vault::{Change, Expect, Kind, RecordId, Vault};
//!
//! const NOTE: Kind = Kind::new("note");
//! # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
//! let vault = Vault::in_memory();
//! let id = RecordId::make();
//! let body = b"remember the milk".to_vec().into();
//! let versions = vault.apply(vec![Change::Put { kind: NOTE, id, body, expect: Expect::Absent }]).await?;
//!
//! let note = vault.get(NOTE, id)?.unwrap();
//! assert_eq!(note.body.as_slice(), b"remember the milk");
//! assert_eq!(vec![note.version], versions);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # }).unwrap();
//! ```

mod aside;
mod bytes;
mod checkpoint;
mod crypto;
mod error;
pub mod export;
#[cfg(test)]
mod faults;
mod files;
mod frames;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
mod head;
mod header;
mod hindrance;
mod imprint;
mod journal;
mod kdf;
mod key_file;
mod keys;
mod ledger;
mod legacy;
mod lock;
mod manifest;
mod opening;
mod pages;
#[cfg(test)]
mod published;
mod record;
mod recover;
mod report;
mod ring;
mod sealed;
mod shelf;
mod slot;
mod snapshot;
mod store;
mod vault;
#[cfg(test)]
mod vectors;
mod ways;
mod words;
mod writer;

pub use aside::{SetAside, set_aside};
pub use error::{CommitError, OpenError, Part, ReadError, StoreFault};
pub use hindrance::Hindrance;
pub use kdf::KdfParams;
pub use key_file::slot_key;
pub use legacy::{LegacyError, LegacyKey};
pub use opening::{inspect, vault_id};
pub use record::{Change, Expect, Kind, MAX_BODY, MAX_COMMIT, Record, RecordId};
pub use report::{Loss, Named, OpenReport, Presence, Trouble};
pub use slot::{NewSlot, NotASlotId, Opener, SlotId, SlotInfo, SlotKind};
pub use snapshot::{SNAPSHOTS_KEPT, Snapshot, SnapshotError, SnapshotId, SnapshotInfo, SnapshotReason};
pub use vault::Vault;
pub use ways::{Rotation, memory_can_be_locked};
pub use words::{RecoveryWords, WordsError};
pub use writer::Erased;
