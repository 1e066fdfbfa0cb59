//! From the engine's errors to the API's: one exhaustive match that decides about code, words, facts and log.

use std::{fmt, time::Duration};

use roster_engine::{
    Clash, ClipboardError, Engine, Error, FileDialogError, FileProblem, Hindrance, KeychainError, PlatformError,
    PlatformErrorKind, Retry, Text, VaultPhase, WindowError,
};
use serde_json::json;

use crate::{
    ErrorCode, Fault, problem,
    wire::{self, words::Reason},
};

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        let fault = match error {
            Error::VaultAbsent => Self::new(ErrorCode::VaultAbsent, "There is no vault yet. Create one first."),
            Error::VaultExists => {
                Self::new(ErrorCode::VaultExists, "There is a vault already. Unlock it, or choose another data folder.")
            }
            Error::VaultLocked => locked(VaultPhase::Locked),
            Error::VaultBusy => {
                Self::new(ErrorCode::VaultBusy, "The vault is being opened or closed. Try again in a moment.")
                    .with(json!({ "reason": "in_transition" }))
            }
            Error::AlreadyOpen => {
                Self::new(ErrorCode::VaultBusy, "Another program has this vault open. Close it there first.")
                    .with(json!({ "reason": "already_open" }))
            }
            Error::WrongPassword { wait } => waiting(ErrorCode::WrongPassword, "The password is wrong.", wait),
            Error::UnlockTooSoon { wait } => {
                waiting(ErrorCode::RateLimited, "After wrong passwords the next try has to wait.", wait)
            }
            Error::VaultDamaged { what } => Self::new(
                ErrorCode::VaultDamaged,
                "The vault's files are damaged. Nothing was changed; restore the folder from a copy.",
            )
            .with(json!({ "what": what })),
            Error::VaultKeyMissing => Self::new(
                ErrorCode::VaultDamaged,
                "The vault's header is missing. Nothing was changed; put it back from a copy of the folder.",
            )
            .with(json!({ "reason": "key_missing" })),
            Error::VaultNewer { found } => {
                Self::new(ErrorCode::VaultNewer, "A newer version of Roster wrote this vault. Install that version.")
                    .with(json!({ "format": found }))
            }
            Error::InvalidRequest { field, problem } => problem::fault(field, problem),
            Error::Input { field, problem } => problem::input(&field, problem),
            Error::AccountNotFound { id } => not_found(ErrorCode::AccountNotFound, "Account", &id),
            Error::CookieNotFound => {
                Self::new(ErrorCode::NotFound, "This session has no such cookie. Read its cookies again.")
                    .with(json!({ "reason": "cookie" }))
            }
            Error::SecretNotFound => Self::new(ErrorCode::NotFound, "No secret of this name is kept for the account.")
                .with(json!({ "reason": "secret" })),
            Error::OperationNotFound { id } => not_found(ErrorCode::OperationNotFound, "Operation", &id),
            Error::NeedsOwner { operation } => {
                Self::new(ErrorCode::Forbidden, "Only the owner may have this done, in the app.")
                    .with(json!({ "reason": "needs_owner", "operation": operation }))
            }
            Error::OperationRefused { code, remedy, error } => platform(&error, Some((code, remedy))),
            Error::TooManySecrets { wait } => waiting(ErrorCode::RateLimited, "Secrets leave a few at a time.", wait),
            Error::Clipboard(error) => clipboard(&error),
            Error::PoolNotFound { id } => not_found(ErrorCode::PoolNotFound, "Pool", &id),
            Error::LoginNotFound { id } => not_found(ErrorCode::LoginNotFound, "Login", &id),
            Error::UndoNotFound { id } => not_found(ErrorCode::UndoNotFound, "Action to undo", &id),
            Error::JobNotFound { id } => not_found(ErrorCode::JobNotFound, "Job", &id),
            Error::SlotNotFound { id } => not_found(ErrorCode::SlotNotFound, "Slot", &id),
            Error::Keychain(error) => keychain(&error),
            Error::KeychainEmpty => Self::new(
                ErrorCode::Unsupported,
                "The keychain has no key that opens this vault. Use the password; nothing was changed.",
            )
            .with(json!({ "reason": "missing" })),
            Error::FileDialog(error) => file_dialog(&error),
            Error::SnapshotNotFound { id } => not_found(ErrorCode::SnapshotNotFound, "Snapshot", &id),
            Error::ImportNotFound { id } => not_found(ErrorCode::ImportNotFound, "Import", &id),
            Error::File(problem) => file(problem),
            Error::NotAMember { pool, account } => {
                Self::new(ErrorCode::MemberNotFound, format!("The account {account} is not in the pool {pool}."))
                    .with(json!({ "pool_id": pool.as_str(), "account_id": account.as_str() }))
            }
            Error::PoolFull { max_size } => {
                Self::new(ErrorCode::Conflict, format!("The pool is full: it takes {max_size}. Raise its limit first."))
                    .with(json!({ "reason": "pool_full", "max_size": max_size }))
            }
            Error::NoAvailableAccount { pool, why } => Self::new(
                ErrorCode::NoAvailableAccount,
                "No account of this pool can be used now. Check or log in to its members, or add one.",
            )
            .with(json!({ "pool_id": pool.as_str(), "why": wire::pool::NobodyReadyView::from(why) })),
            // Not quoted: what stands in the wrong field may be a secret.
            Error::UnknownPlatform { platform: _ } => Self::new(
                ErrorCode::Unsupported,
                "Roster does not know this platform. GET /api/v1/platforms lists those it knows.",
            )
            .with(json!({ "field": "platform", "what": "platform" })),
            Error::Unsupported { platform, what } => {
                let fault = Self::new(ErrorCode::Unsupported, format!("Roster cannot do this at {platform}: {what}."));
                match what {
                    // Some sessions, such as access tokens, outlive every logout.
                    "logout" => fault.with(json!({ "platform": platform, "what": what, "reason": "session_stays" })),
                    _ => fault.with(json!({ "platform": platform, "what": what })),
                }
            }
            Error::Window { source } => window(&source),
            Error::IdentityMismatch { expected, found } => Self::new(
                ErrorCode::IdentityMismatch,
                "This session belongs to another person than the account. Nothing was changed.",
            )
            .with(json!({ "expected": expected, "found": found })),
            Error::Conflict(clash) => conflict(clash),
            Error::Platform(error) => platform(&error, None),
            Error::Storage { operation, source, hindrance: None } => internal(operation, &source),
            Error::Storage { operation, source, hindrance: Some(hindrance) } => refused(operation, &source, hindrance),
        };
        fault.log();
        fault
    }
}

