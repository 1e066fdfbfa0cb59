//! Opening the store again under way: after a fault inside sled, or when a record turns out not to be what was stored.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::{Writer, ledger};
use crate::error::{CommitError, StoreFault};
use crate::recover::{Depth, recover_looking};

impl Writer {
    /// Drops the store and opens everything again, as opening the vault does.
    pub(super) fn mend(&mut self, depth: Depth) -> Result<(), CommitError> {
        drop(self.shelf.take());
        let mended =
            catch_unwind(AssertUnwindSafe(|| recover_looking(&self.folder, &self.keys, self.header.number, depth)));
        let mut recovered = match mended {
            Ok(Ok(recovered)) if recovered.stamp.generation >= self.stamp.generation => recovered,
            Ok(Err(error)) => {
                tracing::error!(%error, "the store could not be opened again");
                self.shelf.explain(error.hindrance());
                return Err(StoreFault::Unavailable { hindrance: error.hindrance() }.into());
            }
            Ok(Ok(_)) | Err(_) => return Err(StoreFault::Unavailable { hindrance: None }.into()),
        };
        self.tell(std::mem::take(&mut recovered.report));
        self.ledger = ledger(&self.keys, &recovered.store, recovered.stamp)
            .map_err(|error| StoreFault::Unavailable { hindrance: error.hindrance() })?;
        self.stamp = recovered.stamp;
        self.journal = recovered.journal;
        self.head = recovered.head;
        self.checkpoint = recovered.checkpoint;
        self.shelf.put(Box::new(recovered.store));
        Ok(())
    }

    /// Tells the owner, when there is anything to tell.
    pub(super) fn tell(&self, report: crate::report::OpenReport) {
        if !report.is_quiet() {
            // Nobody listens any more once the last handle is gone.
            let _ = self.found.send(report);
        }
    }
}
