//! Quotas.

use jiff::Timestamp;
use roster_domain::{Quota, Quotas};
use roster_engine::{Wallet, WalletRow};

use crate::wire::quota::{QuotaView, QuotasView, WalletRowView, WalletView};

fn age(read_at: Timestamp, now: Timestamp) -> u64 {
    u64::try_from(now.as_second() - read_at.as_second()).unwrap_or_default()
}

impl From<Quota> for QuotaView {
    fn from(quota: Quota) -> Self {
        Self {
            key: quota.key,
            unit: quota.unit.into(),
            currency: quota.currency,
            used: quota.used,
            limit: quota.limit,
            unlimited: quota.unlimited,
            left: quota.left,
            resets_at: quota.resets_at,
            expires_at: quota.expires_at,
        }
    }
}

impl QuotasView {
    /// An account's quotas as they are known at `now`.
    pub(crate) fn of(quotas: Option<Quotas>, now: Timestamp) -> Self {
        let Some(quotas) = quotas else { return Self { read_at: None, age_s: None, items: Vec::new() } };
        Self {
            read_at: Some(quotas.read_at),
            age_s: Some(age(quotas.read_at, now)),
            items: quotas.items.into_iter().map(QuotaView::from).collect(),
        }
    }
}

impl WalletView {
    /// All quotas as they are known at `now`.
    pub(crate) fn of(wallet: Wallet, now: Timestamp) -> Self {
        let row = |row: WalletRow| WalletRowView {
            account_id: row.account_id.into(),
            account_name: row.account_name,
            platform: row.platform.into(),
            site: row.site,
            status: row.status.into(),
            quota: row.quota.into(),
            read_at: row.read_at,
            age_s: age(row.read_at, now),
            membership: row.membership,
            membership_ends_at: row.membership_ends_at,
        };
        Self { rows: wallet.rows.into_iter().map(row).collect(), reading: wallet.reading }
    }
}
