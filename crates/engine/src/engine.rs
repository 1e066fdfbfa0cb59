//! The facade: what the API and the shell call.

use std::{path::PathBuf, sync::Arc};

use roster_domain::{AccountId, HealthRecord, LoginId, Numbers, PlatformId, PoolId, Secret};
use roster_platform::{Adapter, Descriptor, HttpFactory};
use tokio::sync::broadcast;

use crate::*;

/// How many questions go out at once when many accounts are checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CheckLimits {
    /// To one platform.
    pub per_platform: usize,
    /// To all together.
    pub global: usize,
}

impl Default for CheckLimits {
    fn default() -> Self {
        Self { per_platform: 5, global: 64 }
    }
}

/// What an engine is made of.
#[derive(Debug, Clone)]
pub struct EngineConfig {
    /// Where the vault and the preferences lie. Made when it is not there.
    pub data_dir: PathBuf,
    /// The platforms.
    pub adapters: Vec<Arc<dyn Adapter>>,
    /// Where clients come from.
    pub http: HttpFactory,
    /// The host.
    pub ports: Ports,
    /// How hard a new vault's password is to guess.
    pub kdf: KdfParams,
    /// How many questions go out at once.
    pub limits: CheckLimits,
}

/// The engine. Clones are the same engine.
#[derive(Debug, Clone)]
pub struct Engine {
    config: Arc<EngineConfig>,
}

#[allow(unused_variables, clippy::unused_async, reason = "the bodies move into the nouns' folders, verb by verb")]
impl Engine {
    /// An engine over the data in a folder. Opens nothing yet. Call it inside a tokio runtime.
    pub fn new(config: EngineConfig) -> Self {
        Self { config: Arc::new(config) }
    }

    /// What happens, in batches. A receiver that is too slow loses the oldest batches and should read anew.
    pub fn events(&self) -> broadcast::Receiver<EventBatch> {
        broadcast::channel(1).1
    }

    /// The platforms that have an adapter.
    pub fn platforms(&self) -> Vec<&Descriptor> {
        self.config.adapters.iter().map(|adapter| adapter.descriptor()).collect()
    }

    /// A platform's id out of text.
    ///
    /// # Errors
    /// [`Error::UnknownPlatform`]
    pub fn platform_id(&self, text: &str) -> Result<PlatformId, Error> {
        let id = text.parse::<PlatformId>().ok();
        let known = id.filter(|id| self.platforms().iter().any(|descriptor| descriptor.id == *id));
        known.ok_or_else(|| Error::UnknownPlatform { platform: text.chars().take(64).collect() })
    }

    // The vault.

    /// Where the vault stands.
    pub fn vault_state(&self) -> VaultState {
        VaultState { phase: VaultPhase::Absent, problem: None, wait: std::time::Duration::ZERO, notice: None }
    }

    /// Makes the vault and opens it. The password must have at least 8 characters.
    ///
    /// # Errors
    /// [`Error::VaultExists`], [`Error::InvalidRequest`] for the password, [`Error::VaultBusy`], [`Error::Storage`].
    pub async fn create_vault(&self, password: Secret<String>) -> Result<(), Error> {
        Err(Error::VaultBusy)
    }

    /// Opens the vault.
    ///
    /// # Errors
    /// [`Error::VaultAbsent`], [`Error::WrongPassword`], [`Error::UnlockTooSoon`], [`Error::AlreadyOpen`],
    /// [`Error::VaultDamaged`], [`Error::VaultNewer`], [`Error::VaultBusy`], [`Error::Storage`].
    pub async fn unlock(&self, password: Secret<String>) -> Result<UnlockReport, Error> {
        Err(Error::VaultBusy)
    }

    /// Locks: jobs and logins end, all state goes, the vault closes. Locking a locked vault does nothing.
    ///
    /// # Errors
    /// [`Error::VaultBusy`], [`Error::Storage`] when the last changes could not be written.
    pub async fn lock(&self) -> Result<(), Error> {
        Err(Error::VaultBusy)
    }

    /// The owner is there: the time until the automatic lock starts anew.
    pub fn touch(&self) {}

    /// The end: locks and stops everything.
    ///
    /// # Errors
    /// [`Error::Storage`] when the last changes could not be written.
    pub async fn shutdown(&self) -> Result<(), Error> {
        Ok(())
    }

    // Preferences and settings.

    /// The preferences; also while locked.
    pub fn preferences(&self) -> Preferences {
        Preferences::default()
    }

