//! What is asked of platforms about accounts.

use roster_engine::AccountRef;

use crate::{
    Answer, Fault, Success,
    access::{AccountsCheck, AccountsRead, AccountsWrite, Authorized},
    convert::selection,
    extract::{Id, Query},
    wire::{
        Detail, ViewQuery,
        health::{BatchCheckQuery, BatchCheckView, CheckView, HealthHistoryView, LoggedOutView, RenewalView},
        job::StartCheckRequest,
        profile::NumbersView,
        quota::{QuotasView, RefreshQuery},
    },
};

/// Asks the platform about one account.
#[utoipa::path(
    post,
    path = "/accounts/{id}/health-check",
    tag = "health",
    params(("id" = String, Path, description = "The numeric id or the public id"), ViewQuery),
    responses((status = OK, description = "What it came to; a session that has ended is an answer, not an error", body = Success<CheckView>)),
    extensions(("x-errors" = json!(["ACCOUNT_NOT_FOUND", "UNSUPPORTED"]))),
)]
pub(crate) async fn check_account(
    who: Authorized<AccountsCheck>,
    Id(id): Id,
    Query(query): Query<ViewQuery>,
) -> Result<Answer<CheckView>, Fault> {
    let outcome = who.engine().check_account(&AccountRef::parse(&id)?).await?;
    Ok(Answer::ok(CheckView::of(outcome, query.view == Detail::Full)))
}

/// Asks the platforms about all accounts, or those of one platform, and waits for the answers.
#[utoipa::path(
    post,
    path = "/accounts/batch-health-check",
    tag = "health",
    params(BatchCheckQuery),
    responses((status = OK, description = "How many are healthy", body = Success<BatchCheckView>)),
)]
pub(crate) async fn check_accounts(
    who: Authorized<AccountsCheck>,
    Query(query): Query<BatchCheckQuery>,
) -> Result<Answer<BatchCheckView>, Fault> {
    let all = StartCheckRequest { platform: query.platform, ..StartCheckRequest::default() };
    let outcome = who.engine().check_accounts(selection(who.engine(), all)?).await?;
    Ok(Answer::ok(outcome.into()))
}

/// An account's checks, with what each rests on.
#[utoipa::path(
    get,
    path = "/accounts/{id}/health",
    tag = "health",
    params(("id" = String, Path, description = "The numeric id or the public id")),
    responses((status = OK, description = "The checks", body = Success<HealthHistoryView>)),
    extensions(("x-errors" = json!(["ACCOUNT_NOT_FOUND"]))),
)]
pub(crate) async fn health_history(
    who: Authorized<AccountsRead>,
    Id(id): Id,
) -> Result<Answer<HealthHistoryView>, Fault> {
    let account = AccountRef::parse(&id)?;
    let view = who.engine().account(&account)?;
    let records = who.engine().health_history(&account).await?;
    Ok(Answer::ok(HealthHistoryView::of(&view, records)))
}

/// Reads a creator's numbers from the platform.
#[utoipa::path(
    get,
    path = "/accounts/{id}/numbers",
    tag = "accounts",
    params(("id" = String, Path, description = "The numeric id or the public id")),
    responses((status = OK, description = "The numbers", body = Success<NumbersView>)),
    extensions(("x-errors" = json!(["ACCOUNT_NOT_FOUND", "UNSUPPORTED", "PLATFORM_ERROR"]))),
)]
pub(crate) async fn account_numbers(who: Authorized<AccountsCheck>, Id(id): Id) -> Result<Answer<NumbersView>, Fault> {
    let account = AccountRef::parse(&id)?;
    let view = who.engine().account(&account)?;
    let numbers = who.engine().numbers(&account).await?;
    Ok(Answer::ok(NumbersView::of(&view, numbers)))
}

/// What may still be used of what runs out.
#[utoipa::path(
    get,
    path = "/accounts/{id}/quotas",
    tag = "accounts",
    params(("id" = String, Path, description = "The numeric id or the public id"), RefreshQuery),
    responses((status = OK, description = "The quotas with their age", body = Success<QuotasView>)),
    extensions(("x-errors" = json!(["ACCOUNT_NOT_FOUND", "UNSUPPORTED", "PLATFORM_ERROR"]))),
)]
pub(crate) async fn account_quotas(
    who: Authorized<AccountsCheck>,
    Id(id): Id,
    Query(query): Query<RefreshQuery>,
) -> Result<Answer<QuotasView>, Fault> {
    let quotas = who.engine().quotas(&AccountRef::parse(&id)?, query.refresh.unwrap_or_default()).await?;
    Ok(Answer::ok(QuotasView::of(quotas, who.engine().now())))
}

/// Renews a session where the platform can.
#[utoipa::path(
    post,
    path = "/accounts/{id}/renew",
    tag = "health",
    params(("id" = String, Path, description = "The numeric id or the public id")),
    responses((status = OK, description = "Whether it was renewed", body = Success<RenewalView>)),
    extensions(("x-errors" = json!(["ACCOUNT_NOT_FOUND", "UNSUPPORTED", "PLATFORM_ERROR", "IDENTITY_MISMATCH", "CONFLICT"]))),
)]
pub(crate) async fn renew_account(who: Authorized<AccountsCheck>, Id(id): Id) -> Result<Answer<RenewalView>, Fault> {
    let account = AccountRef::parse(&id)?;
    let account_id = who.engine().account(&account)?.account.id.to_string();
    let renewed = who.engine().renew_account(&account).await?;
    let message = if renewed { "Session renewed" } else { "The platform sees no need to renew yet" };
    Ok(Answer::ok(RenewalView { account_id, renewed, message: message.to_owned() }))
}

/// Ends a session at its platform.
#[utoipa::path(
    post,
    path = "/accounts/{id}/logout",
    tag = "health",
    params(("id" = String, Path, description = "The numeric id or the public id")),
    responses((status = OK, description = "It has ended", body = Success<LoggedOutView>)),
    extensions(("x-errors" = json!(["ACCOUNT_NOT_FOUND", "UNSUPPORTED", "PLATFORM_ERROR"]))),
)]
pub(crate) async fn logout_account(who: Authorized<AccountsWrite>, Id(id): Id) -> Result<Answer<LoggedOutView>, Fault> {
    let view = who.engine().logout_account(&AccountRef::parse(&id)?).await?;
    let message = String::from("Logged out at the platform; the session was erased here");
    Ok(Answer::ok(LoggedOutView { account_id: view.account.id.to_string(), message }))
}
