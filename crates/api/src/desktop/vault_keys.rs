//! What opens the vault: its password, the recovery kit, the keychain, a key file; and new keys.

use crate::{
    Answer, Fault, SecretText, Success,
    access::{Authorized, Owner, OwnerUnlocked},
    extract::{Body, Id},
    wire::{
        vault::{PasswordRequest, VaultView},
        vault_keys::{
            NewPasswordRequest, RecoveryKitRequest, RecoveryKitView, SecurityView, TypedWordsRequest, WordsRequest,
        },
    },
};

/// Opens the vault with the words of its recovery kit.
#[utoipa::path(
    post,
    path = "/vault/unlock/recovery",
    tag = "vault",
    request_body = WordsRequest,
    responses((status = OK, description = "It is open", body = Success<VaultView>)),
    extensions(("x-errors" = json!(["VAULT_ABSENT", "VAULT_BUSY", "VAULT_DAMAGED", "VAULT_NEWER", "WRONG_PASSWORD", "CONFLICT"]))),
)]
pub(crate) async fn unlock_with_recovery(
    who: Authorized<Owner>,
    Body(body): Body<WordsRequest>,
) -> Result<Answer<VaultView>, Fault> {
    who.engine().unlock_with_recovery(body.words.into_secret()).await?;
    Ok(Answer::ok(who.engine().vault_state().into()))
}

/// Opens the vault with the key in the system's keychain.
#[utoipa::path(
    post,
    path = "/vault/unlock/keychain",
    tag = "vault",
    responses((status = OK, description = "It is open", body = Success<VaultView>)),
    extensions(("x-errors" = json!(["VAULT_ABSENT", "VAULT_BUSY", "VAULT_DAMAGED", "VAULT_NEWER", "WRONG_PASSWORD", "CONFLICT", "UNSUPPORTED"]))),
)]
pub(crate) async fn unlock_with_keychain(who: Authorized<Owner>) -> Result<Answer<VaultView>, Fault> {
    who.engine().unlock_with_keychain().await?;
    Ok(Answer::ok(who.engine().vault_state().into()))
}

/// Asks for the key file with the system's dialog and opens the vault with it.
#[utoipa::path(
    post,
    path = "/vault/unlock/key-file",
    tag = "vault",
    responses((status = OK, description = "It is open", body = Success<VaultView>)),
    extensions(("x-errors" = json!(["VAULT_ABSENT", "VAULT_BUSY", "VAULT_DAMAGED", "VAULT_NEWER", "WRONG_PASSWORD", "CONFLICT", "UNSUPPORTED", "INVALID_REQUEST"]))),
)]
pub(crate) async fn unlock_with_key_file(who: Authorized<Owner>) -> Result<Answer<VaultView>, Fault> {
    who.engine().unlock_with_key_file().await?;
    Ok(Answer::ok(who.engine().vault_state().into()))
}

/// What opens the vault and how its keys stand.
#[utoipa::path(
    get,
    path = "/vault/security",
    tag = "vault",
    responses((status = OK, description = "How it stands now", body = Success<SecurityView>)),
    extensions(("x-errors" = json!([]))),
)]
pub(crate) async fn vault_security(who: Authorized<OwnerUnlocked>) -> Result<Answer<SecurityView>, Fault> {
    Ok(Answer::ok(who.engine().security().await?.into()))
}

/// Sets a new password.
#[utoipa::path(
    put,
    path = "/vault/password",
    tag = "vault",
    request_body = NewPasswordRequest,
    responses((status = OK, description = "The new password is the only one", body = Success<VaultView>)),
    extensions(("x-errors" = json!(["WRONG_PASSWORD"]))),
)]
pub(crate) async fn change_password(
    who: Authorized<OwnerUnlocked>,
    Body(body): Body<NewPasswordRequest>,
) -> Result<Answer<VaultView>, Fault> {
    let old = body.old.map(SecretText::into_secret);
    who.engine().change_password(old, body.new.into_secret()).await?;
    Ok(Answer::ok(who.engine().vault_state().into()))
}