    /// Replaces the preferences.
    ///
    /// # Errors
    /// [`Error::Storage`]
    pub async fn update_preferences(&self, preferences: Preferences) -> Result<Preferences, Error> {
        Err(Error::VaultLocked)
    }

    /// The settings.
    ///
    /// # Errors
    /// [`Error::VaultLocked`], [`Error::VaultAbsent`], [`Error::VaultBusy`]
    pub fn settings(&self) -> Result<Settings, Error> {
        Err(Error::VaultLocked)
    }

    /// Replaces the settings.
    ///
    /// # Errors
    /// As [`Engine::settings`]; [`Error::InvalidRequest`], [`Error::Storage`].
    pub async fn update_settings(&self, settings: Settings) -> Result<Settings, Error> {
        Err(Error::VaultLocked)
    }

    // Accounts. All of them answer `VaultLocked`, `VaultAbsent` or `VaultBusy` unless the vault is open.

    /// Makes an account out of pasted cookies. It is pending; a check starts at once.
    ///
    /// # Errors
    /// [`Error::UnknownPlatform`], [`Error::InvalidRequest`], [`Error::Storage`]
    pub async fn create_account(&self, new: NewAccount) -> Result<AccountView, Error> {
        Err(Error::VaultLocked)
    }

    /// One page of accounts.
    ///
    /// # Errors
    /// [`Error::InvalidRequest`] for `limit`; [`Error::PoolNotFound`] for a pool that is not there.
    pub fn list_accounts(&self, query: &AccountQuery) -> Result<AccountPage, Error> {
        Err(Error::VaultLocked)
    }

    /// One account.
    ///
    /// # Errors
    /// [`Error::AccountNotFound`]
    pub fn account(&self, account: &AccountRef) -> Result<AccountView, Error> {
        Err(Error::VaultLocked)
    }

    /// Changes an account.
    ///
    /// # Errors
    /// [`Error::AccountNotFound`], [`Error::InvalidRequest`], [`Error::Storage`]
    pub async fn update_account(&self, account: &AccountRef, patch: AccountPatch) -> Result<AccountView, Error> {
        Err(Error::VaultLocked)
    }

    /// Deletes an account: out of all pools, its credential erased. Its number is never given again.
    ///
    /// # Errors
    /// [`Error::AccountNotFound`], [`Error::Storage`]
    pub async fn delete_account(&self, account: &AccountRef) -> Result<(), Error> {
        Err(Error::VaultLocked)
    }

    /// Deletes many; answers those that were there.
    ///
    /// # Errors
    /// [`Error::Storage`]
    pub async fn delete_accounts(&self, accounts: &[AccountId]) -> Result<Vec<AccountId>, Error> {
        Err(Error::VaultLocked)
    }

    /// How an account was used.
    ///
    /// # Errors
    /// [`Error::AccountNotFound`], [`Error::Storage`]
    pub async fn account_stats(&self, account: &AccountRef) -> Result<AccountStats, Error> {
        Err(Error::VaultLocked)
    }

    /// Takes note of one use.
    ///
    /// # Errors
    /// [`Error::AccountNotFound`], [`Error::InvalidRequest`], [`Error::Storage`]
    pub async fn report_usage(&self, account: &AccountRef, report: UsageReport) -> Result<AccountStats, Error> {
        Err(Error::VaultLocked)
    }

    /// The last checks, newest first, at most 50.
    ///
    /// # Errors
    /// [`Error::AccountNotFound`], [`Error::Storage`]
    pub async fn health_history(&self, account: &AccountRef) -> Result<Vec<HealthRecord>, Error> {
        Err(Error::VaultLocked)
    }

    /// The session's cookies with masked values.
    ///
    /// # Errors
    /// [`Error::AccountNotFound`], [`Error::Storage`]
    pub async fn masked_cookies(&self, account: &AccountRef) -> Result<Vec<MaskedCookie>, Error> {
        Err(Error::VaultLocked)
    }

    /// The creator's numbers: those kept if they are younger than 10 minutes, else asked for.
    ///
    /// # Errors
    /// [`Error::AccountNotFound`], [`Error::Unsupported`], [`Error::Platform`], [`Error::Storage`]
    pub async fn numbers(&self, account: &AccountRef) -> Result<Numbers, Error> {
        Err(Error::VaultLocked)
    }

    // Logins.

