//! The members of pools.

use roster_engine::AccountRef;

use crate::{
    Answer, Fault, Success,
    access::{Authorized, PoolsRead, PoolsWrite},
    extract::{Body, Id, Ids, Query},
    wire::pool::{AddMemberRequest, ListMembersQuery, MemberGoneView, MemberListView, MemberView, PutMemberRequest},
};

/// Adds an account to a pool.
#[utoipa::path(
    post,
    path = "/pools/{pool_id}/members",
    tag = "pools",
    params(("pool_id" = String, Path, description = "The numeric id or the public id of the pool")),
    request_body = AddMemberRequest,
    responses((status = CREATED, description = "It is in", body = Success<MemberView>)),
    extensions(("x-errors" = json!(["POOL_NOT_FOUND", "ACCOUNT_NOT_FOUND", "CONFLICT"]))),
)]
pub(crate) async fn add_member(
    who: Authorized<PoolsWrite>,
    Id(pool): Id,
    Body(body): Body<AddMemberRequest>,
) -> Result<Answer<MemberView>, Fault> {
    let pool = who.engine().pool_id(&pool)?;
    let account = AccountRef::parse(&body.account_id)?;
    let member = who.engine().add_member(&pool, &account, body.priority).await?;
    Ok(Answer::created(MemberView::of(&pool, &member)))
}

/// The members of a pool.
#[utoipa::path(
    get,
    path = "/pools/{pool_id}/members",
    tag = "pools",
    params(("pool_id" = String, Path, description = "The numeric id or the public id of the pool"), ListMembersQuery),
    responses((status = OK, description = "The members", body = Success<MemberListView>)),
    extensions(("x-errors" = json!(["POOL_NOT_FOUND"]))),
)]
pub(crate) async fn list_members(
    who: Authorized<PoolsRead>,
    Id(pool): Id,
    Query(query): Query<ListMembersQuery>,
) -> Result<Answer<MemberListView>, Fault> {
    let pool = who.engine().pool_id(&pool)?;
    let limit = query.limit.unwrap_or(50);
    let offset = query.offset.unwrap_or_default();
    let page = who.engine().members(&pool, limit, offset)?;
    let members = page.members.iter().map(|member| MemberView::of(&pool, member)).collect();
    Ok(Answer::ok(MemberListView { pool_id: pool.into(), members, total: page.total, limit, offset }))
}

/// Sets a member's priority in this pool; an account that is not in it is added.
#[utoipa::path(
    put,
    path = "/pools/{pool_id}/members/{account_id}",
    tag = "pools",
    params(("pool_id" = String, Path, description = "The numeric id or the public id of the pool"), ("account_id" = String, Path, description = "The numeric id or the public id of the account")),
    request_body = PutMemberRequest,
    responses((status = OK, description = "The member as it is now", body = Success<MemberView>)),
    extensions(("x-errors" = json!(["POOL_NOT_FOUND", "ACCOUNT_NOT_FOUND", "CONFLICT"]))),
)]
pub(crate) async fn put_member(
    who: Authorized<PoolsWrite>,
    Ids(pool, account): Ids,
    Body(body): Body<PutMemberRequest>,
) -> Result<Answer<MemberView>, Fault> {
    let pool = who.engine().pool_id(&pool)?;
    let member = who.engine().add_member(&pool, &AccountRef::parse(&account)?, body.priority).await?;
    Ok(Answer::ok(MemberView::of(&pool, &member)))
}

/// Takes an account out of a pool.
#[utoipa::path(
    delete,
    path = "/pools/{pool_id}/members/{account_id}",
    tag = "pools",
    params(("pool_id" = String, Path, description = "The numeric id or the public id of the pool"), ("account_id" = String, Path, description = "The numeric id or the public id of the account")),
    responses((status = OK, description = "It is out", body = Success<MemberGoneView>)),
    extensions(("x-errors" = json!(["POOL_NOT_FOUND", "ACCOUNT_NOT_FOUND", "MEMBER_NOT_FOUND"]))),
)]
pub(crate) async fn remove_member(
    who: Authorized<PoolsWrite>,
    Ids(pool, account): Ids,
) -> Result<Answer<MemberGoneView>, Fault> {
    let pool = who.engine().pool_id(&pool)?;
    let account = AccountRef::parse(&account)?;
    let account_id = who.engine().account(&account)?.account.id.to_string();
    who.engine().remove_member(&pool, &account).await?;
    let message = String::from("Account removed from the pool");
    Ok(Answer::ok(MemberGoneView { pool_id: pool.into(), account_id, message }))
}
