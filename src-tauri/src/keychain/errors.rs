//! What the stores' errors mean. None of them says that a key is missing: only the answer "no entry" does.

use keyring_core::Error;
use roster_engine::KeychainError;

/// What an error means. Bytes of an entry that an error carries are wiped by the allocator and never shown.
pub(super) fn meaning(error: Error) -> KeychainError {
    match error {
        Error::PlatformFailure(cause) | Error::NoStorageAccess(cause) => of_the_system(cause.as_ref()),
        Error::NoDefaultStore => KeychainError::Unavailable,
        Error::Ambiguous(_) => failed("there are several entries of one name"),
        Error::BadEncoding(_) | Error::BadDataFormat(..) => failed("the entry is not what was put there"),
        Error::NoEntry => failed("an entry went away"),
        Error::BadStoreFormat(what) => failed(&what),
        Error::TooLong(what, _) | Error::Invalid(what, _) => failed(&format!("it does not take this {what}")),
        Error::NotSupportedByStore(what) => failed(&what),
        _ => failed("something that this version does not know"),
    }
}

fn failed(message: &str) -> KeychainError {
    KeychainError::Failed { message: message.to_owned() }
}

#[cfg(target_os = "linux")]
fn of_the_system(cause: &(dyn std::error::Error + Send + Sync + 'static)) -> KeychainError {
    use secret_service::Error as Service;

    match cause.downcast_ref::<Service>() {
        Some(Service::Unavailable) => KeychainError::Unavailable,
        Some(Service::Locked | Service::Prompt) => KeychainError::Locked,
        // There is a service, and it has no collection to write to.
        Some(Service::NoResult) => failed("it has no collection to write to"),
        Some(Service::Zbus(error)) if is_gone(error) => KeychainError::Unavailable,
        _ => failed(&cause.to_string()),
    }
}

/// Nobody on the other side: no bus, no such service, or one that ended in the middle.
#[cfg(target_os = "linux")]
fn is_gone(error: &zbus::Error) -> bool {
    const NOBODY: [&str; 6] = ["ServiceUnknown", "NameHasNoOwner", "NoReply", "Disconnected", "NoServer", "Spawn"];
    match error {
        zbus::Error::Address(_)
        | zbus::Error::InputOutput(_)
        | zbus::Error::Connection(..)
        | zbus::Error::Handshake(_) => true,
        zbus::Error::MethodError(name, ..) => {
            let last = name.strip_prefix("org.freedesktop.DBus.Error.").unwrap_or_default();
            NOBODY.iter().any(|nobody| last.starts_with(nobody))
        }
        zbus::Error::FDO(inner) => matches!(
            **inner,
            zbus::fdo::Error::ServiceUnknown(_)
                | zbus::fdo::Error::NameHasNoOwner(_)
                | zbus::fdo::Error::NoReply(_)
                | zbus::fdo::Error::Disconnected(_)
        ),
        _ => false,
    }
}

/// The stores of the other systems say themselves whether access was refused.
#[cfg(not(target_os = "linux"))]
fn of_the_system(cause: &(dyn std::error::Error + Send + Sync + 'static)) -> KeychainError {
    failed(&cause.to_string())
}