/// What a route that needs the vault answers while it is not open.
pub(crate) fn require_open(engine: &Engine) -> Result<(), Fault> {
    match engine.vault_state().phase {
        VaultPhase::Unlocked => Ok(()),
        phase @ (VaultPhase::Absent | VaultPhase::Locked | VaultPhase::Busy) => Err(locked(phase)),
    }
}

/// [`ErrorCode::Internal`] with an incident id that also stands in the log, beside what really happened.
pub(crate) fn internal(operation: &str, cause: &dyn fmt::Display) -> Fault {
    let incident = incident(operation, cause);
    Fault::new(ErrorCode::Internal, format!("Something went wrong in Roster. The log has it under {incident}."))
        .with(json!({ "incident": incident, "operation": operation }))
}

/// Writes down what really happened, and answers under which id.
fn incident(operation: &str, cause: &dyn fmt::Display) -> String {
    let incident = format!("{:08x}", rand::random::<u32>());
    tracing::error!(incident, operation, cause = %cause, "the program failed");
    incident
}

/// What the system refused, and what the owner can do about it. The same call does better afterwards.
fn refused(operation: &str, cause: &dyn fmt::Display, hindrance: Hindrance) -> Fault {
    let (reason, message) = match hindrance {
        Hindrance::DiskFull => ("disk_full", "The disk is full. Make room, then repeat; nothing stored is lost."),
        Hindrance::ReadOnly => ("read_only", "The disk cannot be written to. Unlock or remount it, then repeat."),
        Hindrance::NoPermission => ("no_permission", "Roster may not use its data folder. Give it back, then repeat."),
        Hindrance::TooManyFiles => ("too_many_files", "Too many files are open. Close other programs, then repeat."),
        // A later kind of hindrance says at least that it is the disk.
        _ => ("disk_error", "The disk refuses. Check it and make a copy of the data folder, then repeat."),
    };
    let incident = incident(operation, cause);
    Fault::new(ErrorCode::Internal, message)
        .with(json!({ "incident": incident, "operation": operation, "reason": reason }))
}

fn locked(phase: VaultPhase) -> Fault {
    let message = match phase {
        VaultPhase::Absent => "There is no vault yet. Create one in the app first.",
        VaultPhase::Busy => "The vault is being opened or closed. Try again in a moment.",
        VaultPhase::Locked | VaultPhase::Unlocked => "The vault is locked. Unlock it in the app first.",
    };
    Fault::new(ErrorCode::VaultLocked, message).with(json!({ "phase": wire::vault::VaultPhase::from(phase) }))
}

