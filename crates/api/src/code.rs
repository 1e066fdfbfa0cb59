//! The closed list of error codes.

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Type, schema::Schema},
};

macro_rules! codes {
    ($($(#[$doc:meta])+ $variant:ident = $word:literal, $status:ident, $says:literal;)+) => {
        /// What went wrong, for programs. The list is closed: a program that knows these knows all.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum ErrorCode { $($(#[$doc])+ #[serde(rename = $word)] $variant,)+ }

        impl ErrorCode {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word on the wire.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// The HTTP status it comes with.
            pub fn status(self) -> StatusCode {
                match self { $(Self::$variant => StatusCode::$status),+ }
            }

            /// When it is answered, for the description of the API.
            pub fn says(self) -> &'static str {
                match self { $(Self::$variant => $says),+ }
            }
        }
    };
}

codes! {
    /// A parameter or the body is missing, malformed or out of range; `details.field` names it.
    InvalidRequest = "INVALID_REQUEST", BAD_REQUEST, "a parameter or the body is wrong; details.field names it";
    /// No valid key.
    Unauthorized = "UNAUTHORIZED", UNAUTHORIZED, "the caller is not known";
    /// The password does not open the vault.
    WrongPassword = "WRONG_PASSWORD", UNAUTHORIZED, "the password does not open the vault; details.wait_seconds says when to try again";
    /// The key lacks the scope that `details.scope` names, or only the owner may have this done.
    Forbidden = "FORBIDDEN", FORBIDDEN, "the caller lacks the scope in details.scope, or only the owner may (details.reason)";
    /// There is no such route, or nothing of that name at it; `details.reason` then says what.
    NotFound = "NOT_FOUND", NOT_FOUND, "there is no such route, or not what it names";
    /// There is no such account.
    AccountNotFound = "ACCOUNT_NOT_FOUND", NOT_FOUND, "there is no such account";
    /// There is no such pool.
    PoolNotFound = "POOL_NOT_FOUND", NOT_FOUND, "there is no such pool";
    /// The account is not in this pool.
    MemberNotFound = "MEMBER_NOT_FOUND", NOT_FOUND, "the account is not in this pool";
    /// There is no such login.
    LoginNotFound = "LOGIN_NOT_FOUND", NOT_FOUND, "there is no such login";
    /// There is no such job.
    JobNotFound = "JOB_NOT_FOUND", NOT_FOUND, "there is no such job";
    /// The account's platform has no such operation.
    OperationNotFound = "OPERATION_NOT_FOUND", NOT_FOUND, "the account's platform has no such operation";
    /// Nothing of this name opens the vault.
    SlotNotFound = "SLOT_NOT_FOUND", NOT_FOUND, "nothing of this name opens the vault";
    /// There is no such snapshot.
    SnapshotNotFound = "SNAPSHOT_NOT_FOUND", NOT_FOUND, "there is no such snapshot";
    /// No import waits under this id.
    ImportNotFound = "IMPORT_NOT_FOUND", NOT_FOUND, "no import waits under this id";
    /// No such action can be undone: it was undone already, or the vault was locked since.
    UndoNotFound = "UNDO_NOT_FOUND", NOT_FOUND, "no such action can be undone: it was undone already, or the vault was locked since";
    /// The route does not know this method.
    MethodNotAllowed = "METHOD_NOT_ALLOWED", METHOD_NOT_ALLOWED, "the route does not know this method";
    /// What is asked for does not fit what is there; `details.reason` says how.
    Conflict = "CONFLICT", CONFLICT, "it does not fit what is there; details.reason says how";
    /// The session belongs to another user than the account.
    IdentityMismatch = "IDENTITY_MISMATCH", CONFLICT, "the session belongs to another user than the account";
    /// No member of the pool can be used now.
    NoAvailableAccount = "NO_AVAILABLE_ACCOUNT", CONFLICT, "no member of the pool can be used now; details says why";
    /// There is no vault yet.
    VaultAbsent = "VAULT_ABSENT", CONFLICT, "there is no vault yet";
    /// There is a vault already.
    VaultExists = "VAULT_EXISTS", CONFLICT, "there is a vault already";
    /// Another program has the vault open, or it is being opened or closed.
    VaultBusy = "VAULT_BUSY", CONFLICT, "the vault is in use by another program, or being opened or closed";
    /// The vault's files are damaged.
    VaultDamaged = "VAULT_DAMAGED", CONFLICT, "the vault's files are damaged beyond what could be repaired";
    /// A newer program wrote the vault.
    VaultNewer = "VAULT_NEWER", CONFLICT, "a newer version of this program wrote the vault";
    /// The body is larger than 1 MiB.
    PayloadTooLarge = "PAYLOAD_TOO_LARGE", PAYLOAD_TOO_LARGE, "the body is larger than 1 MiB";
    /// The account could not be created; `details.reason` says why.
    CreateAccountFailed = "CREATE_ACCOUNT_FAILED", UNPROCESSABLE_ENTITY, "the account could not be created; details.reason says why";
    /// The platform, or this program, does not do that.
    Unsupported = "UNSUPPORTED", UNPROCESSABLE_ENTITY, "the platform, or this program, does not do that";
    /// The vault is locked.
    VaultLocked = "VAULT_LOCKED", LOCKED, "the vault is locked, or there is none";
    /// Too many requests; `Retry-After` says how long to wait.
    RateLimited = "RATE_LIMITED", TOO_MANY_REQUESTS, "too many requests; Retry-After and details.wait_seconds say how long to wait";
    /// A fault of the program; `details.incident` stands in its log.
    Internal = "INTERNAL", INTERNAL_SERVER_ERROR, "a fault of the program; details.incident also stands in its log";
    /// The platform could not be asked, or did not answer as it should; `details.reason` says why.
    PlatformError = "PLATFORM_ERROR", BAD_GATEWAY, "the platform could not be asked, or did not answer as it should; details.reason says why";
}

/// By hand, because the derived one does not see a name that comes out of a macro.
impl PartialSchema for ErrorCode {
    fn schema() -> RefOr<Schema> {
        let words = Self::ALL.iter().map(|code| code.as_str());
        let doc = "What went wrong, for programs. The list is closed: a program that knows these knows all.";
        ObjectBuilder::new().schema_type(Type::String).description(Some(doc)).enum_values(Some(words)).build().into()
    }
}

impl ToSchema for ErrorCode {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_in_json_is_the_word() {
        for code in ErrorCode::ALL {
            assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
        }
    }
}
