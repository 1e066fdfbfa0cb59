//! Proxies of accounts.

use roster_engine::AccountRef;

use crate::{
    Answer, Fault, SecretText, Success,
    access::{Authorized, OwnerUnlocked},
    convert::account_id,
    extract::{Body, Id},
    wire::{
        account::AccountDetail,
        proxy::{ProxyRequest, ProxyTestRequest, ProxyTestView},
    },
};

/// Gives an account a proxy of its own, or takes it away. Every question about the account takes it; while it is down,
/// nothing is asked.
#[utoipa::path(
    put,
    path = "/accounts/{id}/proxy",
    tag = "accounts",
    params(("id" = String, Path, description = "The numeric id or the public id")),
    request_body = ProxyRequest,
    responses((status = OK, description = "The account", body = Success<AccountDetail>)),
    extensions(("x-errors" = json!(["ACCOUNT_NOT_FOUND"]))),
)]
pub(crate) async fn put_proxy(
    who: Authorized<OwnerUnlocked>,
    Id(id): Id,
    Body(body): Body<ProxyRequest>,
) -> Result<Answer<AccountDetail>, Fault> {
    let account = AccountRef::parse(&id)?;
    let view = who.engine().set_proxy(&account, body.proxy.map(SecretText::into_secret)).await?;
    let own = who.engine().account_own(&account).await?;
    Ok(Answer::ok(AccountDetail::of(&view, Some(own))))
}

/// Asks a platform's home page through a proxy. Nothing is asked without one.
#[utoipa::path(
    post,
    path = "/proxy/test",
    tag = "accounts",
    request_body = ProxyTestRequest,
    responses((status = OK, description = "What it came to", body = Success<ProxyTestView>)),
    extensions(("x-errors" = json!(["ACCOUNT_NOT_FOUND", "PLATFORM_ERROR", "UNSUPPORTED"]))),
)]
pub(crate) async fn test_proxy(
    who: Authorized<OwnerUnlocked>,
    Body(body): Body<ProxyTestRequest>,
) -> Result<Answer<ProxyTestView>, Fault> {
    let account = body.account_id.as_deref().map(|text| account_id(who.engine(), text)).transpose()?;
    let tried = who.engine().test_proxy(body.proxy.map(SecretText::into_secret), account.as_ref()).await?;
    Ok(Answer::ok(ProxyTestView {
        ok: tried.ok,
        reason: tried.reason.into(),
        duration_ms: u64::try_from(tried.took.as_millis()).unwrap_or(u64::MAX),
        asked: tried.asked,
        through: tried.through.into(),
    }))
}