    /// Starts a login; answers at once, in phase `loading`.
    ///
    /// # Errors
    /// [`Error::UnknownPlatform`], [`Error::Unsupported`], [`Error::AccountNotFound`],
    /// [`Error::InvalidRequest`] for an account of another platform.
    pub async fn start_login(&self, start: StartLogin) -> Result<LoginView, Error> {
        Err(Error::VaultLocked)
    }

    /// Starts a login by code and waits for the code (contract, 1.2).
    ///
    /// # Errors
    /// As [`Engine::start_login`]; [`Error::Platform`] when no code came within 20 s.
    pub async fn login_qrcode(&self, platform: &PlatformId) -> Result<LoginView, Error> {
        Err(Error::VaultLocked)
    }

    /// One login.
    ///
    /// # Errors
    /// [`Error::LoginNotFound`]
    pub fn login(&self, login: &LoginId) -> Result<LoginView, Error> {
        Err(Error::VaultLocked)
    }

    /// All logins under way, and those that ended within the last 10 minutes; oldest first.
    ///
    /// # Errors
    /// Only those of a vault that is not open.
    pub fn logins(&self) -> Result<Vec<LoginView>, Error> {
        Err(Error::VaultLocked)
    }

    /// Makes a new code now.
    ///
    /// # Errors
    /// [`Error::LoginNotFound`], [`Error::Conflict`] when the login is past it.
    pub async fn refresh_login(&self, login: &LoginId) -> Result<LoginView, Error> {
        Err(Error::VaultLocked)
    }

    /// Ends a login and forgets it; a session of another person that it held is discarded.
    ///
    /// # Errors
    /// [`Error::LoginNotFound`], [`Error::Storage`]
    pub async fn cancel_login(&self, login: &LoginId) -> Result<(), Error> {
        Err(Error::VaultLocked)
    }

    /// Keeps the other person's session of a login in phase `wrong_person`: as the account that person has here, or
    /// as a new one.
    ///
    /// # Errors
    /// [`Error::LoginNotFound`], [`Error::Conflict`] in any other phase, [`Error::Storage`]
    pub async fn accept_new(&self, login: &LoginId) -> Result<LoginView, Error> {
        Err(Error::VaultLocked)
    }

    /// Whether somebody is logged in to a platform (contract, 1.1).
    ///
    /// # Errors
    /// Only those of a vault that is not open.
    pub fn login_status(&self, platform: &PlatformId) -> Result<LoginStatus, Error> {
        Err(Error::VaultLocked)
    }

    /// Takes cookies that a login outside brought (contract, 1.3). An unknown `session_id` is no error.
    ///
    /// # Errors
    /// As [`Engine::create_account`]; for a login into an existing account also [`Error::IdentityMismatch`] and
    /// [`Error::Platform`], and then nothing was stored.
    pub async fn login_callback(&self, callback: Callback) -> Result<CallbackOutcome, Error> {
        Err(Error::VaultLocked)
    }

    // Health.

    /// Checks one account and waits for the answer. A fault on the way is an outcome, not an error.
    ///
    /// # Errors
    /// [`Error::AccountNotFound`], [`Error::Storage`]
    pub async fn check_account(&self, account: &AccountRef) -> Result<CheckOutcome, Error> {
        Err(Error::VaultLocked)
    }

    /// Checks many and waits for all (contract, 2.8).
    ///
    /// # Errors
    /// [`Error::AccountNotFound`] when an account was named that is not there; [`Error::Storage`]
    pub async fn check_accounts(&self, selection: CheckSelection) -> Result<BatchOutcome, Error> {
        Err(Error::VaultLocked)
    }

    /// Checks many in the background; `job_changed` events tell how far it is.
    ///
    /// # Errors
    /// As [`Engine::check_accounts`].
    pub async fn start_check(&self, selection: CheckSelection) -> Result<JobView, Error> {
        Err(Error::VaultLocked)
    }

    /// Renews an account's session; answers whether the platform saw a need.
    ///
    /// # Errors
    /// [`Error::AccountNotFound`], [`Error::Unsupported`], [`Error::Platform`], [`Error::Storage`]
    pub async fn renew_account(&self, account: &AccountRef) -> Result<bool, Error> {
        Err(Error::VaultLocked)
    }

    /// Ends an account's session at the platform and erases it here. The account stays, expired.
    ///
    /// # Errors
    /// [`Error::AccountNotFound`], [`Error::Unsupported`], [`Error::Platform`], [`Error::Storage`]
    pub async fn logout_account(&self, account: &AccountRef) -> Result<AccountView, Error> {
        Err(Error::VaultLocked)
    }

