//! What may still be used: résumés, API calls, storage.

use jiff::Timestamp;
use roster_domain::{Credential, QuotaUnit, Quotas};
use roster_platform::{Context, Error, ErrorKind};

use super::{account::Account, codes, subscription::Subscription};

/// Asks for the account and for its subscription.
pub(super) async fn quotas(ctx: &Context, credential: &Credential) -> Result<Quotas, Error> {
    let (_, account) = Account::fetch(ctx, credential).await?;
    let subscription = current(ctx, credential).await?;
    Ok(of(&account, subscription.as_ref(), ctx.now))
}

/// The subscription; `None` when there is none, or it is written in a way nobody here understands: the account has
/// figures of its own.
pub(super) async fn current(ctx: &Context, credential: &Credential) -> Result<Option<Subscription>, Error> {
    match Subscription::fetch(ctx, credential).await {
        Ok((_, subscription)) => Ok(Some(subscription)),
        Err(error) if codes::is_without_subscription(&error) => Ok(None),
        Err(error) if error.kind == ErrorKind::Protocol => {
            tracing::debug!(%error, "the subscription could not be read");
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// The quotas. Where account and subscription differ, the subscription is nearer to what is billed.
pub(super) fn of(account: &Account, subscription: Option<&Subscription>, now: Timestamp) -> Quotas {
    let said = subscription.map(Subscription::usage).unwrap_or_default();
    let plan = subscription.and_then(Subscription::plan).or_else(|| account.plan());
    let usage = said.or(super::usage::Usage::read(account.fields())).or_limits_of(plan.as_deref());
    let table = [
        (usage.api_requests, "api_requests", QuotaUnit::Count),
        (usage.resumes, "resumes", QuotaUnit::Count),
        (usage.storage, "storage", QuotaUnit::Bytes),
    ];
    let resets_at = subscription.and_then(Subscription::resets_at);
    let over_at = subscription.and_then(Subscription::over_at);
    let mut items: Vec<_> = table.into_iter().filter_map(|(count, key, unit)| count.quota(key, unit)).collect();
    for item in &mut items {
        // What is stored stays stored; requests are counted anew each month.
        item.resets_at = resets_at.filter(|_| item.key == "api_requests");
        item.expires_at = over_at;
    }
    Quotas { read_at: now, items }
}