/// The contract's own words, `details` empty.
fn not_found(code: ErrorCode, noun: &str, id: &str) -> Fault {
    Fault::new(code, format!("{noun} not found: {id}"))
}

fn waiting(code: ErrorCode, what: &str, wait: Duration) -> Fault {
    let seconds = whole_seconds(wait);
    let fault = Fault::new(
        code,
        match seconds {
            0 => format!("{what} Try again."),
            _ => format!("{what} Try again in {seconds} seconds."),
        },
    );
    let fault = fault.with(json!({ "wait_seconds": seconds }));
    if seconds == 0 { fault } else { fault.wait(seconds) }
}

/// Seconds, rounded up: whoever waits that long has waited long enough.
pub(crate) fn whole_seconds(wait: Duration) -> u64 {
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}

fn clipboard(error: &ClipboardError) -> Fault {
    let reason = match error {
        ClipboardError::Unavailable => "unavailable",
        ClipboardError::Failed { message } => {
            tracing::warn!(message, "the clipboard refused");
            "failed"
        }
    };
    Fault::new(ErrorCode::Unsupported, "The clipboard did not take it. Show the value instead.")
        .with(json!({ "what": "clipboard", "reason": reason }))
}

fn conflict(clash: Clash) -> Fault {
    let (reason, message) = match clash {
        Clash::Changed => ("changed", "Somebody else changed this in between. Read it again, then repeat."),
        Clash::LoginPhase => ("login_phase", "This login is past that. Start a new one."),
        Clash::SnapshotDamaged => ("snapshot_damaged", "This snapshot is damaged. Nothing was changed; take another."),
        Clash::ConfirmationNeeded => {
            ("confirmation_needed", "This is dangerous. Read what it does, then confirm it. Nothing was done.")
        }
        Clash::AlreadyAMember => ("already_a_member", "The account is in this pool already."),
        Clash::Cancelled => ("cancelled", "No file was picked. Nothing was changed."),
        Clash::LastSlot => {
            ("last_slot", "Nothing that you can use would open the vault any more. Add another way first.")
        }
        Clash::NoSuchSlot => ("no_such_slot", "This vault was never set up to be opened this way."),
        Clash::NoKit => ("no_kit", "No recovery kit is being made, or its time is over. Make a new one."),
    };
    Fault::new(ErrorCode::Conflict, message).with(json!({ "reason": reason }))
}

/// The word for why the keychain did not help.
pub(crate) fn keychain_word(error: &KeychainError) -> wire::vault_keys::KeychainReason {
    use wire::vault_keys::KeychainReason;
    match error {
        KeychainError::Unavailable => KeychainReason::Unavailable,
        KeychainError::Locked => KeychainReason::Locked,
        KeychainError::TooSlow => KeychainReason::TooSlow,
        KeychainError::Failed { .. } => KeychainReason::Failed,
    }
}

fn keychain(error: &KeychainError) -> Fault {
    let message = match error {
        KeychainError::Unavailable => "This system has no keychain. Use the password.",
        KeychainError::Locked => "The keychain is locked. Unlock it, or use the password.",
        KeychainError::TooSlow => "The keychain did not answer in time. Use the password.",
        KeychainError::Failed { .. } => "The keychain failed. Use the password.",
    };
    Fault::new(ErrorCode::Unsupported, message).with(json!({ "reason": keychain_word(error) }))
}

fn window(error: &WindowError) -> Fault {
    let (reason, message) = match error {
        WindowError::Unavailable => ("unavailable", "There are no windows here."),
        WindowError::Proxy => (
            "proxy",
            "A window cannot use this account's kind of proxy, and it does not go past it. Use another proxy.",
        ),
        WindowError::Closed => ("closed", "The window was closed. Open it again."),
        WindowError::Failed { message } => {
            tracing::warn!(message, "a window failed");
            ("failed", "The window failed. Try again.")
        }
    };
    Fault::new(ErrorCode::Unsupported, message).with(json!({ "what": "window", "reason": reason }))
}

fn file_dialog(error: &FileDialogError) -> Fault {
    let (reason, message) = match error {
        FileDialogError::Unavailable => ("unavailable", "Files cannot be picked here."),
        FileDialogError::Failed { .. } => ("failed", "The system's file dialog failed. Try again."),
    };
    Fault::new(ErrorCode::Unsupported, message).with(json!({ "reason": reason }))
}