    // Jobs.

    /// All jobs: those that run by themselves and those somebody started, the ended ones for 10 minutes.
    pub fn jobs(&self) -> Vec<JobView> {
        Vec::new()
    }

    /// One job.
    ///
    /// # Errors
    /// [`Error::JobNotFound`]
    pub fn job(&self, job: &JobId) -> Result<JobView, Error> {
        Err(Error::JobNotFound { id: job.to_string() })
    }

    /// Cancels a job that somebody started and waits until it is over; a periodic one only ends its present run.
    ///
    /// # Errors
    /// [`Error::JobNotFound`]
    pub async fn cancel_job(&self, job: &JobId) -> Result<JobView, Error> {
        Err(Error::JobNotFound { id: job.to_string() })
    }

    /// Holds periodic checks back, or lets them go on; kept over restarts.
    ///
    /// # Errors
    /// [`Error::Storage`]
    pub async fn pause_checks(&self, paused: bool) -> Result<(), Error> {
        Err(Error::VaultLocked)
    }

    // Pools.

    /// Makes a pool.
    ///
    /// # Errors
    /// [`Error::UnknownPlatform`], [`Error::InvalidRequest`], [`Error::Storage`]
    pub async fn create_pool(&self, new: NewPool) -> Result<PoolView, Error> {
        Err(Error::VaultLocked)
    }

    /// All pools, or those of one platform; in the order they came.
    ///
    /// # Errors
    /// Only those of a vault that is not open.
    pub fn pools(&self, platform: Option<&PlatformId>) -> Result<Vec<PoolView>, Error> {
        Err(Error::VaultLocked)
    }

    /// A pool's id out of what stands in a path: its public id or its number.
    ///
    /// # Errors
    /// [`Error::PoolNotFound`]
    pub fn pool_id(&self, text: &str) -> Result<PoolId, Error> {
        Err(Error::VaultLocked)
    }

    /// One pool.
    ///
    /// # Errors
    /// [`Error::PoolNotFound`]
    pub fn pool(&self, pool: &PoolId) -> Result<PoolView, Error> {
        Err(Error::VaultLocked)
    }

    /// Changes a pool.
    ///
    /// # Errors
    /// [`Error::PoolNotFound`], [`Error::InvalidRequest`], [`Error::Storage`]
    pub async fn update_pool(&self, pool: &PoolId, patch: PoolPatch) -> Result<PoolView, Error> {
        Err(Error::VaultLocked)
    }

    /// Deletes a pool; its accounts stay.
    ///
    /// # Errors
    /// [`Error::PoolNotFound`], [`Error::Storage`]
    pub async fn delete_pool(&self, pool: &PoolId) -> Result<(), Error> {
        Err(Error::VaultLocked)
    }

    /// Adds an account to a pool, or changes its priority there.
    ///
    /// # Errors
    /// [`Error::PoolNotFound`], [`Error::AccountNotFound`], [`Error::PoolFull`], [`Error::InvalidRequest`] for an
    /// account of another platform or a priority outside 1 to 10, [`Error::Storage`]
    pub async fn add_member(
        &self,
        pool: &PoolId,
        account: &AccountRef,
        priority: Option<u8>,
    ) -> Result<MemberView, Error> {
        Err(Error::VaultLocked)
    }

    /// Takes an account out of a pool.
    ///
    /// # Errors
    /// [`Error::PoolNotFound`], [`Error::AccountNotFound`], [`Error::NotAMember`], [`Error::Storage`]
    pub async fn remove_member(&self, pool: &PoolId, account: &AccountRef) -> Result<(), Error> {
        Err(Error::VaultLocked)
    }

    /// Some of a pool's members, in the order they came.
    ///
    /// # Errors
    /// [`Error::PoolNotFound`], [`Error::InvalidRequest`] for a limit outside 1 to 500
    pub fn members(&self, pool: &PoolId, limit: u32, offset: u32) -> Result<MemberPage, Error> {
        Err(Error::VaultLocked)
    }

    /// Chooses an account by the pool's strategy and counts the use.
    ///
    /// # Errors
    /// [`Error::PoolNotFound`], [`Error::NoAvailableAccount`]
    pub fn select(&self, pool: &PoolId, explain: bool) -> Result<Selected, Error> {
        Err(Error::VaultLocked)
    }
}
