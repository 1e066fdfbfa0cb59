//! Settings, preferences, about.

use crate::{
    Answer, Fault, Success,
    access::{Authorized, Owner, OwnerUnlocked},
    extract::Body,
    wire::{
        settings::{PreferencesBody, SettingsBody},
        vault::AboutView,
    },
};

/// What must be known while the vault is locked.
#[utoipa::path(
    get,
    path = "/preferences",
    tag = "settings",
    responses((status = OK, description = "The preferences", body = Success<PreferencesBody>)),
)]
pub(crate) async fn get_preferences(who: Authorized<Owner>) -> Result<Answer<PreferencesBody>, Fault> {
    Ok(Answer::ok(who.engine().preferences().into()))
}

/// Sets the preferences.
#[utoipa::path(
    put,
    path = "/preferences",
    tag = "settings",
    request_body = PreferencesBody,
    responses((status = OK, description = "The preferences as they are now", body = Success<PreferencesBody>)),
)]
pub(crate) async fn put_preferences(
    who: Authorized<Owner>,
    Body(body): Body<PreferencesBody>,
) -> Result<Answer<PreferencesBody>, Fault> {
    Ok(Answer::ok(who.engine().update_preferences(body.into()).await?.into()))
}

/// What the owner set.
#[utoipa::path(
    get,
    path = "/settings",
    tag = "settings",
    responses((status = OK, description = "The settings", body = Success<SettingsBody>)),
)]
pub(crate) async fn get_settings(who: Authorized<OwnerUnlocked>) -> Result<Answer<SettingsBody>, Fault> {
    Ok(Answer::ok(who.engine().settings()?.into()))
}

/// Sets the settings.
#[utoipa::path(
    put,
    path = "/settings",
    tag = "settings",
    request_body = SettingsBody,
    responses((status = OK, description = "The settings as they are now", body = Success<SettingsBody>)),
)]
pub(crate) async fn put_settings(
    who: Authorized<OwnerUnlocked>,
    Body(body): Body<SettingsBody>,
) -> Result<Answer<SettingsBody>, Fault> {
    Ok(Answer::ok(who.engine().update_settings(body.into()).await?.into()))
}

/// About the program.
#[utoipa::path(
    get,
    path = "/about",
    tag = "settings",
    responses((status = OK, description = "Version, folders, licence", body = Success<AboutView>)),
)]
pub(crate) async fn about(who: Authorized<Owner>) -> Result<Answer<AboutView>, Fault> {
    Ok(Answer::ok(AboutView::of(who.places(), who.engine().memory_locked())))
}