fn file(problem: FileProblem) -> Fault {
    let (reason, message) = match problem {
        FileProblem::Unreadable => {
            ("unreadable", "The file could not be read or written. Check the folder and the disk.")
        }
        FileProblem::NotThatSort => ("not_that_sort", "This is not a file of that sort. Choose another."),
        FileProblem::Damaged => ("damaged", "The file is damaged. Use another copy of it."),
        FileProblem::Incomplete => ("incomplete", "The file ends too early. Use another copy of it."),
        FileProblem::Newer => ("newer", "A newer version of Roster wrote this file. Install that version."),
        FileProblem::TooLarge => ("too_large", "The file asks for more memory than such a file needs."),
        FileProblem::NotVerified => ("not_verified", "What was written could not be read back. Choose another place."),
    };
    Fault::invalid("file", message).with(json!({ "field": "file", "reason": reason }))
}

/// What the platform answered; with the platform's own code and what to do about it, where its adapter knows.
fn platform(error: &PlatformError, refused: Option<(String, Text)>) -> Fault {
    let (code, message) = match error.kind {
        PlatformErrorKind::Unsupported => (ErrorCode::Unsupported, "Roster cannot do this at that platform."),
        PlatformErrorKind::NotLoggedIn => {
            (ErrorCode::PlatformError, "The platform says that this session is not logged in. Log in again.")
        }
        PlatformErrorKind::Restricted => {
            (ErrorCode::PlatformError, "The platform restricts this account. See what it says there.")
        }
        PlatformErrorKind::RiskControl => {
            (ErrorCode::PlatformError, "The platform's risk control refused. Wait, or log in on its own page.")
        }
        PlatformErrorKind::RateLimited => (ErrorCode::PlatformError, "The platform wants fewer questions. Wait."),
        PlatformErrorKind::Network => {
            (ErrorCode::PlatformError, "The platform could not be reached. Check the network or the proxy.")
        }
        PlatformErrorKind::Server => (ErrorCode::PlatformError, "The platform has a fault. Try again later."),
        PlatformErrorKind::Protocol => {
            (ErrorCode::PlatformError, "The platform answered in a way that Roster does not understand. Update Roster.")
        }
        PlatformErrorKind::Refused => (ErrorCode::PlatformError, "The platform refused. See what it says there."),
    };
    let wait = match error.retry {
        Retry::After(wait) => Some(whole_seconds(wait)),
        Retry::Never | Retry::Soon => None,
    };
    let (said, remedy) = match refused {
        Some((said, remedy)) => (Some(said), Some(json!({ "zh": remedy.zh, "en": remedy.en }))),
        None => (error.evidence.code.clone(), None),
    };
    let fault = Fault::new(code, message).with(json!({
        "code": said,
        "message": error.evidence.message,
        "remedy": remedy,
        "reason": Reason::from(error.reason),
        "question": error.question,
        "platform_code": error.evidence.code,
        "http_status": error.evidence.http_status,
        "wait_seconds": wait,
    }));
    match wait {
        Some(seconds) => fault.wait(seconds),
        None => fault,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    /// The owner reads what to do in either language, not a number.
    #[test]
    fn what_the_disk_refuses_has_a_reason_and_words_in_both_languages() {
        let catalogues = [
            include_str!("../../../ui/src/lib/i18n/en/errors.ts"),
            include_str!("../../../ui/src/lib/i18n/zh-CN/errors.ts"),
        ];
        for (hindrance, reason) in [
            (Hindrance::DiskFull, "disk_full"),
            (Hindrance::ReadOnly, "read_only"),
            (Hindrance::NoPermission, "no_permission"),
            (Hindrance::TooManyFiles, "too_many_files"),
            (Hindrance::DiskFault, "disk_error"),
        ] {
            let source = Arc::new(std::io::Error::other("as the system said"));
            let fault = Fault::from(Error::Storage { operation: "write", source, hindrance: Some(hindrance) });
            assert_eq!(fault.details().unwrap()["reason"], reason);
            assert!(fault.details().unwrap()["incident"].is_string(), "what happened stands in the log");
            assert!(catalogues.iter().all(|words| words.contains(&format!("    {reason}: ["))), "{reason}");
        }
        let source = Arc::new(std::io::Error::other("a mistake of ours"));
        let fault = Fault::from(Error::Storage { operation: "seal", source, hindrance: None });
        assert_eq!(fault.details().unwrap().get("reason"), None);
    }
}
