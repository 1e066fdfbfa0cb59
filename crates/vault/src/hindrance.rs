//! What the system had against a file operation, as far as the owner can do something about it.

use std::io;

/// Why the system refused to read or write a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Hindrance {
    /// No room is left on the disk, or the user's share of it is used up.
    DiskFull,
    /// The disk cannot be written to.
    ReadOnly,
    /// The user may not touch the file or its folder.
    NoPermission,
    /// The program, or the whole system, has as many files open as it may.
    TooManyFiles,
    /// Anything else, which is mostly the disk failing.
    DiskFault,
}

impl From<&io::Error> for Hindrance {
    fn from(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => Self::DiskFull,
            // A write that moves nothing and gives no reason: some file systems answer a full disk so.
            io::ErrorKind::WriteZero => Self::DiskFull,
            io::ErrorKind::ReadOnlyFilesystem => Self::ReadOnly,
            io::ErrorKind::PermissionDenied => Self::NoPermission,
            _ if error.raw_os_error().is_some_and(|code| TOO_MANY.contains(&code)) => Self::TooManyFiles,
            _ => Self::DiskFault,
        }
    }
}

/// The system's numbers for it; the standard library has no kind of its own.
#[cfg(unix)]
const TOO_MANY: [i32; 2] = [24, 23];
#[cfg(not(unix))]
const TOO_MANY: [i32; 1] = [4];

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn the_systems_numbers_have_their_meaning() {
        let meaning = |code| Hindrance::from(&io::Error::from_raw_os_error(code));
        let cases = [
            (28, Hindrance::DiskFull),
            (30, Hindrance::ReadOnly),
            (13, Hindrance::NoPermission),
            (1, Hindrance::NoPermission),
            (24, Hindrance::TooManyFiles),
            (23, Hindrance::TooManyFiles),
            (5, Hindrance::DiskFault),
        ];
        for (code, expected) in cases {
            assert_eq!(meaning(code), expected, "error {code}");
        }
    }
}
