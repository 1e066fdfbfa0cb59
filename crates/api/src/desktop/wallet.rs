//! All accounts' quotas.

use crate::{
    Answer, Fault, Success,
    access::{Authorized, OwnerUnlocked},
    extract::Query,
    wire::{
        job::JobView,
        quota::{RefreshQuery, WalletView},
    },
};

/// What is known of all accounts' quotas; with `refresh`, reading them begins.
#[utoipa::path(
    get,
    path = "/wallet",
    tag = "wallet",
    params(RefreshQuery),
    responses((status = OK, description = "The quotas", body = Success<WalletView>)),
)]
pub(crate) async fn wallet(
    who: Authorized<OwnerUnlocked>,
    Query(query): Query<RefreshQuery>,
) -> Result<Answer<WalletView>, Fault> {
    if query.refresh == Some(true) {
        who.engine().read_wallet()?;
    }
    Ok(Answer::ok(WalletView::of(who.engine().wallet()?, who.engine().now())))
}

/// Reads all accounts' quotas in the background. While that is under way there is no second one.
#[utoipa::path(
    post,
    path = "/wallet/refresh",
    tag = "wallet",
    responses((status = ACCEPTED, description = "It is under way", body = Success<JobView>)),
)]
pub(crate) async fn refresh_wallet(who: Authorized<OwnerUnlocked>) -> Result<Answer<JobView>, Fault> {
    Ok(Answer::accepted(who.engine().read_wallet()?.into()))
}
