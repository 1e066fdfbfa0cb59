//! What may still be used of what runs out.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::words::{AccountStatus, words};

words! {
    /// What a quota is counted in.
    QuotaUnit mirrors roster_domain::QuotaUnit {
        /// Pieces.
        Count,
        /// Bytes.
        Bytes,
        /// The platform's own credits.
        Credits,
        /// Money.
        Money,
        /// Seconds.
        Seconds,
    }
}

/// One thing that runs out.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuotaView {
    /// A key such as `daily_generations`, `credits`, `balance`, `storage`.
    pub key: String,
    /// What it is counted in.
    pub unit: QuotaUnit,
    /// The currency of money.
    #[schema(required = true)]
    pub currency: Option<String>,
    /// What was used since the last reset.
    #[schema(required = true)]
    pub used: Option<f64>,
    /// What may be used between two resets.
    #[schema(required = true)]
    pub limit: Option<f64>,
    /// The platform says that there is no limit.
    pub unlimited: bool,
    /// What is left.
    #[schema(required = true)]
    pub left: Option<f64>,
    /// When it starts anew.
    #[schema(required = true)]
    pub resets_at: Option<Timestamp>,
    /// When what is left is gone for good.
    #[schema(required = true)]
    pub expires_at: Option<Timestamp>,
}

/// An account's quotas.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuotasView {
    /// When they were read; never, when there is nothing here.
    #[schema(required = true)]
    pub read_at: Option<Timestamp>,
    /// How long ago that was, in seconds.
    #[schema(required = true)]
    pub age_s: Option<u64>,
    /// The quotas, most telling first.
    pub items: Vec<QuotaView>,
}

/// Whether to ask the platform even if what is known is young.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RefreshQuery {
    /// `true` asks anew.
    pub refresh: Option<bool>,
}

/// All accounts' quotas.
#[derive(Debug, Serialize, ToSchema)]
pub struct WalletView {
    /// One row a quota, in the accounts' order.
    pub rows: Vec<WalletRowView>,
    /// Whether they are being read just now.
    pub reading: bool,
}

/// One quota of one account.
#[derive(Debug, Serialize, ToSchema)]
pub struct WalletRowView {
    /// The public id.
    pub account_id: String,
    /// The account's name.
    pub account_name: String,
    /// The platform's id.
    pub platform: String,
    /// Which of the platform's sites the account is on.
    #[schema(required = true)]
    pub site: Option<String>,
    /// Where the account stands.
    pub status: AccountStatus,
    /// The quota.
    pub quota: QuotaView,
    /// When it was read.
    pub read_at: Timestamp,
    /// How long ago that was, in seconds.
    pub age_s: u64,
    /// The account's paid membership, in the platform's own words.
    #[schema(required = true)]
    pub membership: Option<String>,
    /// When that ends.
    #[schema(required = true)]
    pub membership_ends_at: Option<Timestamp>,
}
