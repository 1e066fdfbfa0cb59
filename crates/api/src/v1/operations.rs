//! What platforms can do beyond login and health.

use roster_engine::{AccountRef, Consent};

use crate::{
    Answer, Fault, Success,
    access::{AccountsOperate, AccountsRead, Authorized},
    extract::{Body, Id, Ids},
    wire::operation::{OperateRequest, OperatedView, OperationListView, OperationView},
};

/// What an account's platform can do.
#[utoipa::path(
    get,
    path = "/accounts/{id}/operations",
    tag = "operations",
    params(("id" = String, Path, description = "The numeric id or the public id")),
    responses((status = OK, description = "The operations", body = Success<OperationListView>)),
    extensions(("x-errors" = json!(["ACCOUNT_NOT_FOUND", "UNSUPPORTED"]))),
)]
pub(crate) async fn list_operations(
    who: Authorized<AccountsRead>,
    Id(id): Id,
) -> Result<Answer<OperationListView>, Fault> {
    let operations = who.engine().operations(&AccountRef::parse(&id)?)?;
    Ok(Answer::ok(OperationListView { operations: operations.into_iter().map(OperationView::from).collect() }))
}

/// Has an operation done. A dangerous one needs the owner.
#[utoipa::path(
    post,
    path = "/accounts/{id}/operations/{operation}",
    tag = "operations",
    params(
        ("id" = String, Path, description = "The numeric id or the public id"),
        ("operation" = String, Path, description = "The operation's name"),
    ),
    request_body = OperateRequest,
    responses((status = OK, description = "What came of it", body = Success<OperatedView>)),
    extensions(("x-errors" = json!(["ACCOUNT_NOT_FOUND", "OPERATION_NOT_FOUND", "UNSUPPORTED", "PLATFORM_ERROR"]))),
)]
pub(crate) async fn operate(
    who: Authorized<AccountsOperate>,
    Ids(id, operation): Ids,
    Body(body): Body<OperateRequest>,
) -> Result<Answer<OperatedView>, Fault> {
    let (account, input) = (AccountRef::parse(&id)?, body.input.into_input());
    let done = who.engine().operate(&account, &operation, input, Consent::Program).await?;
    Ok(Answer::ok(done.into()))
}
