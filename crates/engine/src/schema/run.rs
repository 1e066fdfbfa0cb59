//! Bringing a vault's records to the present form.

use jiff::Timestamp;
use roster_vault::SnapshotReason;

use super::{MIGRATIONS, Migration, SCHEMA, proof};
use crate::{
    Error,
    storage::{Batch, Schema, Store},
};

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Migrated {
    /// The form before.
    pub(crate) from: u32,
    /// How many records were there, before and afterwards.
    pub(crate) records: u64,
}

/// Sees to it that a vault's records have the form that this version writes. `None` when they have it.
pub(crate) async fn up_to_date(store: &Store, now: Timestamp) -> Result<Option<Migrated>, Error> {
    migrate(store, now, MIGRATIONS, SCHEMA).await
}

pub(super) async fn migrate(
    store: &Store,
    now: Timestamp,
    migrations: &[Migration],
    newest: u32,
) -> Result<Option<Migrated>, Error> {
    let found = store.schema()?;
    let from = found.map_or(1, |schema| schema.number);
    if from > newest {
        let found = u16::try_from(from).unwrap_or(u16::MAX);
        return Err(Error::VaultNewer { found });
    }
    if from == newest {
        return Ok(None);
    }
    let mut batch = Batch::new();
    batch.schema(Schema { number: newest });
    if store.is_new()? {
        store.commit(batch).await?;
        return Ok(None);
    }
    let taken = store.take_snapshot(SnapshotReason::BeforeMigration, now).await;
    // Without a way back nothing is changed.
    let taken = taken.map_err(|error| Error::storage("take a snapshot before migrating", error))?;
    for migration in migrations.iter().filter(|migration| migration.to > from) {
        (migration.run)(store, &mut batch)?;
    }
    store.commit(batch).await?;
    let before = store.snapshot(taken.id).map_err(|error| Error::storage("open the snapshot", error))?;
    match proof::nothing_lost(store, &before)? {
        Ok(records) => {
            tracing::info!(from, to = newest, records, "the records have the present form");
            Ok(Some(Migrated { from, records }))
        }
        Err(loss) => {
            tracing::error!(?loss, from, to = newest, "a migration lost something; everything goes back");
            store.commit(proof::back_to(store, &before)?).await?;
            Err(Error::VaultDamaged { what: loss.to_string() })
        }
    }
}
