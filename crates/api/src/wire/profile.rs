//! Who an account is at its platform, and what the platform counts about it.

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// The public face of an account at its platform.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProfileView {
    /// The platform's own stable user id.
    pub user_id: String,
    /// The nickname.
    pub name: String,
    /// The picture's address.
    #[schema(required = true)]
    pub avatar_url: Option<String>,
    /// One line about itself.
    #[schema(required = true)]
    pub signature: Option<String>,
    /// The platform's level or rank, in its own words.
    #[schema(required = true)]
    pub level: Option<String>,
    /// A paid membership, in the platform's own words.
    #[schema(required = true)]
    pub membership: Option<String>,
    /// When that membership ends.
    #[schema(required = true)]
    pub membership_ends_at: Option<Timestamp>,
    /// A verification, in the platform's own words.
    #[schema(required = true)]
    pub verification: Option<String>,
    /// When this was read.
    #[schema(required = true)]
    pub read_at: Option<Timestamp>,
}

/// Who an account is.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountProfileView {
    /// The public id.
    pub account_id: String,
    /// The platform's id.
    pub platform: String,
    /// The platform's own stable user id, once it has been read.
    #[schema(required = true)]
    pub identity: Option<String>,
    /// The public face, once it has been read.
    #[schema(required = true)]
    pub profile: Option<ProfileView>,
}

/// A creator's numbers.
#[derive(Debug, Serialize, ToSchema)]
pub struct NumbersView {
    /// The public id.
    pub account_id: String,
    /// When they were read.
    pub read_at: Timestamp,
    /// The numbers, most telling first.
    pub items: Vec<NumberView>,
}

/// One of a creator's numbers.
#[derive(Debug, Serialize, ToSchema)]
pub struct NumberView {
    /// A key such as `followers`, `views`, `likes`, `coins`.
    pub key: String,
    /// The value.
    pub value: f64,
    /// The change since the day before, where the platform gives it.
    #[schema(required = true)]
    pub change: Option<f64>,
}
