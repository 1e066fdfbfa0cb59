//! Who a session belongs to.

use std::time::Duration;

use jiff::Timestamp;
use roster_domain::{Credential, Number, Numbers, Profile, Reason, Verdict};
use roster_platform::{Answer, Context, Error, ErrorKind, Identity, Probe, ProbeDepth};
use serde::Deserialize;
use serde_json::Value;

use super::api;
use crate::passport;
use crate::session_cookies as session;
use crate::wire::{NumberOrText, filled, ornament, picture};

const ACCOUNT_INFO: &str = "https://www.douyin.com/passport/account/info/v2/?aid=6383&account_sdk_source=web";
const CREATOR_INFO: &str = "https://creator.douyin.com/web/api/media/user/info/";

/// After "too often" the whole platform is left alone for a quarter of an hour.
const AFTER_TOO_OFTEN: Duration = Duration::from_secs(15 * 60);

/// What the passport says. It also carries a `session_key`, a credential, which is not read at all.
#[derive(Debug, Deserialize)]
struct AccountInfo {
    /// The exact one of the two.
    #[serde(default, deserialize_with = "ornament")]
    user_id_str: Option<NumberOrText>,
    #[serde(default, deserialize_with = "ornament")]
    user_id: Option<NumberOrText>,
    #[serde(default, deserialize_with = "ornament")]
    screen_name: Option<String>,
    #[serde(default, deserialize_with = "ornament")]
    name: Option<String>,
    #[serde(default, deserialize_with = "ornament")]
    avatar_url: Option<String>,
    #[serde(default, deserialize_with = "ornament")]
    description: Option<String>,
    #[serde(default, deserialize_with = "ornament")]
    sec_user_id: Option<String>,
}

/// A person, and the id under which the creator centre knows them.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) identity: Identity,
    sec_id: Option<String>,
}

impl AccountInfo {
    fn known(self, now: Timestamp) -> Option<Known> {
        let whole = |id: NumberOrText| id.text().parse::<u64>().ok().filter(|id| *id > 0);
        let id = self.user_id_str.and_then(whole).or_else(|| self.user_id.and_then(whole))?;
        let user_id = id.to_string();
        let name = filled(self.screen_name).or_else(|| filled(self.name)).unwrap_or_else(|| user_id.clone());
        let profile = Profile {
            user_id: user_id.clone(),
            name,
            avatar_url: picture(self.avatar_url.as_deref()),
            signature: filled(self.description),
            read_at: Some(now),
            ..Profile::default()
        };
        Some(Known { identity: Identity { user_id, profile }, sec_id: filled(self.sec_user_id) })
    }
}

/// What the creator centre says of its creator.
#[derive(Debug, Deserialize)]
pub(super) struct Creator {
    #[serde(default, deserialize_with = "ornament")]
    sec_uid: Option<String>,
    #[serde(default, deserialize_with = "ornament")]
    signature: Option<String>,
    #[serde(default, deserialize_with = "ornament")]
    follower_count: Option<u64>,
    #[serde(default, deserialize_with = "ornament")]
    following_count: Option<u64>,
    #[serde(default, deserialize_with = "ornament")]
    aweme_count: Option<u64>,
    #[serde(default, deserialize_with = "ornament")]
    total_favorited: Option<u64>,
}

impl Creator {
    /// The numbers that it carries; `None` when there is none.
    pub(super) fn numbers(&self, now: Timestamp) -> Option<Numbers> {
        let counts = [
            ("followers", self.follower_count),
            ("following", self.following_count),
            ("likes", self.total_favorited),
            ("posts", self.aweme_count),
        ];
        let number = |(key, count): (&str, Option<u64>)| {
            Some(Number { key: key.to_owned(), value: count? as f64, change: None })
        };
        let items: Vec<Number> = counts.into_iter().filter_map(number).collect();
        if items.is_empty() { None } else { Some(Numbers { read_at: now, items }) }
    }
}

/// Asks whose session it is; in full depth also what the creator centre knows. Never an error.
pub(super) async fn probe(ctx: &Context, credential: &Credential, depth: ProbeDepth) -> Probe {
    if !session::is_whole(&credential.cookies) {
        return Probe::from(Error::new(ErrorKind::Protocol, "account/info").because(Reason::NoCredential));
    }
    let (answer, known) = match who(ctx, credential).await {
        Ok(said) => said,
        Err(error) => return Probe::from(patient(error)),
    };
    let mut set = answer.set_cookies.clone();
    let mut probe = Probe::alive(known.identity.clone(), answer.evidence());
    if depth == ProbeDepth::Full {
        match creator(ctx, credential, &known).await {
            Ok((answer, creator)) => {
                set.extend(answer.set_cookies.iter().cloned());
                probe.numbers = creator.numbers(ctx.now);
                if let (Some(identity), Some(signature)) = (&mut probe.identity, filled(creator.signature)) {
                    identity.profile.signature = Some(signature);
                }
            }
            Err(error) => probe = without_creator(probe, error),
        }
    }
    if probe.verdict == Verdict::Alive {
        probe.refreshed = session::refreshed(credential, &set, api::COOKIE_DOMAIN, ctx.now);
    }
    probe
}

/// The passport has named the person: a fault of the creator centre takes nothing back, a ban does.
fn without_creator(probe: Probe, error: Error) -> Probe {
    if error.kind == ErrorKind::Restricted {
        return Probe { identity: probe.identity, ..Probe::from(error) };
    }
    tracing::debug!(%error, "the creator centre did not answer");
    Probe { retry: patient(error).retry, ..probe }
}

fn patient(error: Error) -> Error {
    if error.kind == ErrorKind::RateLimited { error.not_before(AFTER_TOO_OFTEN) } else { error }
}

/// Whose session it is, by the passport: the one authority on that.
pub(super) async fn who(ctx: &Context, credential: &Credential) -> Result<(Answer, Known), Error> {
    let ask = api::ask(ctx.http.get("account/info", ACCOUNT_INFO), credential, api::VIEWERS);
    let (answer, data) = passport::content(ask.send(ctx.now).await?)?;
    match AccountInfo::deserialize(data).ok().and_then(|info| info.known(ctx.now)) {
        Some(known) => Ok((answer, known)),
        None => Err(answer.said(ErrorKind::Protocol, 0, None).because(Reason::UnexpectedShape)),
    }
}

/// What the creator centre says of this person, and of nobody else.
pub(super) async fn creator(ctx: &Context, credential: &Credential, known: &Known) -> Result<(Answer, Creator), Error> {
    let ask = api::ask(ctx.http.get("media/user/info", CREATOR_INFO), credential, api::LOGIN_PAGE);
    let (answer, mut body) = api::centre(ask.send(ctx.now).await?)?;
    let user = body.get_mut("user").map(Value::take).and_then(|user| Creator::deserialize(user).ok());
    let same = |creator: &Creator| match (&known.sec_id, &creator.sec_uid) {
        (Some(known), Some(said)) => known == said,
        (None, _) | (_, None) => true,
    };
    match user.filter(same) {
        Some(creator) => Ok((answer, creator)),
        None => Err(answer.said(ErrorKind::Protocol, 0, None).because(Reason::UnexpectedShape)),
    }
}
