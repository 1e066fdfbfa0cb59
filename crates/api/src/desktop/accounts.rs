//! What the account pages show beyond `/api/v1`.

use roster_engine::{AccountQuery, AccountRef, BulkPatch};

use crate::{
    Answer, ErrorCode, Fault, SecretText, Success,
    access::{Authorized, OwnerUnlocked},
    convert::{account_id, few_enough, to_query},
    extract::{Body, Id, Query},
    wire::{
        account_list::{FacetsView, ListAccountsQuery},
        account_owner::{AccountIdsRequest, BulkUpdateRequest, BulkView, CookieView, CookiesView, SkippedView},
    },
};

/// How many accounts each filter would show.
#[utoipa::path(
    get,
    path = "/accounts/facets",
    tag = "accounts",
    params(ListAccountsQuery),
    responses((status = OK, description = "The counts", body = Success<FacetsView>)),
    extensions(("x-errors" = json!(["POOL_NOT_FOUND"]))),
)]
pub(crate) async fn account_facets(
    who: Authorized<OwnerUnlocked>,
    Query(query): Query<ListAccountsQuery>,
) -> Result<Answer<FacetsView>, Fault> {
    // The page itself is of no interest; one that is asked for keeps to the rules of a list all the same.
    let limit = query.limit.unwrap_or(1);
    let query = AccountQuery { facets: true, limit, ..to_query(who.engine(), query)? };
    let page = who.engine().list_accounts(&query)?;
    Ok(Answer::ok(page.facets.unwrap_or_default().into()))
}

/// The cookies of an account, without a value.
#[utoipa::path(
    get,
    path = "/accounts/{id}/cookies",
    tag = "accounts",
    params(("id" = String, Path, description = "The numeric id or the public id")),
    responses((status = OK, description = "The cookies", body = Success<CookiesView>)),
    extensions(("x-errors" = json!(["ACCOUNT_NOT_FOUND"]))),
)]
pub(crate) async fn account_cookies(who: Authorized<OwnerUnlocked>, Id(id): Id) -> Result<Answer<CookiesView>, Fault> {
    let account = AccountRef::parse(&id)?;
    let account_id = who.engine().account(&account)?.account.id.to_string();
    let cookies = who.engine().masked_cookies(&account).await?.into_iter().map(CookieView::from).collect();
    Ok(Answer::ok(CookiesView { account_id, cookies }))
}

/// Deletes several accounts.
#[utoipa::path(
    post,
    path = "/accounts/bulk-delete",
    tag = "accounts",
    request_body = AccountIdsRequest,
    responses((status = OK, description = "Which have gone, and why the others have not", body = Success<BulkView>)),
)]
pub(crate) async fn bulk_delete(
    who: Authorized<OwnerUnlocked>,
    Body(body): Body<AccountIdsRequest>,
) -> Result<Answer<BulkView>, Fault> {
    few_enough(&body.account_ids)?;
    let known: Vec<_> = body.account_ids.iter().filter_map(|text| account_id(who.engine(), text).ok()).collect();
    let done: Vec<String> = who.engine().delete_accounts(&known).await?.into_iter().map(String::from).collect();
    let skipped = body.account_ids.into_iter().filter(|text| !done.contains(text));
    let skipped = skipped.map(|account_id| SkippedView { account_id, code: ErrorCode::AccountNotFound }).collect();
    Ok(Answer::ok(BulkView { done, skipped }))
}

/// Changes several accounts in one step that can be undone.
#[utoipa::path(
    post,
    path = "/accounts/bulk-update",
    tag = "accounts",
    request_body = BulkUpdateRequest,
    responses((status = OK, description = "Which are as asked for, and why the others are not", body = Success<BulkView>)),
)]
pub(crate) async fn bulk_update(
    who: Authorized<OwnerUnlocked>,
    Body(body): Body<BulkUpdateRequest>,
) -> Result<Answer<BulkView>, Fault> {
    few_enough(&body.account_ids)?;
    let (mut known, mut skipped) = (Vec::new(), Vec::new());
    for text in body.account_ids {
        match account_id(who.engine(), &text) {
            Ok(id) => known.push(id),
            Err(_) => skipped.push(SkippedView { account_id: text, code: ErrorCode::AccountNotFound }),
        }
    }
    let patch = BulkPatch {
        status: body.status.map(Into::into),
        add_tags: body.add_tags,
        remove_tags: body.remove_tags,
        proxy: body.proxy.map(|proxy| proxy.map(SecretText::into_secret)),
    };
    let changed = who.engine().update_accounts(&known, patch).await?;
    let left = changed.skipped.into_iter();
    skipped.extend(left.map(|(id, error)| SkippedView { account_id: id.into(), code: Fault::from(error).code() }));
    Ok(Answer::ok(BulkView { done: changed.done.into_iter().map(String::from).collect(), skipped }))
}
