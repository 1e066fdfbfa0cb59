//! `/desktop/v1`: what needs the owner's presence. Only the app's own window has these routes.

mod accounts;
mod checks;
mod cookies;
mod history;
mod logins;
mod operations;
mod proxies;
mod settings;
mod snapshots;
mod transfer;
mod trash;
mod vault;
mod vault_keys;
mod wallet;
mod windows;

use utoipa_axum::router::OpenApiRouter;

use crate::{access::Doorway, guarded::guarded};

/// The routes.
pub(crate) fn routes() -> OpenApiRouter<Doorway> {
    guarded!(
        OpenApiRouter::new(),
        vault::vault_state,
        vault::create_vault,
        vault::unlock_vault,
        vault::touch_vault,
        vault::lock_vault,
        vault_keys::unlock_with_recovery,
        vault_keys::unlock_with_keychain,
        vault_keys::unlock_with_key_file,
        vault_keys::vault_security,
        vault_keys::change_password,
        vault_keys::make_recovery_kit,
        vault_keys::confirm_recovery_kit,
        vault_keys::add_keychain,
        vault_keys::add_key_file,
        vault_keys::remove_slot,
        vault_keys::rotate_keys,
        snapshots::list_snapshots,
        snapshots::take_snapshot,
        snapshots::preview_snapshot,
        snapshots::restore_snapshot,
        transfer::export,
        transfer::import,
        transfer::apply_import,
        transfer::discard_import,
        transfer::erase,
        settings::get_preferences,
        settings::put_preferences,
        settings::get_settings,
        settings::put_settings,
        settings::about,
        logins::start_login,
        logins::list_logins,
        logins::get_login,
        logins::cancel_login,
        logins::fill_login,
        logins::refresh_login,
        logins::accept_new,
        windows::focus_login_window,
        windows::open_account,
        windows::close_account_window,
        checks::start_check,
        checks::pause_checks,
        checks::resume_checks,
        checks::list_jobs,
        checks::cancel_job,
        accounts::account_facets,
        accounts::account_cookies,
        accounts::bulk_delete,
        cookies::copy_cookie,
        cookies::reveal_cookie,
        accounts::bulk_update,
        operations::operate_as_owner,
        operations::copy_secret,
        operations::reveal_secret,
        proxies::put_proxy,
        proxies::test_proxy,
        wallet::wallet,
        wallet::refresh_wallet,
        trash::list_trash,
        trash::restore_trash,
        trash::purge_trash,
        trash::list_undo,
        trash::undo,
        history::vault_history,
    )
}