/// Makes the words of a recovery kit. Nothing is stored before two of them were typed back.
#[utoipa::path(
    post,
    path = "/vault/recovery-kit",
    tag = "vault",
    request_body = RecoveryKitRequest,
    responses((status = OK, description = "The words, to be printed", body = Success<RecoveryKitView>)),
    extensions(("x-errors" = json!(["WRONG_PASSWORD"]))),
)]
pub(crate) async fn make_recovery_kit(
    who: Authorized<OwnerUnlocked>,
    Body(body): Body<RecoveryKitRequest>,
) -> Result<Answer<RecoveryKitView>, Fault> {
    let password = body.password.map(SecretText::into_secret);
    Ok(Answer::ok(who.engine().make_recovery_kit(password).await?.into()))
}

/// Puts the recovery kit in force, once the two words that were asked for were typed back.
#[utoipa::path(
    post,
    path = "/vault/recovery-kit/confirm",
    tag = "vault",
    request_body = TypedWordsRequest,
    responses((status = OK, description = "How it stands now", body = Success<SecurityView>)),
    extensions(("x-errors" = json!(["CONFLICT"]))),
)]
pub(crate) async fn confirm_recovery_kit(
    who: Authorized<OwnerUnlocked>,
    Body(body): Body<TypedWordsRequest>,
) -> Result<Answer<SecurityView>, Fault> {
    let words = body.words.into_iter().map(SecretText::into_secret).collect();
    who.engine().confirm_recovery_kit(words).await?;
    Ok(Answer::ok(who.engine().security().await?.into()))
}

/// Puts a key into the system's keychain that opens the vault.
#[utoipa::path(
    post,
    path = "/vault/slots/keychain",
    tag = "vault",
    request_body = PasswordRequest,
    responses((status = OK, description = "How it stands now", body = Success<SecurityView>)),
    extensions(("x-errors" = json!(["WRONG_PASSWORD", "UNSUPPORTED"]))),
)]
pub(crate) async fn add_keychain(
    who: Authorized<OwnerUnlocked>,
    Body(body): Body<PasswordRequest>,
) -> Result<Answer<SecurityView>, Fault> {
    who.engine().add_keychain(body.password.into_secret()).await?;
    Ok(Answer::ok(who.engine().security().await?.into()))
}

/// Asks where to write a key file that opens the vault.
#[utoipa::path(
    post,
    path = "/vault/slots/key-file",
    tag = "vault",
    request_body = PasswordRequest,
    responses((status = OK, description = "How it stands now", body = Success<SecurityView>)),
    extensions(("x-errors" = json!(["WRONG_PASSWORD", "CONFLICT", "UNSUPPORTED"]))),
)]
pub(crate) async fn add_key_file(
    who: Authorized<OwnerUnlocked>,
    Body(body): Body<PasswordRequest>,
) -> Result<Answer<SecurityView>, Fault> {
    who.engine().add_key_file(body.password.into_secret()).await?;
    Ok(Answer::ok(who.engine().security().await?.into()))
}

/// Takes a way to open the vault away, and starts new keys.
#[utoipa::path(
    post,
    path = "/vault/slots/{slot_id}/remove",
    tag = "vault",
    params(("slot_id" = String, Path, description = "The slot's name")),
    request_body = PasswordRequest,
    responses((status = OK, description = "How it stands now", body = Success<SecurityView>)),
    extensions(("x-errors" = json!(["WRONG_PASSWORD", "SLOT_NOT_FOUND", "CONFLICT"]))),
)]
pub(crate) async fn remove_slot(
    who: Authorized<OwnerUnlocked>,
    Id(slot): Id,
    Body(body): Body<PasswordRequest>,
) -> Result<Answer<SecurityView>, Fault> {
    who.engine().remove_slot(&slot, body.password.into_secret()).await?;
    Ok(Answer::ok(who.engine().security().await?.into()))
}

/// Starts new keys. What is stored is sealed anew in the background.
#[utoipa::path(
    post,
    path = "/vault/rotate",
    tag = "vault",
    request_body = PasswordRequest,
    responses((status = OK, description = "How it stands now", body = Success<SecurityView>)),
    extensions(("x-errors" = json!(["WRONG_PASSWORD"]))),
)]
pub(crate) async fn rotate_keys(
    who: Authorized<OwnerUnlocked>,
    Body(body): Body<PasswordRequest>,
) -> Result<Answer<SecurityView>, Fault> {
    who.engine().rotate_keys(body.password.into_secret()).await?;
    Ok(Answer::ok(who.engine().security().await?.into()))
}
