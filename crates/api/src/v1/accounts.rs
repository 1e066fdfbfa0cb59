//! Accounts.

use roster_engine::AccountRef;

use crate::{
    Answer, Fault, Success,
    access::{AccountsRead, AccountsWrite, Authorized},
    convert::to_query,
    extract::{Body, Id, Query},
    wire::{
        Detail, ViewQuery,
        account::{AccountDetail, AccountGoneView, CreateAccountRequest, CreatedAccountView, UpdateAccountRequest},
        account_list::{AccountPageView, ListAccountsQuery},
        profile::AccountProfileView,
    },
};

/// Creates an account from cookies that are already there.
#[utoipa::path(
    post,
    path = "/accounts",
    tag = "accounts",
    request_body = CreateAccountRequest,
    responses((status = CREATED, description = "It was created", body = Success<CreatedAccountView>)),
    extensions(("x-errors" = json!(["CREATE_ACCOUNT_FAILED", "CONFLICT", "UNSUPPORTED"]))),
)]
pub(crate) async fn create_account(
    who: Authorized<AccountsWrite>,
    Body(body): Body<CreateAccountRequest>,
) -> Result<Answer<CreatedAccountView>, Fault> {
    let view = who.engine().create_account(body.try_into()?).await?;
    Ok(Answer::created((&view).into()))
}

/// Lists accounts.
#[utoipa::path(
    get,
    path = "/accounts",
    tag = "accounts",
    params(ListAccountsQuery),
    responses((status = OK, description = "A page of them", body = Success<AccountPageView>)),
    extensions(("x-errors" = json!(["POOL_NOT_FOUND"]))),
)]
pub(crate) async fn list_accounts(
    who: Authorized<AccountsRead>,
    Query(query): Query<ListAccountsQuery>,
) -> Result<Answer<AccountPageView>, Fault> {
    let full = query.view == Detail::Full;
    let query = to_query(who.engine(), query)?;
    let page = who.engine().list_accounts(&query)?;
    Ok(Answer::ok(AccountPageView::of(&page, full)))
}

/// One account.
#[utoipa::path(
    get,
    path = "/accounts/{id}",
    tag = "accounts",
    params(("id" = String, Path, description = "The numeric id or the public id"), ViewQuery),
    responses((status = OK, description = "The account", body = Success<AccountDetail>)),
    extensions(("x-errors" = json!(["ACCOUNT_NOT_FOUND"]))),
)]
pub(crate) async fn get_account(
    who: Authorized<AccountsRead>,
    Id(id): Id,
    Query(query): Query<ViewQuery>,
) -> Result<Answer<AccountDetail>, Fault> {
    let account = AccountRef::parse(&id)?;
    let view = who.engine().account(&account)?;
    let own = match query.view {
        Detail::Full => Some(who.engine().account_own(&account).await?),
        Detail::Plain => None,
    };
    Ok(Answer::ok(AccountDetail::of(&view, own)))
}

/// Changes an account.
#[utoipa::path(
    put,
    path = "/accounts/{id}",
    tag = "accounts",
    params(("id" = String, Path, description = "The numeric id or the public id")),
    request_body = UpdateAccountRequest,
    responses((status = OK, description = "The account as it is now, with `more`", body = Success<AccountDetail>)),
    extensions(("x-errors" = json!(["ACCOUNT_NOT_FOUND", "CONFLICT", "IDENTITY_MISMATCH"]))),
)]
pub(crate) async fn update_account(
    who: Authorized<AccountsWrite>,
    Id(id): Id,
    Body(body): Body<UpdateAccountRequest>,
) -> Result<Answer<AccountDetail>, Fault> {
    let account = AccountRef::parse(&id)?;
    let view = who.engine().update_account(&account, body.into()).await?;
    let own = who.engine().account_own(&account).await?;
    Ok(Answer::ok(AccountDetail::of(&view, Some(own))))
}

/// Deletes an account, with its credential, health history and usage.
#[utoipa::path(
    delete,
    path = "/accounts/{id}",
    tag = "accounts",
    params(("id" = String, Path, description = "The numeric id or the public id")),
    responses((status = OK, description = "It has gone", body = Success<AccountGoneView>)),
    extensions(("x-errors" = json!(["ACCOUNT_NOT_FOUND", "CONFLICT"]))),
)]
pub(crate) async fn delete_account(
    who: Authorized<AccountsWrite>,
    Id(id): Id,
) -> Result<Answer<AccountGoneView>, Fault> {
    let account = AccountRef::parse(&id)?;
    let account_id = who.engine().account(&account)?.account.id.to_string();
    who.engine().delete_account(&account).await?;
    Ok(Answer::ok(AccountGoneView { account_id, message: String::from("Account deleted") }))
}

/// Who an account is at its platform.
#[utoipa::path(
    get,
    path = "/accounts/{id}/profile",
    tag = "accounts",
    params(("id" = String, Path, description = "The numeric id or the public id")),
    responses((status = OK, description = "Its public face", body = Success<AccountProfileView>)),
    extensions(("x-errors" = json!(["ACCOUNT_NOT_FOUND"]))),
)]
pub(crate) async fn account_profile(
    who: Authorized<AccountsRead>,
    Id(id): Id,
) -> Result<Answer<AccountProfileView>, Fault> {
    let view = who.engine().account(&AccountRef::parse(&id)?)?;
    Ok(Answer::ok((&view).into()))
}
