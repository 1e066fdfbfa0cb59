//! Who may do what. A handler reaches the engine only through [`Authorized`], whose type names a scope and what
//! it needs of the vault; the same type writes both into the description of the API.

use std::{collections::BTreeSet, fmt, marker::PhantomData, path::PathBuf, sync::Arc};

use axum::{extract::FromRequestParts, http::request::Parts};
use roster_engine::Engine;
use serde_json::json;

use crate::{ErrorCode, Fault};

/// Who asks. A door puts it into the request's extensions; a request without one is answered
/// [`ErrorCode::Unauthorized`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caller {
    /// The person before the screen.
    Owner,
    /// A program with these scopes.
    Key(BTreeSet<Scope>),
}

impl Caller {
    fn may(&self, scope: Scope) -> bool {
        match self {
            Self::Owner => true,
            Self::Key(scopes) => scope != Scope::Owner && scopes.contains(&scope),
        }
    }
}

macro_rules! scopes {
    ($($(#[$doc:meta])+ $name:ident = $word:literal;)+) => {
        /// What a caller may do.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Scope { $($(#[$doc])+ $name,)+ }

        impl Scope {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The word on the wire.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word),+ }
            }
        }
    };
}

scopes! {
    /// The owner's presence. No key can have it.
    Owner = "owner";
    /// See platforms and whether the vault is open.
    StatusRead = "status:read";
    /// See accounts, their health and numbers.
    AccountsRead = "accounts:read";
    /// Create, change and delete accounts.
    AccountsWrite = "accounts:write";
    /// Ask a platform about accounts.
    AccountsCheck = "accounts:check";
    /// Have platforms do something for accounts, unless it is dangerous.
    AccountsOperate = "accounts:operate";
    /// Report uses.
    UsageWrite = "usage:write";
    /// See logins.
    LoginsRead = "logins:read";
    /// Start and end logins.
    LoginsWrite = "logins:write";
    /// See pools.
    PoolsRead = "pools:read";
    /// Create, change and delete pools.
    PoolsWrite = "pools:write";
    /// Choose from pools.
    PoolsSelect = "pools:select";
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a handler needs of the vault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum VaultNeed {
    /// Nothing.
    Any,
    /// It must be open; otherwise [`ErrorCode::VaultLocked`].
    Open,
}

/// A permit: a scope and a need, as a type.
pub(crate) trait Permit: Send + Sync + 'static {
    /// The scope.
    const SCOPE: Scope;
    /// The need.
    const VAULT: VaultNeed;
}

macro_rules! permits {
    ($($(#[$doc:meta])+ $name:ident: $scope:ident, $need:ident;)+) => {
        $($(#[$doc])+
        #[derive(Debug)]
        pub(crate) enum $name {}

        impl Permit for $name {
            const SCOPE: Scope = Scope::$scope;
            const VAULT: VaultNeed = VaultNeed::$need;
        })+
    };
}

permits! {
    /// The owner, whatever the vault's state.
    Owner: Owner, Any;
    /// The owner, with the vault open.
    OwnerUnlocked: Owner, Open;
    /// [`Scope::StatusRead`], whatever the vault's state.
    StatusRead: StatusRead, Any;
    /// [`Scope::AccountsRead`].
    AccountsRead: AccountsRead, Open;
    /// [`Scope::AccountsWrite`].
    AccountsWrite: AccountsWrite, Open;
    /// [`Scope::AccountsCheck`].
    AccountsCheck: AccountsCheck, Open;
    /// [`Scope::AccountsOperate`].
    AccountsOperate: AccountsOperate, Open;
    /// [`Scope::UsageWrite`].
    UsageWrite: UsageWrite, Open;
    /// [`Scope::LoginsRead`].
    LoginsRead: LoginsRead, Open;
    /// [`Scope::LoginsWrite`].
    LoginsWrite: LoginsWrite, Open;
    /// [`Scope::PoolsRead`].
    PoolsRead: PoolsRead, Open;
    /// [`Scope::PoolsWrite`].
    PoolsWrite: PoolsWrite, Open;
    /// [`Scope::PoolsSelect`].
    PoolsSelect: PoolsSelect, Open;
}

/// The router's state. Its engine is private: only [`Authorized`] hands it out.
#[derive(Clone)]
pub(crate) struct Doorway {
    engine: Engine,
    places: Arc<Places>,
}

impl Doorway {
    pub(crate) fn new(engine: Engine, places: Places) -> Self {
        Self { engine, places: Arc::new(places) }
    }
}

/// Where the program keeps things; what the owner reads about it.
#[derive(Debug, Clone, Default)]
pub struct Places {
    /// The vault and the preferences.
    pub data_dir: PathBuf,
    /// The log, where one is written.
    pub log_dir: Option<PathBuf>,
    /// Whether the host keeps core dumps from being written of this process.
    pub core_dumps_off: bool,
}

/// The way to the engine, for a caller with the permit `P`.
pub(crate) struct Authorized<P> {
    engine: Engine,
    places: Arc<Places>,
    permit: PhantomData<P>,
}

impl<P: Permit> Authorized<P> {
    /// The engine.
    pub(crate) fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Where the program keeps things.
    pub(crate) fn places(&self) -> &Places {
        &self.places
    }
}

impl<P: Permit> FromRequestParts<Doorway> for Authorized<P> {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, doorway: &Doorway) -> Result<Self, Fault> {
        let Some(caller) = parts.extensions.get::<Caller>() else {
            return Err(Fault::new(ErrorCode::Unauthorized, "Nobody known is asking. Send a key."));
        };
        if !caller.may(P::SCOPE) {
            let message = format!("This key lacks the scope {}. Ask the owner for a key that has it.", P::SCOPE);
            return Err(Fault::new(ErrorCode::Forbidden, message).with(json!({ "scope": P::SCOPE.as_str() })));
        }
        if P::VAULT == VaultNeed::Open {
            crate::bridge::require_open(&doorway.engine)?;
        }
        Ok(Self { engine: doorway.engine.clone(), places: Arc::clone(&doorway.places), permit: PhantomData })
    }
}
