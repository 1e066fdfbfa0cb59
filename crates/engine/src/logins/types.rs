//! What goes into and comes out of the login operations.

use jiff::Timestamp;
use roster_domain::{AccountId, AccountStatus, LoginId, PlatformId, Reason, Secret};
use roster_platform::{Form, FormProblem, LoginMethod};
use serde::Serialize;

/// A login to start.
#[derive(Debug, Clone)]
pub struct StartLogin {
    /// Where.
    pub platform: PlatformId,
    /// How.
    pub method: LoginMethod,
    /// The account whose session is to be renewed; a new account (or the one the person has already) when `None`.
    pub account: Option<AccountId>,
    /// Which of the platform's sites, by its origin, for methods whose form does not ask; the account's own or the usual
    /// one when `None`.
    pub site: Option<String>,
}

/// Where a login stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LoginPhase {
    /// Asking the platform for a code.
    Loading,
    /// A form is there to be filled in.
    NeedsInput,
    /// The code is there to be scanned.
    Waiting,
    /// Scanned; the person has to confirm on the phone.
    Scanned,
    /// What was filled in is being tried, or what was confirmed is stored and it is being asked who it is.
    Verifying,
    /// Done.
    Done,
    /// The code's time is over. A new one is being made, unless `refreshes` has reached its limit: then it waits
    /// for a refresh by hand.
    Expired,
    /// The person or the platform refused.
    Refused,
    /// Somebody else than the account's person confirmed. Nothing was overwritten; `accept_new` keeps the session
    /// as an account of its own.
    WrongPerson,
    /// It cannot go on.
    Failed,
}

impl LoginPhase {
    /// Whether nothing more happens by itself.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Done | Self::Refused | Self::WrongPerson | Self::Failed)
    }
}

/// Who scanned, where the platform says so before the confirmation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Scanner {
    /// The nickname.
    pub name: Option<String>,
    /// The picture's address.
    pub avatar_url: Option<String>,
}

/// What a login led to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LoginResult {
    /// The account.
    pub account_id: AccountId,
    /// Its name.
    pub account_name: String,
    /// Whether it was made by this login.
    pub created: bool,
    /// The person's picture.
    pub avatar_url: Option<String>,
    /// Where the account stands: `pending` when the platform could not be asked yet.
    pub status: AccountStatus,
}

/// Whose session it is instead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OtherPerson {
    /// The platform's user id.
    pub user_id: String,
    /// The nickname, where known.
    pub name: Option<String>,
    /// The account this person has here already.
    pub account_id: Option<AccountId>,
}

/// What is in the way of a login.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LoginProblemKind {
    /// The platform cannot be reached; asked again by itself.
    Network,
    /// Too many requests; asked again by itself.
    RateLimited,
    /// The platform has a fault; asked again by itself.
    Server,
    /// Risk control or a captcha: the platform's own page has to take over.
    RiskControl,
    /// The person refused on the phone.
    RefusedByPerson,
    /// Confirmed, but no session arrived.
    NoSession,
    /// The platform refused.
    RefusedByPlatform,
    /// An answer that nobody here understands.
    Protocol,
    /// The platform's adapter has no such login.
    Unsupported,
    /// The session could not be stored.
    Storage,
    /// The code was renewed as often as a login may without the owner.
    Stopped,
    /// The person closed the window before anybody was logged in there.
    WindowClosed,
    /// No window could be opened.
    NoWindow,
}

/// What is in the way, and until when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LoginProblem {
    /// What.
    pub kind: LoginProblemKind,
    /// Why, in the closed list that the UI has words for.
    pub reason: Reason,
    /// When it is tried again, where it is.
    pub retry_in_s: Option<u64>,
}

/// The window of a login by window.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct LoginWindow {
    /// Whether it is there.
    pub open: bool,
    /// The host of the page that it shows.
    pub host: Option<String>,
    /// Whether that page came over TLS.
    pub secure: bool,
    /// Whether its cookies may be those of a person who is logged in; only the platform can say.
    pub candidate: bool,
}

/// What the person has to fill in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedForm {
    /// The fields.
    pub form: Form,
    /// Why again, when what was filled in before was refused.
    pub problem: Option<FormProblem>,
}

/// One login as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginView {
    /// Its id.
    pub session_id: LoginId,
    /// Where.
    pub platform: PlatformId,
    /// The account whose session is to be renewed.
    pub account_id: Option<AccountId>,
    /// How.
    pub method: LoginMethod,
    /// Where it stands.
    pub phase: LoginPhase,
    /// What is to be filled in, in phase `needs_input`.
    pub form: Option<AskedForm>,
    /// What the code says. It lets whoever scans it log in **to this app**, so it is no secret of the person.
    pub qrcode_text: Option<String>,
    /// The code as a `data:image/png;base64,…` picture with its quiet zone.
    pub qrcode_image: Option<String>,
    /// When the platform stops accepting the code.
    pub expires_at: Option<Timestamp>,
    /// The same in seconds from now.
    pub expires_in: Option<u64>,
    /// Who scanned.
    pub scanned_by: Option<Scanner>,
    /// What it led to.
    pub result: Option<LoginResult>,
    /// Whose session it is instead.
    pub other_person: Option<OtherPerson>,
    /// What is in the way. With a phase that is not final this is a hint: the login goes on by itself.
    pub error: Option<LoginProblem>,
    /// Its window, for a login by window.
    pub window: Option<LoginWindow>,
    /// How many times the code was renewed by itself.
    pub refreshes: u32,
    /// When it began.
    pub started_at: Timestamp,
}

impl LoginView {
    /// A login that has just begun.
    pub(super) fn new(session_id: LoginId, platform: PlatformId, method: LoginMethod, started_at: Timestamp) -> Self {
        Self {
            session_id,
            platform,
            account_id: None,
            method,
            phase: LoginPhase::Loading,
            form: None,
            qrcode_text: None,
            qrcode_image: None,
            expires_at: None,
            expires_in: None,
            scanned_by: None,
            result: None,
            other_person: None,
            error: None,
            window: None,
            refreshes: 0,
            started_at,
        }
    }
}

/// What is known about being logged in to a platform (contract, 1.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginStatus {
    /// Whether some account there is active.
    pub is_logged_in: bool,
    /// Where.
    pub platform: PlatformId,
    /// The account that this speaks of: an active one, else the most recently checked.
    pub account_id: Option<AccountId>,
    /// Its name.
    pub account_name: Option<String>,
    /// Its last check.
    pub last_check: Option<Timestamp>,
    /// Its status; `None` when there is no account there.
    pub status: Option<AccountStatus>,
}

/// Cookies that some login outside brought (contract, 1.3).
#[derive(Debug, Clone)]
pub struct Callback {
    /// Where.
    pub platform: PlatformId,
    /// The login that it ends, if it is still known.
    pub session_id: Option<String>,
    /// A `Cookie` header.
    pub cookie_data: Secret<String>,
    /// The owner's name for the account.
    pub account_name: Option<String>,
    /// Which user of the owner's own system it belongs to.
    pub user_id: Option<String>,
}

/// What a callback led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallbackOutcome {
    /// The account.
    pub account_id: AccountId,
    /// Where.
    pub platform: PlatformId,
    /// Its name.
    pub account_name: String,
    /// Where it stands.
    pub status: AccountStatus,
    /// Whether it was made by this callback.
    pub created: bool,
}
