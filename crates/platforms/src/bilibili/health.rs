//! Who a session belongs to, and whether it may speak.

use jiff::Timestamp;
use roster_domain::{Credential, Number, Numbers, Profile, Quota, QuotaUnit, Quotas, Reason, Verdict};
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
    /// Coins, with tenths.
    #[serde(default, deserialize_with = "ornament")]
    money: Option<f64>,
    #[serde(default, deserialize_with = "ornament")]
    wallet: Option<Wallet>,
}

#[derive(Debug, Deserialize)]
struct Wallet {
    #[serde(default, deserialize_with = "ornament")]
    bcoin_balance: Option<f64>,
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
    let (answer, nav) = match nav(ctx, credential).await {
        Ok(named) => named,
        Err(error) => return Probe::from(error),
    };
    let quotas = Some(counted(&nav, ctx.now)).filter(|quotas| !quotas.items.is_empty());
    let probe = Probe { quotas, ..Probe::alive(identity(nav, ctx.now), answer.evidence()) };
    match depth {
        ProbeDepth::Light => probe,
        ProbeDepth::Full => with_my_info(ctx, credential, probe).await,
    }
}

/// Whose session it is.
pub(super) async fn who(ctx: &Context, credential: &Credential) -> Result<(Answer, Identity), Error> {
    let (answer, nav) = nav(ctx, credential).await?;
    Ok((answer, identity(nav, ctx.now)))
}

/// Coins and B coins: stocks without a limit.
pub(super) async fn quotas(ctx: &Context, credential: &Credential) -> Result<Quotas, Error> {
    let (answer, nav) = nav(ctx, credential).await?;
    let quotas = counted(&nav, ctx.now);
    match quotas.items.is_empty() {
        true => Err(answer.error(ErrorKind::Protocol).because(Reason::UnexpectedShape)),
        false => Ok(quotas),
    }
}

async fn nav(ctx: &Context, credential: &Credential) -> Result<(Answer, Nav), Error> {
    let answer = api::ask(ctx.http.get("nav", NAV), Some(credential), api::HOME).send(ctx.now).await?;
    let (answer, envelope) = api::open(answer)?;
    let nav = api::content(&answer, envelope)?;
    Ok((answer, nav))
}

fn counted(nav: &Nav, now: Timestamp) -> Quotas {
    let table = [("coins", nav.money), ("b_coins", nav.wallet.as_ref().and_then(|wallet| wallet.bcoin_balance))];
    let stock = |(key, left): (&str, Option<f64>)| Some(Quota::stock(key, QuotaUnit::Credits, left?));
    Quotas { read_at: now, items: table.into_iter().filter_map(stock).collect() }
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
