//! What may still be used today, and what runs out.

use jiff::{Timestamp, ToSpan};
use roster_domain::{Credential, Quota, QuotaUnit, Quotas};
use roster_platform::{Context, Error};

use super::{
    Studio,
    account::Account,
    credits::{CreditKind, Credits},
    market::Region,
    question::VALID_FOR,
    session,
};

impl Studio {
    /// The daily number where the account has one, and the credits. A fault of one part does not hide the other.
    pub(super) async fn remaining(&self, ctx: &Context, credential: &Credential) -> Result<Quotas, Error> {
        let region = session::region(credential, self.market);
        let heard = self.told(ctx, credential, VALID_FOR).await?;
        let account = heard.told.account.as_ref().map_err(Error::clone)?;
        let known = daily(account, region, heard.told.at);
        let (mut items, read_at) = match known {
            Some(quotas) => (quotas.items, quotas.read_at),
            None => (Vec::new(), ctx.now),
        };
        match self.credits(ctx, credential).await {
            Ok(found) => items.extend(of_credits(&found.value)),
            Err(error) if items.is_empty() => return Err(error),
            Err(error) => tracing::debug!(reason = ?error.reason, "credits were not read"),
        }
        Ok(Quotas { read_at, items })
    }
}

/// The number of the day, when the account says it.
pub(super) fn daily(account: &Account, region: Region, now: Timestamp) -> Option<Quotas> {
    let permission = account.permission_info.as_ref()?;
    let (limit, used) = permission.daily_limit.zip(permission.used_today)?;
    let counted = Quota::counted("daily_generations", QuotaUnit::Count, used as f64, limit.max(0) as f64);
    Some(Quotas { read_at: now, items: vec![Quota { resets_at: midnight(region, now), ..counted }] })
}

/// The next midnight by the region's clock: the service says that the number is a day's, and not when the day ends.
fn midnight(region: Region, now: Timestamp) -> Option<Timestamp> {
    let today = now.to_zoned(region.clock()?).start_of_day().ok()?;
    Some(today.checked_add(1.day()).ok()?.timestamp())
}

fn of_credits(credits: &Credits) -> Vec<Quota> {
    let stock = |key: &str, left: i64, kind| Quota {
        expires_at: credits.first_end(kind),
        ..Quota::stock(key, QuotaUnit::Credits, left as f64)
    };
    vec![
        stock("credits", credits.total, None),
        stock("gift_credits", credits.gift, Some(CreditKind::Gift)),
        stock("purchase_credits", credits.purchase, Some(CreditKind::Purchase)),
        stock("vip_credits", credits.vip, Some(CreditKind::Vip)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(region: Region, now: &str) -> String {
        midnight(region, now.parse().expect("time")).expect("midnight").to_string()
    }

    #[test]
    fn a_day_ends_at_midnight_where_the_account_is() {
        assert_eq!(next(Region::Cn, "2026-11-20T15:59:59Z"), "2026-11-20T16:00:00Z");
        assert_eq!(next(Region::Cn, "2026-11-20T16:00:00Z"), "2026-11-21T16:00:00Z");
        assert_eq!(next(Region::Jp, "2026-11-20T15:59:59Z"), "2026-11-21T15:00:00Z");
        assert_eq!(next(Region::Us, "2026-11-20T12:00:00Z"), "2026-11-21T05:00:00Z");
        // The night in which summer time ends has 25 hours.
        assert_eq!(next(Region::Us, "2026-11-01T05:00:00Z"), "2026-11-02T05:00:00Z");
    }
}
