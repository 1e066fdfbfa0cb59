//! How hard a new vault's password is to guess.

/// The work of Argon2id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KdfParams {
    /// Memory in KiB.
    pub m_kib: u32,
    /// Passes.
    pub t: u32,
    /// Lanes.
    pub p: u32,
}

impl KdfParams {
    /// The least that is accepted: for tests.
    pub const fn floor() -> Self {
        Self { m_kib: 19_456, t: 2, p: 1 }
    }
}

impl Default for KdfParams {
    fn default() -> Self {
        Self { m_kib: 65_536, t: 3, p: 4 }
    }
}
