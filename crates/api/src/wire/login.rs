//! Logins.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    login_form::LoginFormView,
    platform::LoginMethod,
    words::{AccountStatus, Reason, words},
};
use crate::SecretText;

/// Which platform is meant.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PlatformQuery {
    /// The platform's id.
    #[param(example = "xiaohongshu", min_length = 2, max_length = 32, pattern = "^[a-z0-9-]{2,32}$")]
    pub platform: String,
}

/// Whether anybody is logged in at a platform.
#[derive(Debug, Serialize, ToSchema)]
pub struct LoginStatusView {
    /// Whether at least one account there is active.
    pub is_logged_in: bool,
    /// The platform's id.
    pub platform: String,
    /// The account that this speaks of: an active one, else the one checked last.
    #[schema(required = true)]
    pub account_id: Option<String>,
    /// Its name.
    #[schema(required = true)]
    pub account_name: Option<String>,
    /// When it was last checked.
    #[schema(required = true)]
    pub last_check: Option<Timestamp>,
    /// How it is.
    pub status: LoginHealth,
    /// One sentence.
    pub message: String,
}

/// How the account at a platform is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LoginHealth {
    /// Active.
    Healthy,
    /// Not verified yet.
    Pending,
    /// Restricted or set aside.
    Inactive,
    /// The session has ended.
    Expired,
    /// There is no account.
    NotLoggedIn,
}

/// A code to scan.
#[derive(Debug, Serialize, ToSchema)]
pub struct LoginQrView {
    /// The platform's id.
    pub platform: String,
    /// What the code says: the address that the platform's app opens.
    pub qrcode_url: String,
    /// The picture, as `data:image/png;base64,…`.
    pub qrcode_image: String,
    /// For how many seconds the platform accepts it.
    pub expires_in: u64,
    /// To ask about this login later.
    pub session_id: String,
    /// One sentence.
    pub message: String,
}

/// Hands in the session of a login that happened elsewhere.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LoginCallbackRequest {
    /// The platform's id.
    #[schema(example = "xiaohongshu", min_length = 2, max_length = 32, pattern = "^[a-z0-9-]{2,32}$")]
    pub platform: String,
    /// The login that this ends.
    #[schema(max_length = 64)]
    pub session_id: Option<String>,
    /// The cookies, as a `Cookie` header.
    #[schema(value_type = String, min_length = 1, example = "a1=xxx; a2=yyy")]
    pub cookie_data: SecretText,
    /// The owner's name for the account.
    #[schema(max_length = 200)]
    pub account_name: Option<String>,
    /// Which user of the owner's own system it belongs to.
    #[schema(max_length = 200)]
    pub user_id: Option<String>,
}

/// What came of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct LoginCallbackView {
    /// The public id.
    pub account_id: String,
    /// The platform's id.
    pub platform: String,
    /// Its name.
    pub account_name: String,
    /// `pending` until the first check.
    pub status: AccountStatus,
    /// One sentence.
    pub message: String,
}

/// Starts a login.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StartLoginRequest {
    /// The platform's id.
    #[schema(min_length = 2, max_length = 32, pattern = "^[a-z0-9-]{2,32}$")]
    pub platform: String,
    /// How; `qr` unless said.
    pub method: Option<LoginMethod>,
    /// Log in again to this account, instead of adding one.
    pub account_id: Option<String>,
    /// Which of the platform's sites, by its origin, where no form asks for it.
    #[schema(max_length = 300, example = "https://ai.example.com")]
    pub site: Option<String>,
}

words! {
    /// Where a login stands.
    LoginPhase mirrors roster_engine::LoginPhase {
        /// The code is on its way.
        Loading,
        /// A form is there to be filled in.
        NeedsInput,
        /// The code can be scanned.
        Waiting,
        /// Scanned; the person has to confirm on the phone.
        Scanned,
        /// What was filled in is being tried, or the session is stored and the platform is being asked who it is.
        Verifying,
        /// The account is there.
        Done,
        /// The code's time is over. A new one is being made, or waits for a refresh by hand.
        Expired,
        /// The person or the platform refused.
        Refused,
        /// Somebody else than the account's owner scanned; nothing was overwritten.
        WrongPerson,
        /// It ended for another reason.
        Failed,
    }
}

