//! Who a session belongs to.

use std::time::Duration;

use jiff::Timestamp;
use roster_domain::{Credential, Number, Numbers, Profile, Reason, Verdict};
use roster_platform::{Answer, Context, Error, ErrorKind, Identity, Probe, ProbeDepth};
use serde::Deserialize;
use serde_json::Value;

use super::api;
use crate::session_cookies as session;
use crate::wire::{filled, ornament, picture, user_id};

const STATUS: &str = "https://mp.toutiao.com/mp/agw/media/user_login_status_api";
const USER_INFO: &str = "https://mp.toutiao.com/mp/agw/creator_center/user_info?app_id=1231";

/// After "too often" the whole platform is left alone for a quarter of an hour.
const AFTER_TOO_OFTEN: Duration = Duration::from_secs(15 * 60);

#[derive(Debug, Deserialize)]
struct Status {
    data: StatusData,
}

#[derive(Debug, Deserialize)]
struct StatusData {
    /// `false` has been turned into "not logged in" before this is read; it must be there all the same.
    #[serde(rename = "is_login")]
    _is_login: bool,
    #[serde(default, deserialize_with = "ornament")]
    user: Option<StatusUser>,
}

#[derive(Debug, Deserialize)]
struct StatusUser {
    #[serde(deserialize_with = "user_id")]
    id: u64,
    #[serde(default, deserialize_with = "ornament")]
    screen_name: Option<String>,
}

/// Its fields stand at the root, beside the code. `media_id` is another number: the account's, not the person's.
#[derive(Debug, Deserialize)]
pub(super) struct UserInfo {
    #[serde(deserialize_with = "user_id")]
    id: u64,
    #[serde(default, deserialize_with = "ornament")]
    name: Option<String>,
    #[serde(default, deserialize_with = "ornament")]
    screen_name: Option<String>,
    #[serde(default, deserialize_with = "ornament")]
    avatar_url: Option<String>,
    #[serde(default, deserialize_with = "ornament")]
    total_fans_count: Option<u64>,
}

impl UserInfo {
    /// Reads it. The platform sends `user_id` and `user_id_str`; the text is the exact one.
    fn read(mut body: Value) -> Option<Self> {
        let fields = body.as_object_mut()?;
        let id = fields.remove("user_id_str").or_else(|| fields.remove("user_id"))?;
        fields.insert(String::from("id"), id);
        serde_json::from_value(body).ok()
    }

    fn identity(self, now: Timestamp) -> Identity {
        let name = filled(self.screen_name).or_else(|| filled(self.name));
        identity(self.id, name, picture(self.avatar_url.as_deref()), now)
    }

    /// The numbers that it carries.
    pub(super) fn numbers(&self, now: Timestamp) -> Option<Numbers> {
        let followers = self.total_fans_count?;
        let item = Number { key: String::from("followers"), value: followers as f64, change: None };
        Some(Numbers { read_at: now, items: vec![item] })
    }
}

fn identity(id: u64, name: Option<String>, avatar_url: Option<String>, now: Timestamp) -> Identity {
    let user_id = id.to_string();
    let name = name.unwrap_or_else(|| user_id.clone());
    let profile = Profile { user_id: user_id.clone(), name, avatar_url, read_at: Some(now), ..Profile::default() };
    Identity { user_id, profile }
}

/// Asks whether the session lives, then whose it is; the same in both depths. Never an error.
pub(super) async fn probe(ctx: &Context, credential: &Credential, _depth: ProbeDepth) -> Probe {
    if !session::is_whole(&credential.cookies) {
        return Probe::from(Error::new(ErrorKind::Protocol, "user_login_status").because(Reason::NoCredential));
    }
    let (status, user) = match status(ctx, credential).await {
        Ok(said) => said,
        Err(error) => return Probe::from(patient(error)),
    };
    let mut set = status.set_cookies.clone();
    let mut probe = match user_info(ctx, credential).await {
        Ok((answer, info)) => {
            set.extend(answer.set_cookies.iter().cloned());
            let numbers = info.numbers(ctx.now);
            Probe { numbers, ..Probe::alive(info.identity(ctx.now), answer.evidence()) }
        }
        Err(error) => without_info(error, &status, user, ctx.now),
    };
    if probe.verdict == Verdict::Alive {
        probe.refreshed = session::refreshed(credential, &set, api::COOKIE_DOMAIN, ctx.now);
    }
    probe
}

/// The first answer named the person, the second failed: a fault there takes nothing back, the platform's own words
/// do.
fn without_info(error: Error, status: &Answer, user: Option<StatusUser>, now: Timestamp) -> Probe {
    let faulty = matches!(
        error.kind,
        ErrorKind::Network | ErrorKind::Server | ErrorKind::Protocol | ErrorKind::RateLimited | ErrorKind::Refused
    );
    let error = patient(error);
    match user.filter(|_| faulty) {
        None => Probe::from(error),
        Some(user) => {
            let identity = identity(user.id, filled(user.screen_name), None, now);
            Probe { retry: error.retry, ..Probe::alive(identity, status.evidence()) }
        }
    }
}

fn patient(error: Error) -> Error {
    if error.kind == ErrorKind::RateLimited { error.not_before(AFTER_TOO_OFTEN) } else { error }
}

/// Whether the session lives, and the user where the answer names one.
async fn status(ctx: &Context, credential: &Credential) -> Result<(Answer, Option<StatusUser>), Error> {
    let ask = ctx.http.get("user_login_status", STATUS);
    let (answer, body) = api::centre(api::ask_centre(ask, credential).send(ctx.now).await?)?;
    let changed = || answer.said(ErrorKind::Protocol, 0, None).because(Reason::UnexpectedShape);
    let status = Status::deserialize(body).map_err(|_| changed())?;
    Ok((answer, status.data.user))
}

/// Whether the session is out at the platform, in its own words.
pub(super) async fn is_out(ctx: &Context, credential: &Credential) -> Result<bool, Error> {
    match status(ctx, credential).await {
        Ok(_) => Ok(false),
        Err(error) if error.kind == ErrorKind::NotLoggedIn => Ok(true),
        Err(error) => Err(error),
    }
}

/// The person behind the session.
pub(super) async fn user_info(ctx: &Context, credential: &Credential) -> Result<(Answer, UserInfo), Error> {
    let ask = ctx.http.get("user_info", USER_INFO);
    let (answer, body) = api::centre(api::ask_centre(ask, credential).send(ctx.now).await?)?;
    match UserInfo::read(body) {
        Some(info) => Ok((answer, info)),
        None => Err(answer.said(ErrorKind::Protocol, 0, None).because(Reason::UnexpectedShape)),
    }
}
