//! A disk that refuses: full, failing, read-only, closed to us, out of file handles, or taking half of a write. At each of the
//! first calls that change files, once or until it is put right: nothing acknowledged is lost or stale, the refusal
//! reaches the caller in time and says why, and the vault goes on by itself.

mod campaign;
mod child;
mod order;
mod tmpfs;
