//! Logins.

use roster_domain::LoginId;
use roster_engine::{Callback, CallbackOutcome, LoginPhase as Phase, LoginStatus, LoginView as Login};

use super::query::platform_id;
use crate::{
    Fault,
    wire::{
        login::{
            LoginCallbackRequest, LoginCallbackView, LoginErrorView, LoginGoneView, LoginHealth, LoginQrView,
            LoginResultView, LoginSessionView, LoginState, LoginStatusView, LoginView, LoginWindowView,
            OtherPersonView, ScannedByView,
        },
        words::AccountStatus,
    },
};

impl From<LoginStatus> for LoginStatusView {
    fn from(status: LoginStatus) -> Self {
        let (health, message) = match status.status.map(AccountStatus::from) {
            Some(AccountStatus::Active) => (LoginHealth::Healthy, "Account is healthy and logged in"),
            Some(AccountStatus::Pending) => (LoginHealth::Pending, "Account has not been verified yet"),
            Some(AccountStatus::Inactive) => (LoginHealth::Inactive, "Account is restricted or set aside"),
            Some(AccountStatus::Expired) => (LoginHealth::Expired, "The session has ended. Log in again"),
            None => (LoginHealth::NotLoggedIn, "There is no account on this platform yet. Log in first"),
        };
        Self {
            is_logged_in: status.is_logged_in,
            platform: status.platform.into(),
            account_id: status.account_id.map(Into::into),
            account_name: status.account_name,
            last_check: status.last_check,
            status: health,
            message: message.to_owned(),
        }
    }
}

impl From<Login> for LoginQrView {
    fn from(login: Login) -> Self {
        Self {
            platform: login.platform.into(),
            qrcode_url: login.qrcode_text.unwrap_or_default(),
            qrcode_image: login.qrcode_image.unwrap_or_default(),
            expires_in: login.expires_in.unwrap_or_default(),
            session_id: login.session_id.into(),
            message: String::from("Please scan the QR code with your mobile app to login"),
        }
    }
}

impl TryFrom<LoginCallbackRequest> for Callback {
    type Error = Fault;

    fn try_from(request: LoginCallbackRequest) -> Result<Self, Fault> {
        Ok(Self {
            platform: platform_id("platform", &request.platform)?,
            session_id: request.session_id,
            cookie_data: request.cookie_data.into_secret(),
            account_name: request.account_name,
            user_id: request.user_id,
        })
    }
}

impl From<CallbackOutcome> for LoginCallbackView {
    fn from(outcome: CallbackOutcome) -> Self {
        let message = if outcome.created {
            "Account created and logged in successfully"
        } else {
            "Account updated and logged in successfully"
        };
        Self {
            account_id: outcome.account_id.into(),
            platform: outcome.platform.into(),
            account_name: outcome.account_name,
            status: outcome.status.into(),
            message: message.to_owned(),
        }
    }
}

impl From<Login> for LoginView {
    fn from(login: Login) -> Self {
        Self {
            session_id: login.session_id.into(),
            platform: login.platform.into(),
            account_id: login.account_id.map(Into::into),
            method: login.method.into(),
            phase: login.phase.into(),
            form: login.form.map(Into::into),
            qrcode_text: login.qrcode_text,
            qrcode_image: login.qrcode_image,
            expires_at: login.expires_at,
            expires_in: login.expires_in,
            scanned_by: login.scanned_by.map(|by| ScannedByView { name: by.name, avatar_url: by.avatar_url }),
            result: login.result.map(|result| LoginResultView {
                account_id: result.account_id.into(),
                account_name: result.account_name,
                created: result.created,
                status: result.status.into(),
                avatar_url: result.avatar_url,
            }),
            other_person: login.other_person.map(|other| OtherPersonView {
                user_id: other.user_id,
                name: other.name,
                account_id: other.account_id.map(Into::into),
            }),
            error: login.error.map(|problem| LoginErrorView {
                code: problem.kind.into(),
                reason: problem.reason.into(),
                retry_in_s: problem.retry_in_s,
            }),
            window: login.window.map(|window| LoginWindowView {
                open: window.open,
                host: window.host,
                secure: window.secure,
                candidate: window.candidate,
            }),
            refreshes: login.refreshes,
            started_at: login.started_at,
        }
    }
}

impl LoginGoneView {
    /// The login is over.
    pub(crate) fn of(login: &LoginId) -> Self {
        Self { session_id: login.to_string(), message: String::from("Login called off") }
    }
}

impl From<Login> for LoginSessionView {
    fn from(login: Login) -> Self {
        let (state, message) = match login.phase {
            Phase::Loading => (LoginState::Waiting, "The code is on its way"),
            Phase::NeedsInput => (LoginState::Waiting, "Fill in the form in the app"),
            Phase::Waiting => (LoginState::Waiting, "Scan the code with the platform's app"),
            Phase::Scanned => (LoginState::Scanned, "Scanned. Confirm on the phone"),
            Phase::Verifying | Phase::Done => (LoginState::Confirmed, "Logged in"),
            Phase::Expired => (LoginState::Expired, "The code has expired. Wait for a new one, or start again"),
            Phase::Refused => (LoginState::Refused, "Refused. Start again"),
            Phase::WrongPerson => {
                (LoginState::Failed, "Another person than the account's owner scanned. Nothing was overwritten")
            }
            Phase::Failed => (LoginState::Failed, "The login failed. Start again"),
        };
        Self {
            session_id: login.session_id.into(),
            platform: login.platform.into(),
            state,
            account_id: login.result.map(|result| result.account_id.into()),
            expires_in: login.expires_in,
            qrcode_url: login.qrcode_text,
            message: message.to_owned(),
        }
    }
}
