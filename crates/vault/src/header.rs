//! The header: which vault this is, what guessing a password costs, and the wrapped keys.

/// The format this program writes, and the newest it reads.
pub(crate) const FORMAT: u16 = 1;

/// What kind of secret opens a slot of the header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SlotKind {
    /// A password the owner knows.
    Password,
    /// Words printed on paper.
    Recovery,
    /// A secret in the system's keychain.
    Keychain,
    /// A file the owner keeps.
    KeyFile,
    /// A kind a later version of the program made; it is kept as it is.
    Unknown(u8),
}
