//! Who a session belongs to, and whether it may speak.

use jiff::Timestamp;
use roster_domain::{Credential, Number, Numbers, Profile, Reason, Verdict};
use roster_platform::{Answer, Context, Error, ErrorKind, Identity, Probe, ProbeDepth};
use serde::Deserialize;

use super::api;
use crate::wire::{filled, ornament, picture, user_id};

const NAV: &str = "https://api.bilibili.com/x/web-interface/nav";
const MYINFO: &str = "https://api.bilibili.com/x/space/myinfo";

#[derive(Debug, Deserialize)]
struct Nav {
    /// `false` has been turned into "not logged in" before this is read; it must be there all the same.
    #[serde(rename = "isLogin")]
    _is_login: bool,
    #[serde(deserialize_with = "user_id")]
    mid: u64,
    uname: String,
    #[serde(default, deserialize_with = "ornament")]
    face: Option<String>,
    #[serde(default, deserialize_with = "ornament")]
    level_info: Option<Level>,
    #[serde(default, rename = "vipStatus", deserialize_with = "ornament")]
    vip_status: Option<i64>,
    #[serde(default, rename = "vipDueDate", deserialize_with = "ornament")]
    vip_due_ms: Option<i64>,
    #[serde(default, deserialize_with = "ornament")]
    vip: Option<Vip>,
    #[serde(default, deserialize_with = "ornament")]
    official: Option<Official>,
}

#[derive(Debug, Deserialize)]
struct Level {
    current_level: i64,
}

#[derive(Debug, Deserialize)]
struct Vip {
    #[serde(default, deserialize_with = "ornament")]
    label: Option<Label>,
}

#[derive(Debug, Deserialize)]
struct Label {
    #[serde(default, deserialize_with = "ornament")]
    text: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Official {
    /// -1 is not verified.
    #[serde(rename = "type")]
    kind: i64,
    #[serde(default, deserialize_with = "ornament")]
    title: Option<String>,
}

#[derive(Debug, Deserialize)]
struct MyInfo {
    #[serde(deserialize_with = "user_id")]
    mid: u64,
    /// 1 is banned or muted.
    silence: i64,
    #[serde(default, deserialize_with = "ornament")]
    sign: Option<String>,
    #[serde(default, deserialize_with = "ornament")]
    follower: Option<u64>,
    #[serde(default, deserialize_with = "ornament")]
    following: Option<u64>,
}

/// One question, or two in full depth; never an error.
pub(super) async fn probe(ctx: &Context, credential: &Credential, depth: ProbeDepth) -> Probe {
    if credential.cookies.value("SESSDATA").is_none() {
        return Probe::from(Error::new(ErrorKind::Protocol, "nav").because(Reason::NoCredential));
    }
    let (answer, identity) = match who(ctx, credential).await {
        Ok(named) => named,
        Err(error) => return Probe::from(error),
    };
    let probe = Probe::alive(identity, answer.evidence());
    match depth {
        ProbeDepth::Light => probe,
        ProbeDepth::Full => with_my_info(ctx, credential, probe).await,
    }
}

/// Whose session it is.
pub(super) async fn who(ctx: &Context, credential: &Credential) -> Result<(Answer, Identity), Error> {
    let answer = api::ask(ctx.http.get("nav", NAV), Some(credential), api::HOME).send(ctx.now).await?;
    let (answer, envelope) = api::open(answer)?;
    let nav: Nav = api::content(&answer, envelope)?;
    let identity = identity(nav, ctx.now);
    Ok((answer, identity))
}

fn identity(nav: Nav, now: Timestamp) -> Identity {
    let user_id = nav.mid.to_string();
    let member = nav.vip_status == Some(1);
    let label = nav.vip.and_then(|vip| vip.label).and_then(|label| filled(label.text));
    let ends = nav.vip_due_ms.filter(|due| *due > 0).and_then(|due| Timestamp::from_millisecond(due).ok());
    let profile = Profile {
        user_id: user_id.clone(),
        name: nav.uname,
        avatar_url: picture(nav.face.as_deref()),
        signature: None,
        level: nav.level_info.map(|level| format!("LV{}", level.current_level)),
        membership: label.filter(|_| member),
        membership_ends_at: ends.filter(|_| member),
        verification: nav.official.filter(|official| official.kind >= 0).and_then(|official| filled(official.title)),
        read_at: Some(now),
    };
    Identity { user_id, profile }
}

/// Adds what is worth asking once a day. The session is known to live: a fault here takes nothing back.
async fn with_my_info(ctx: &Context, credential: &Credential, mut probe: Probe) -> Probe {
    let info = match api::fetch::<MyInfo>(ctx, credential, "myinfo", MYINFO).await {
        Ok((_, info)) => info,
        Err(error) if error.kind == ErrorKind::Restricted => {
            let restricted = Probe::from(error);
            return Probe { identity: probe.identity, ..restricted };
        }
        Err(error) => {
            tracing::debug!(%error, "the daily question was not answered");
            probe.retry = error.retry;
            return probe;
        }
    };
    let Some(identity) = probe.identity.as_mut().filter(|identity| identity.user_id == info.mid.to_string()) else {
        return probe;
    };
    identity.profile.signature = filled(info.sign);
    let counts = [("followers", info.follower), ("following", info.following)];
    let items: Vec<Number> = counts.into_iter().filter_map(|(key, count)| Some(number(key, count?))).collect();
    probe.numbers = Some(Numbers { read_at: ctx.now, items }).filter(|numbers| !numbers.items.is_empty());
    if info.silence != 0 {
        probe.verdict = Verdict::Restricted;
        probe.reason = Reason::Muted;
        probe.evidence.question = String::from("myinfo");
        probe.evidence.code = Some(format!("silence={}", info.silence));
    }
    probe
}

fn number(key: &str, count: u64) -> Number {
    Number { key: key.to_owned(), value: count as f64, change: None }
}