/// One login under way.
#[derive(Debug, Serialize, ToSchema)]
pub struct LoginView {
    /// Its id.
    pub session_id: String,
    /// The platform's id.
    pub platform: String,
    /// The account it logs in to again.
    #[schema(required = true)]
    pub account_id: Option<String>,
    /// How.
    pub method: LoginMethod,
    /// Where it stands.
    pub phase: LoginPhase,
    /// What is to be filled in, in phase `needs_input`.
    #[schema(required = true)]
    pub form: Option<LoginFormView>,
    /// What the code says.
    #[schema(required = true)]
    pub qrcode_text: Option<String>,
    /// The picture, as `data:image/png;base64,…`.
    #[schema(required = true)]
    pub qrcode_image: Option<String>,
    /// When the platform stops accepting the code.
    #[schema(required = true)]
    pub expires_at: Option<Timestamp>,
    /// The seconds until then.
    #[schema(required = true)]
    pub expires_in: Option<u64>,
    /// Who scanned, where the platform says so.
    #[schema(required = true)]
    pub scanned_by: Option<ScannedByView>,
    /// The account, once done.
    #[schema(required = true)]
    pub result: Option<LoginResultView>,
    /// Who scanned instead of the account's owner.
    #[schema(required = true)]
    pub other_person: Option<OtherPersonView>,
    /// What is in the way. While the phase is not a final one this is a hint: the login goes on by itself.
    #[schema(required = true)]
    pub error: Option<LoginErrorView>,
    /// Its window, for a login by window.
    #[schema(required = true)]
    pub window: Option<LoginWindowView>,
    /// How often the code was made anew by itself.
    pub refreshes: u32,
    /// When it began.
    pub started_at: Timestamp,
}

/// The window of a login by window.
#[derive(Debug, Serialize, ToSchema)]
pub struct LoginWindowView {
    /// Whether it is there.
    pub open: bool,
    /// The host of the page that it shows.
    #[schema(required = true)]
    pub host: Option<String>,
    /// Whether that page came over TLS.
    pub secure: bool,
    /// Whether its cookies may be those of a person who is logged in; only the platform can say.
    pub candidate: bool,
}

/// Who scanned.
#[derive(Debug, Serialize, ToSchema)]
pub struct ScannedByView {
    /// The nickname.
    #[schema(required = true)]
    pub name: Option<String>,
    /// The picture's address.
    #[schema(required = true)]
    pub avatar_url: Option<String>,
}

/// The account a login led to.
#[derive(Debug, Serialize, ToSchema)]
pub struct LoginResultView {
    /// The public id.
    pub account_id: String,
    /// Its name.
    pub account_name: String,
    /// Whether it is new.
    pub created: bool,
    /// Where it stands: `pending` when the platform could not be asked yet.
    pub status: AccountStatus,
    /// The picture's address.
    #[schema(required = true)]
    pub avatar_url: Option<String>,
}

/// Somebody else.
#[derive(Debug, Serialize, ToSchema)]
pub struct OtherPersonView {
    /// The platform's own stable user id.
    pub user_id: String,
    /// The nickname.
    #[schema(required = true)]
    pub name: Option<String>,
    /// The account this person has here already.
    #[schema(required = true)]
    pub account_id: Option<String>,
}

/// What is in the way of a login.
#[derive(Debug, Serialize, ToSchema)]
pub struct LoginErrorView {
    /// What.
    pub code: LoginProblem,
    /// Why.
    pub reason: Reason,
    /// Seconds until the next try.
    #[schema(required = true)]
    pub retry_in_s: Option<u64>,
}

words! {
    /// What is in the way of a login.
    LoginProblem mirrors roster_engine::LoginProblemKind {
        /// The platform cannot be reached; asked again by itself.
        Network,
        /// Too many requests; asked again by itself.
        RateLimited,
        /// The platform has a fault; asked again by itself.
        Server,
        /// Risk control or a captcha.
        RiskControl,
        /// The person refused on the phone.
        RefusedByPerson,
        /// Confirmed, but no session arrived.
        NoSession,
        /// The platform refused.
        RefusedByPlatform,
        /// An answer that nobody here understands.
        Protocol,
        /// The platform has no such login.
        Unsupported,
        /// The session could not be stored.
        Storage,
        /// The code was made anew as often as a login may without the owner.
        Stopped,
        /// The person closed the window before anybody was logged in there.
        WindowClosed,
        /// No window could be opened.
        NoWindow,
    }
}

/// Logins under way.
#[derive(Debug, Serialize, ToSchema)]
pub struct LoginListView {
    /// The logins, oldest first; those that ended are there for another 10 minutes.
    pub logins: Vec<LoginView>,
}

/// One login's state, for scripts.
#[derive(Debug, Serialize, ToSchema)]
pub struct LoginSessionView {
    /// Its id.
    pub session_id: String,
    /// The platform's id.
    pub platform: String,
    /// Where it stands.
    pub state: LoginState,
    /// The account, once confirmed.
    #[schema(required = true)]
    pub account_id: Option<String>,
    /// For how many seconds the platform accepts the code.
    #[schema(required = true)]
    pub expires_in: Option<u64>,
    /// What the code says now; it changes when an expired code was made anew.
    #[schema(required = true)]
    pub qrcode_url: Option<String>,
    /// One sentence.
    pub message: String,
}

/// Where a login stands, in the words that scripts poll for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LoginState {
    /// The code can be scanned.
    Waiting,
    /// Scanned; to be confirmed on the phone.
    Scanned,
    /// The session is stored.
    Confirmed,
    /// The code has expired.
    Expired,
    /// Refused on the phone.
    Refused,
    /// It ended for another reason.
    Failed,
}

/// A login was called off.
#[derive(Debug, Serialize, ToSchema)]
pub struct LoginGoneView {
    /// Its id.
    pub session_id: String,
    /// One sentence.
    pub message: String,
}
