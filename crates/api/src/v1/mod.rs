//! `/api/v1`: what the owner and, with the scopes for it, programs may ask.

mod accounts;
mod app;
mod health;
mod login;
mod members;
mod operations;
mod pools;
mod usage;

use utoipa_axum::router::OpenApiRouter;

use crate::{access::Doorway, guarded::guarded};

/// The routes.
pub(crate) fn routes() -> OpenApiRouter<Doorway> {
    guarded!(
        OpenApiRouter::new(),
        login::login_status,
        login::login_qrcode,
        login::login_callback,
        login::login_session,
        login::cancel_login_session,
        accounts::create_account,
        accounts::list_accounts,
        accounts::get_account,
        accounts::update_account,
        accounts::delete_account,
        accounts::account_profile,
        usage::account_stats,
        usage::report_usage,
        health::check_account,
        health::check_accounts,
        health::health_history,
        health::account_numbers,
        health::account_quotas,
        health::renew_account,
        health::logout_account,
        operations::list_operations,
        operations::operate,
        pools::create_pool,
        pools::list_pools,
        pools::get_pool,
        pools::update_pool,
        pools::delete_pool,
        pools::select_account,
        members::add_member,
        members::list_members,
        members::put_member,
        members::remove_member,
        app::list_platforms,
        app::app_status,
        app::metrics,
        app::describe_api,
    )
}
