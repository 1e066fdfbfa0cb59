//! What there is to log in to, and how the app is.

use serde::Serialize;
use utoipa::ToSchema;

use super::{vault::VaultPhase, words::words};

/// The platforms.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlatformListView {
    /// The platforms, in the order a page shows them.
    pub platforms: Vec<PlatformView>,
}

/// A platform.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlatformView {
    /// Its id.
    pub id: String,
    /// Its name in Chinese.
    pub name_zh: String,
    /// Its name in English.
    pub name_en: String,
    /// Where a person would open it.
    pub home_url: String,
    /// The domain that pasted cookies belong to.
    pub cookie_domain: String,
    /// The cookies without which there is no session.
    pub required_cookies: Vec<String>,
    /// The ways to log in, best first.
    pub login_methods: Vec<LoginMethod>,
    /// What can be done beyond logging in and checking.
    pub capabilities: CapabilitiesView,
    /// The app that scans its code.
    #[schema(required = true)]
    pub scanning_app: Option<ScanningAppView>,
    /// Where it runs, when there are several places; the first is the usual one.
    pub sites: Vec<SiteView>,
    /// Whether an account may be at a place of the owner's own as well.
    pub any_site: bool,
    /// How often a check makes sense, in minutes.
    pub check_every_minutes: u64,
    /// The shortest interval an owner may choose, in minutes.
    pub check_at_least_every_minutes: u64,
}

words! {
    /// A way to log in to a platform.
    LoginMethod mirrors roster_engine::LoginMethod {
        /// A code that the person scans with the platform's app.
        Qr,
        /// The platform's own page in a window.
        Window,
        /// Cookies pasted by the person.
        Cookies,
        /// A token pasted by the person.
        Token,
        /// A name and a password, perhaps with a second factor.
        Password,
    }
}

/// What can be done beyond logging in and checking.
#[derive(Debug, Serialize, ToSchema)]
pub struct CapabilitiesView {
    /// The session can be renewed.
    pub renew: bool,
    /// The creator's numbers can be read.
    pub numbers: bool,
    /// The session can be ended at the platform.
    pub logout: bool,
    /// What may still be used can be read.
    pub quotas: bool,
    /// There are operations beyond these.
    pub operations: bool,
    /// An account can be opened, logged in, in a window.
    pub open: bool,
}

/// One of several places where the same service runs.
#[derive(Debug, Serialize, ToSchema)]
pub struct SiteView {
    /// Its origin.
    pub origin: String,
    /// What it is called in Chinese.
    pub name_zh: String,
    /// What it is called in English.
    pub name_en: String,
}

/// An app, in two languages.
#[derive(Debug, Serialize, ToSchema)]
pub struct ScanningAppView {
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

/// How the app is. Answered while the vault is locked, too.
#[derive(Debug, Serialize, ToSchema)]
pub struct StatusView {
    /// The program's version.
    pub version: String,
    /// Whether the vault can be used.
    pub vault: VaultPhase,
    /// How many platforms there are.
    pub platforms: u64,
}
