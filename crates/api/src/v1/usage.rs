//! How accounts are used.

use roster_engine::AccountRef;

use crate::{
    Answer, Fault, Success,
    access::{AccountsRead, Authorized, UsageWrite},
    extract::{Body, Id},
    wire::usage::{AccountStatsView, ReportUsageRequest},
};

/// How an account was used.
#[utoipa::path(
    get,
    path = "/accounts/{id}/stats",
    tag = "accounts",
    params(("id" = String, Path, description = "The numeric id or the public id")),
    responses((status = OK, description = "Its counters and latest uses", body = Success<AccountStatsView>)),
    extensions(("x-errors" = json!(["ACCOUNT_NOT_FOUND"]))),
)]
pub(crate) async fn account_stats(
    who: Authorized<AccountsRead>,
    Id(id): Id,
) -> Result<Answer<AccountStatsView>, Fault> {
    Ok(Answer::ok(who.engine().account_stats(&AccountRef::parse(&id)?).await?.into()))
}

/// Reports one use of an account.
#[utoipa::path(
    post,
    path = "/accounts/{id}/usage",
    tag = "accounts",
    params(("id" = String, Path, description = "The numeric id or the public id")),
    request_body = ReportUsageRequest,
    responses((status = CREATED, description = "The counters after it", body = Success<AccountStatsView>)),
    extensions(("x-errors" = json!(["ACCOUNT_NOT_FOUND"]))),
)]
pub(crate) async fn report_usage(
    who: Authorized<UsageWrite>,
    Id(id): Id,
    Body(body): Body<ReportUsageRequest>,
) -> Result<Answer<AccountStatsView>, Fault> {
    let stats = who.engine().report_usage(&AccountRef::parse(&id)?, body.into()).await?;
    Ok(Answer::created(stats.into()))
}
