//! What may still be used of something that runs out.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What a quota is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuotaUnit {
    /// Pieces: pictures, requests, résumés.
    #[default]
    Count,
    /// Bytes.
    Bytes,
    /// The platform's own credits, points or coins.
    Credits,
    /// Money in [`Quota::currency`].
    Money,
    /// Seconds.
    Seconds,
}

/// One thing that runs out. A platform that says only what is left gives `left`; one that counts gives `used` and
/// `limit`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Quota {
    /// A key the UI has a word for, such as `daily_generations`, `credits`, `balance`, `storage`.
    pub key: String,
    /// What it is counted in.
    pub unit: QuotaUnit,
    /// The currency of money: an ISO 4217 code or the sign the platform itself shows (`USD`, `¥`).
    pub currency: Option<String>,
    /// What was used since the last reset.
    pub used: Option<f64>,
    /// What may be used between two resets; `None` when unknown, or when there is no limit.
    pub limit: Option<f64>,
    /// The platform says that there is no limit.
    pub unlimited: bool,
    /// What is left.
    pub left: Option<f64>,
    /// When it starts anew.
    pub resets_at: Option<Timestamp>,
    /// When what is left is gone for good.
    pub expires_at: Option<Timestamp>,
}

impl Quota {
    /// A quota that counts up to a limit; a limit below 0 means that there is none.
    pub fn counted(key: &str, unit: QuotaUnit, used: f64, limit: f64) -> Self {
        let bounded = limit >= 0.0;
        Self {
            key: key.to_owned(),
            unit,
            used: Some(used),
            limit: bounded.then_some(limit),
            unlimited: !bounded,
            left: bounded.then_some((limit - used).max(0.0)),
            ..Self::default()
        }
    }

    /// A stock of which only what is left is known.
    pub fn stock(key: &str, unit: QuotaUnit, left: f64) -> Self {
        Self { key: key.to_owned(), unit, left: Some(left), ..Self::default() }
    }
}

/// An account's quotas at one time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Quotas {
    /// When they were read.
    pub read_at: Timestamp,
    /// The quotas, most telling first.
    pub items: Vec<Quota>,
}

impl Quotas {
    /// The one that says most at a glance: of those with a limit the one with the least of it left, else the first.
    pub fn most_telling(&self) -> Option<&Quota> {
        let share = |quota: &Quota| {
            let (left, limit) = (quota.left?, quota.limit.filter(|limit| *limit > 0.0 && !quota.unlimited)?);
            Some(left / limit)
        };
        let bounded = self.items.iter().filter_map(|quota| Some((share(quota)?, quota)));
        let scarcest = bounded.min_by(|one, other| one.0.total_cmp(&other.0));
        scarcest.map(|(_, quota)| quota).or(self.items.first())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_runs_out_first_is_what_a_list_shows() {
        let telling = |items: Vec<Quota>| {
            let quotas = Quotas { read_at: Timestamp::UNIX_EPOCH, items };
            quotas.most_telling().map(|quota| quota.key.clone())
        };
        let coins = Quota::stock("coins", QuotaUnit::Credits, 3.0);
        let plenty = Quota::counted("storage", QuotaUnit::Bytes, 10.0, 100.0);
        let scarce = Quota::counted("calls", QuotaUnit::Count, 95.0, 100.0);
        let none = Quota::counted("nothing", QuotaUnit::Count, 0.0, 0.0);
        let free = Quota::counted("free", QuotaUnit::Count, 99.0, -1.0);
        let all = vec![coins.clone(), plenty, none, free.clone(), scarce];
        assert_eq!(telling(all).as_deref(), Some("calls"));
        assert_eq!(telling(vec![coins, free]).as_deref(), Some("coins"));
        assert_eq!(telling(Vec::new()), None);
    }

    #[test]
    fn what_is_left_follows_from_the_limit_and_minus_one_means_none() {
        let some = Quota::counted("api_requests", QuotaUnit::Count, 150.0, 1000.0);
        assert_eq!((some.left, some.limit, some.unlimited), (Some(850.0), Some(1000.0), false));
        let over = Quota::counted("api_requests", QuotaUnit::Count, 1500.0, 1000.0);
        assert_eq!(over.left, Some(0.0));
        let free = Quota::counted("resumes", QuotaUnit::Count, 8.0, -1.0);
        assert_eq!((free.left, free.limit, free.unlimited), (None, None, true));
    }
}
