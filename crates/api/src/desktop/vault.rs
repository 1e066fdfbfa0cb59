//! The vault.

use crate::{
    Answer, Fault, Success,
    access::{Authorized, Owner},
    extract::Body,
    wire::vault::{PasswordRequest, VaultView},
};

/// The state of the vault.
#[utoipa::path(
    get,
    path = "/vault",
    tag = "vault",
    responses((status = OK, description = "Its state", body = Success<VaultView>)),
)]
pub(crate) async fn vault_state(who: Authorized<Owner>) -> Result<Answer<VaultView>, Fault> {
    Ok(Answer::ok(who.engine().vault_state().into()))
}

/// Makes the vault and opens it.
#[utoipa::path(
    post,
    path = "/vault",
    tag = "vault",
    request_body = PasswordRequest,
    responses((status = CREATED, description = "It is there, and open", body = Success<VaultView>)),
    extensions(("x-errors" = json!(["VAULT_EXISTS", "VAULT_BUSY"]))),
)]
pub(crate) async fn create_vault(
    who: Authorized<Owner>,
    Body(body): Body<PasswordRequest>,
) -> Result<Answer<VaultView>, Fault> {
    who.engine().create_vault(body.password.into_secret()).await?;
    Ok(Answer::created(who.engine().vault_state().into()))
}

/// Opens the vault.
#[utoipa::path(
    post,
    path = "/vault/unlock",
    tag = "vault",
    request_body = PasswordRequest,
    responses((status = OK, description = "It is open", body = Success<VaultView>)),
    extensions(("x-errors" = json!(["VAULT_ABSENT", "VAULT_BUSY", "VAULT_DAMAGED", "VAULT_NEWER", "WRONG_PASSWORD"]))),
)]
pub(crate) async fn unlock_vault(
    who: Authorized<Owner>,
    Body(body): Body<PasswordRequest>,
) -> Result<Answer<VaultView>, Fault> {
    who.engine().unlock(body.password.into_secret()).await?;
    Ok(Answer::ok(who.engine().vault_state().into()))
}

/// Says that the owner is there: the time until the automatic lock starts anew.
#[utoipa::path(
    post,
    path = "/vault/touch",
    tag = "vault",
    responses((status = OK, description = "Its state", body = Success<VaultView>)),
)]
pub(crate) async fn touch_vault(who: Authorized<Owner>) -> Result<Answer<VaultView>, Fault> {
    who.engine().touch();
    Ok(Answer::ok(who.engine().vault_state().into()))
}

/// Locks the vault: keys are wiped, jobs pause.
#[utoipa::path(
    post,
    path = "/vault/lock",
    tag = "vault",
    responses((status = OK, description = "It is locked", body = Success<VaultView>)),
    extensions(("x-errors" = json!(["VAULT_ABSENT", "VAULT_BUSY"]))),
)]
pub(crate) async fn lock_vault(who: Authorized<Owner>) -> Result<Answer<VaultView>, Fault> {
    who.engine().lock().await?;
    Ok(Answer::ok(who.engine().vault_state().into()))
}
