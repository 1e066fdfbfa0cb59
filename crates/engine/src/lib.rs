//! The use cases of Roster: accounts, logins, health, pools, jobs, and the vault's life. The API and the shell call
//! [`Engine`] and nothing else.
//!
//! ```no_run
//! # use std::{path::PathBuf, sync::Arc};
//! # use roster_engine::*;
//! # use roster_platform::{HttpConfig, HttpFactory};
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let ports = Ports::bare(); // a desktop adds its notifier, keychain, clipboard, dialogs and windows
//! let engine = Engine::new(EngineConfig {
//!     data_dir: PathBuf::from("/somewhere"),
//!     adapters: Vec::new(), // roster_platforms::all(&settings) in the app
//!     http: HttpFactory::new(HttpConfig::default())?,
//!     ports,
//!     kdf: KdfParams::default(),
//!     limits: CheckLimits::default(),
//! });
//! engine.create_vault("correct horse battery".into()).await?;
//! let page = engine.list_accounts(&AccountQuery { limit: 20, facets: true, ..AccountQuery::default() })?;
//! assert_eq!(page.total, 0);
//! engine.shutdown().await?;
//! # Ok(())
//! # }
//! ```
//!
//! * Text becomes ids with [`Engine::platform_id`], [`AccountRef::parse`], [`Engine::pool_id`], `LoginId` and
//!   [`JobId`] (`FromStr`); each answers the error that fits a path which names nothing.
//! * [`Engine::new`] must be called inside a tokio runtime. Methods that touch the disk or a platform are `async`,
//!   those that read what is in memory are not.
//! * Every method that needs the vault answers [`Error::VaultLocked`], [`Error::VaultAbsent`] or
//!   [`Error::VaultBusy`] unless it is open.
//! * [`Engine::events`] tells what changed; it carries ids, not data, except for jobs and accounts that died.

mod accounts;
mod book;
mod chronicle;
#[cfg(test)]
mod clock_tests;
mod context;
mod engine;
mod error;
mod events;
mod files;
mod health;
mod jobs;
mod logins;
mod memories;
mod metrics;
mod operations;
mod pools;
mod ports;
mod preferences;
mod proxies;
mod schema;
mod sessions;
mod settings;
mod snapshots;
mod storage;
#[cfg(test)]
mod testing;
mod transfer;
mod trash;
mod undo;
mod unlocked;
mod vault_session;
mod windows;

pub use accounts::{
    AccountOwn, AccountPage, AccountPatch, AccountQuery, AccountRef, AccountStats, AccountView, BulkChanged, BulkPatch,
    CookieKey, Facets, Forecast, MaskedCookie, NeedsMe, NewAccount, PoolLabel, SortKey, UsageReport, Wallet, WalletRow,
};
pub use chronicle::{Chronicle, ChronicleLine, Deed};
pub use engine::{CheckLimits, Engine, EngineConfig};
pub use error::{Clash, Error, FileProblem, NobodyReady, Problem};
pub use events::{EVENTS_VERSION, Event, EventBatch, WindowEnd};
pub use health::{BatchOutcome, CheckOutcome, CheckResult, CheckSelection};
pub use jobs::{JobId, JobKind, JobState, JobView, PauseReason};
pub use logins::{
    AskedForm, Callback, CallbackOutcome, LoginPhase, LoginProblem, LoginProblemKind, LoginResult, LoginStatus,
    LoginView, LoginWindow, OtherPerson, Scanner, StartLogin,
};
pub use metrics::{AccountFigures, CheckFigures, Metrics};
pub use operations::{Consent, Operated};
pub use pools::{Card, Explanation, MemberPage, MemberView, NewPool, PoolPatch, PoolView, Selected};
pub use ports::{
    AlwaysOnline, Browser, BrowserError, Clipboard, ClipboardError, Clock, DiedAccount, FileDialogError, FileDialogs,
    FilePurpose, Keychain, KeychainError, Network, NoBrowser, NoClipboard, NoFileDialogs, NoKeychain, NoWindows,
    Notice, Notifier, OpenWindow, PlatformWindow, Ports, SECRET_ON_CLIPBOARD, Silent, SystemClock, WindowError,
    WindowEvent, WindowOrder, WindowPurpose, Windows,
};
pub use preferences::{CAN_HIDE_FROM_CAPTURE, Language, LogLevel, OnClose, Preferences, Theme};
pub use proxies::{ProxyFace, ProxyTest};
pub use roster_vault::{Hindrance, KdfParams, SetAside, SnapshotId, SnapshotReason};
pub use settings::{HEALTH_INTERVAL_FLOOR_MINUTES, ListDensity, Settings};
pub use snapshots::{Restored, SNAPSHOTS_KEPT, SnapshotItem, SnapshotPreview, SnapshotView};
pub use transfer::{
    ErasedView, ExportedView, ImportId, ImportItem, ImportReason, ImportSource, ImportView, ImportWhat, ImportedView,
};
pub use trash::{StaysInTrash, TrashId, TrashItem, TrashKind, TrashRestored};
pub use undo::{UndoId, UndoItem, UndoWhat, Undone};
pub use vault_session::{
    LockReason, Need, RecoveryKit, RotationView, Security, SlotKind, SlotView, UnlockReport, VaultPhase, VaultProblem,
    VaultState,
};

/// What the API needs of the contract with platforms; it knows that crate through this one only.
pub use roster_platform::{
    Adapter, Audience, Capabilities, Choice, Descriptor, Error as PlatformError, ErrorKind as PlatformErrorKind, Field,
    FieldKind, Filled, Form, FormProblem, InputProblem, LoginMethod, MemoryFigures, Operation, OperationInput, Retry,
    Risk, Site, Text,
};
