//! Proxies of accounts.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::words::Reason;
use crate::SecretText;

/// An account's proxy, without its secrets.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProxyView {
    /// `http`, `https`, `socks5` or `socks5h`.
    pub scheme: String,
    /// Its host.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Whether it is asked with a name.
    pub has_user: bool,
}

/// Gives an account a proxy, or takes it away.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProxyRequest {
    /// Its address, such as `socks5://user:password@host:1080`; `null` for none.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schema(required = true, value_type = Option<String>, max_length = 2048)]
    pub proxy: Option<SecretText>,
}

/// Tries a proxy out.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProxyTestRequest {
    /// Its address; the account's own when there is none here.
    #[schema(value_type = Option<String>, max_length = 2048)]
    pub proxy: Option<SecretText>,
    /// The account whose platform is asked; the first platform when there is none here.
    pub account_id: Option<String>,
}

/// What trying came to.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProxyTestView {
    /// Whether the platform answered through it.
    pub ok: bool,
    /// Why not.
    pub reason: Reason,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
    /// The host of the platform whose home page was asked for.
    pub asked: String,
    /// The proxy that was tried. Which address the platform sees behind it is not known here.
    pub through: ProxyView,
}
