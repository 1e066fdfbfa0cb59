//! A creator's numbers, out of three questions. They are recalculated once a day.

use roster_domain::{Credential, Number, Numbers};
use roster_platform::{Context, Error, ErrorKind};
use serde::Deserialize;

use super::api;
use crate::wire::ornament;

const NAV_STAT: &str = "https://api.bilibili.com/x/web-interface/nav/stat";
const UP_STAT: &str = "https://api.bilibili.com/x/space/upstat?mid=";
const INDEX_STAT: &str = "https://member.bilibili.com/x/web/index/stat";

#[derive(Debug, Deserialize)]
struct NavStat {
    following: u64,
    follower: u64,
    #[serde(default, deserialize_with = "ornament")]
    dynamic_count: Option<u64>,
}

/// Without a login the platform answers `{}`.
#[derive(Debug, Default, Deserialize)]
struct UpStat {
    #[serde(default, deserialize_with = "ornament")]
    archive: Option<Views>,
    #[serde(default, deserialize_with = "ornament")]
    article: Option<Views>,
    #[serde(default, deserialize_with = "ornament")]
    likes: Option<u64>,
}

#[derive(Debug, Deserialize)]
struct Views {
    view: u64,
}

/// Totals and yesterday's changes. The platform mixes `inc_` and `incr_`.
#[derive(Debug, Default, Deserialize)]
struct IndexStat {
    total_click: Option<u64>,
    incr_click: Option<i64>,
    total_fans: Option<u64>,
    incr_fans: Option<i64>,
    total_like: Option<u64>,
    inc_like: Option<i64>,
    total_reply: Option<u64>,
    incr_reply: Option<i64>,
    total_dm: Option<u64>,
    incr_dm: Option<i64>,
    total_coin: Option<u64>,
    inc_coin: Option<i64>,
    total_fav: Option<u64>,
    inc_fav: Option<i64>,
    total_share: Option<u64>,
    inc_share: Option<i64>,
    total_elec: Option<u64>,
    inc_elec: Option<i64>,
}

/// The numbers. Followers are asked for first, and their answer must be good; of the other two, which not every
/// account has, a fault is passed over unless the platform asks for a pause.
pub(super) async fn numbers(ctx: &Context, credential: &Credential) -> Result<Numbers, Error> {
    let (_, nav) = api::fetch::<NavStat>(ctx, credential, "nav/stat", NAV_STAT).await?;
    let mid = credential.cookies.value("DedeUserID").map(|id| id.expose().clone()).unwrap_or_default();
    let up = if !mid.is_empty() && mid.bytes().all(|byte| byte.is_ascii_digit()) {
        optional(api::fetch::<UpStat>(ctx, credential, "upstat", &format!("{UP_STAT}{mid}")).await)?
    } else {
        UpStat::default()
    };
    let index = optional(api::fetch::<IndexStat>(ctx, credential, "index/stat", INDEX_STAT).await)?;
    Ok(Numbers { read_at: ctx.now, items: items(&nav, &up, &index) })
}

fn optional<A, T: Default>(outcome: Result<(A, T), Error>) -> Result<T, Error> {
    match outcome {
        Ok((_, content)) => Ok(content),
        Err(error) => match error.kind {
            ErrorKind::NotLoggedIn | ErrorKind::RiskControl | ErrorKind::RateLimited | ErrorKind::Restricted => Err(error),
            ErrorKind::Unsupported
            | ErrorKind::Network
            | ErrorKind::Server
            | ErrorKind::Protocol
            | ErrorKind::Refused => {
                tracing::debug!(%error, "some numbers were not to be had");
                Ok(T::default())
            }
        },
    }
}

fn items(nav: &NavStat, up: &UpStat, index: &IndexStat) -> Vec<Number> {
    let views = up.archive.as_ref().map(|views| views.view);
    let table = [
        ("followers", Some(nav.follower).or(index.total_fans), index.incr_fans),
        ("views", index.total_click.or(views), index.incr_click),
        ("likes", index.total_like.or(up.likes), index.inc_like),
        ("comments", index.total_reply, index.incr_reply),
        ("danmaku", index.total_dm, index.incr_dm),
        ("coins", index.total_coin, index.inc_coin),
        ("favorites", index.total_fav, index.inc_fav),
        ("shares", index.total_share, index.inc_share),
        ("charges", index.total_elec, index.inc_elec),
        ("article_views", up.article.as_ref().map(|views| views.view), None),
        ("following", Some(nav.following), None),
        ("posts", nav.dynamic_count, None),
    ];
    let number = |(key, value, change): (&str, Option<u64>, Option<i64>)| {
        Some(Number { key: key.to_owned(), value: value? as f64, change: change.map(|change| change as f64) })
    };
    table.into_iter().filter_map(number).collect()
}
