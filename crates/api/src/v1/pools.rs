//! Pools.

use crate::{
    Answer, Fault, Success,
    access::{Authorized, PoolsRead, PoolsSelect, PoolsWrite},
    convert::platform_id,
    extract::{Body, Id, OptionalBody, Query},
    wire::pool::{
        CreatePoolRequest, ListPoolsQuery, PoolGoneView, PoolListView, PoolView, SelectRequest, SelectedView,
        UpdatePoolRequest,
    },
};

/// Creates a pool.
#[utoipa::path(
    post,
    path = "/pools",
    tag = "pools",
    request_body = CreatePoolRequest,
    responses((status = CREATED, description = "It was created", body = Success<PoolView>)),
    extensions(("x-errors" = json!(["CONFLICT", "UNSUPPORTED"]))),
)]
pub(crate) async fn create_pool(
    who: Authorized<PoolsWrite>,
    Body(body): Body<CreatePoolRequest>,
) -> Result<Answer<PoolView>, Fault> {
    let pool = who.engine().create_pool(body.try_into()?).await?;
    Ok(Answer::created(pool.into()))
}

/// Lists pools.
#[utoipa::path(
    get,
    path = "/pools",
    tag = "pools",
    params(ListPoolsQuery),
    responses((status = OK, description = "The pools", body = Success<PoolListView>)),
)]
pub(crate) async fn list_pools(
    who: Authorized<PoolsRead>,
    Query(query): Query<ListPoolsQuery>,
) -> Result<Answer<PoolListView>, Fault> {
    let platform = query.platform.as_deref().map(|platform| platform_id("platform", platform)).transpose()?;
    let pools: Vec<_> = who.engine().pools(platform.as_ref())?.into_iter().map(PoolView::from).collect();
    Ok(Answer::ok(PoolListView { total: pools.len() as u64, pools }))
}

/// One pool.
#[utoipa::path(
    get,
    path = "/pools/{pool_id}",
    tag = "pools",
    params(("pool_id" = String, Path, description = "The numeric id or the public id of the pool")),
    responses((status = OK, description = "The pool", body = Success<PoolView>)),
    extensions(("x-errors" = json!(["POOL_NOT_FOUND"]))),
)]
pub(crate) async fn get_pool(who: Authorized<PoolsRead>, Id(id): Id) -> Result<Answer<PoolView>, Fault> {
    let engine = who.engine();
    Ok(Answer::ok(engine.pool(&engine.pool_id(&id)?)?.into()))
}

/// Changes a pool.
#[utoipa::path(
    put,
    path = "/pools/{pool_id}",
    tag = "pools",
    params(("pool_id" = String, Path, description = "The numeric id or the public id of the pool")),
    request_body = UpdatePoolRequest,
    responses((status = OK, description = "The pool as it is now", body = Success<PoolView>)),
    extensions(("x-errors" = json!(["POOL_NOT_FOUND", "CONFLICT"]))),
)]
pub(crate) async fn update_pool(
    who: Authorized<PoolsWrite>,
    Id(id): Id,
    Body(body): Body<UpdatePoolRequest>,
) -> Result<Answer<PoolView>, Fault> {
    let engine = who.engine();
    let pool = engine.update_pool(&engine.pool_id(&id)?, body.into()).await?;
    Ok(Answer::ok(pool.into()))
}

/// Deletes a pool. Its members stay as accounts.
#[utoipa::path(
    delete,
    path = "/pools/{pool_id}",
    tag = "pools",
    params(("pool_id" = String, Path, description = "The numeric id or the public id of the pool")),
    responses((status = OK, description = "It has gone", body = Success<PoolGoneView>)),
    extensions(("x-errors" = json!(["POOL_NOT_FOUND"]))),
)]
pub(crate) async fn delete_pool(who: Authorized<PoolsWrite>, Id(id): Id) -> Result<Answer<PoolGoneView>, Fault> {
    let pool = who.engine().pool_id(&id)?;
    who.engine().delete_pool(&pool).await?;
    Ok(Answer::ok(PoolGoneView { pool_id: pool.into(), message: String::from("Pool deleted; its accounts stay") }))
}

/// Chooses an account by the rule of the pool.
#[utoipa::path(
    post,
    path = "/pools/{pool_id}/select",
    tag = "pools",
    params(("pool_id" = String, Path, description = "The numeric id or the public id of the pool")),
    request_body = Option<SelectRequest>,
    responses((status = OK, description = "The chosen one", body = Success<SelectedView>)),
    extensions(("x-errors" = json!(["POOL_NOT_FOUND", "NO_AVAILABLE_ACCOUNT"]))),
)]
pub(crate) async fn select_account(
    who: Authorized<PoolsSelect>,
    Id(id): Id,
    OptionalBody(body): OptionalBody<SelectRequest>,
) -> Result<Answer<SelectedView>, Fault> {
    let engine = who.engine();
    Ok(Answer::ok(engine.select(&engine.pool_id(&id)?, body.explain)?.into()))
}
