//! Who a session belongs to.

use jiff::Timestamp;
use roster_domain::{Credential, Profile, Reason, Verdict};
use roster_platform::{Answer, Context, Error, ErrorKind, Identity, Probe, ProbeDepth};
use serde::{Deserialize, Deserializer, de};

use super::{api, numbers::PersonalInfo, session};
use crate::wire::{NumberOrText, filled, ornament, picture};

const USER_INFO: (&str, &str) = ("user/info", "/api/galaxy/user/info");
const LONGEST_ID: usize = 64;

/// The person behind the session.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct UserInfo {
    #[serde(deserialize_with = "plain_id")]
    user_id: String,
    #[serde(default, deserialize_with = "ornament")]
    user_name: Option<String>,
    #[serde(default, deserialize_with = "ornament")]
    user_avatar: Option<String>,
    #[serde(default, deserialize_with = "ornament")]
    user_desc: Option<String>,
    /// The public number, digits or of the person's choice.
    #[serde(default, deserialize_with = "ornament")]
    red_id: Option<NumberOrText>,
}

/// Letters and digits: 24 hexadecimal ones today.
fn plain_id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let id = String::deserialize(deserializer)?;
    let plain = (1..=LONGEST_ID).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if plain { Ok(id) } else { Err(de::Error::custom("not a user id")) }
}

impl UserInfo {
    fn identity(self, now: Timestamp) -> (Identity, Option<String>) {
        let user_id = self.user_id;
        let profile = Profile {
            user_id: user_id.clone(),
            name: filled(self.user_name).unwrap_or_else(|| user_id.clone()),
            avatar_url: picture(self.user_avatar.as_deref()),
            signature: filled(self.user_desc),
            read_at: Some(now),
            ..Profile::default()
        };
        (Identity { user_id, profile }, self.red_id.map(|id| id.text()))
    }
}

/// Asks whose session it is; in full depth also for followers and level. Never an error.
pub(super) async fn probe(ctx: &Context, credential: &Credential, depth: ProbeDepth) -> Probe {
    if !session::is_whole(&credential.cookies) {
        return Probe::from(Error::new(ErrorKind::Protocol, USER_INFO.0).because(Reason::NoCredential));
    }
    let (answer, (identity, red_id)) = match who(ctx, credential).await {
        Ok(said) => said,
        Err(error) => return Probe::from(error),
    };
    let mut set = answer.set_cookies.clone();
    let mut probe = Probe::alive(identity, answer.evidence());
    if depth == ProbeDepth::Full {
        match PersonalInfo::read(ctx, credential).await {
            Ok((answer, info)) if info.is_of(red_id.as_deref()) => {
                set.extend(answer.set_cookies.iter().cloned());
                if let Some(identity) = &mut probe.identity {
                    identity.profile.level = info.level();
                }
                probe.numbers = info.numbers(ctx.now);
            }
            // The two answers name different persons: a login has just changed. The first one stands.
            Ok(_) => {}
            Err(error) => probe = without_info(probe, error),
        }
    }
    if probe.verdict == Verdict::Alive {
        probe.refreshed = session::refreshed(credential, &set, ctx.now);
    }
    probe
}

/// The first answer has named the person: a fault of the second takes nothing back, a ban does.
fn without_info(probe: Probe, error: Error) -> Probe {
    if error.kind == ErrorKind::Restricted {
        return Probe { identity: probe.identity, ..Probe::from(error) };
    }
    tracing::debug!(%error, "the daily question was not answered");
    Probe { retry: error.retry, ..probe }
}

/// Whose session it is, and their public number.
async fn who(ctx: &Context, credential: &Credential) -> Result<(Answer, (Identity, Option<String>)), Error> {
    let (answer, data) = api::fetch(ctx, credential, USER_INFO).await?;
    match UserInfo::deserialize(data) {
        Ok(info) => Ok((answer, info.identity(ctx.now))),
        Err(_) => Err(answer.said(ErrorKind::Protocol, 0, None).because(Reason::UnexpectedShape)),
    }
}

/// Whether the session is out at the platform, in its own words.
pub(super) async fn is_out(ctx: &Context, credential: &Credential) -> Result<bool, Error> {
    match who(ctx, credential).await {
        Ok(_) => Ok(false),
        Err(error) if error.kind == ErrorKind::NotLoggedIn => Ok(true),
        Err(error) => Err(error),
    }
}
