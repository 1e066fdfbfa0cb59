//! A creator's numbers, out of the two questions that need no signature.

use jiff::Timestamp;
use roster_domain::{Credential, Number, Numbers, Reason};
use roster_platform::{Answer, Context, Error, ErrorKind};
use serde::{Deserialize, de::DeserializeOwned};

use super::api;
use crate::wire::{NumberOrText, ornament};

const PERSONAL_INFO: (&str, &str) = ("personal_info", "/api/galaxy/creator/home/personal_info");
const NOTE_DETAIL: (&str, &str) = ("note_detail_new", "/api/galaxy/creator/data/note_detail_new");

/// What the home page of the creator centre shows.
#[derive(Debug, Deserialize)]
pub(super) struct PersonalInfo {
    #[serde(default, deserialize_with = "ornament")]
    red_num: Option<NumberOrText>,
    #[serde(default, deserialize_with = "ornament")]
    fans_count: Option<u64>,
    #[serde(default, deserialize_with = "ornament")]
    follow_count: Option<u64>,
    /// Likes and collections received, in one number.
    #[serde(default, deserialize_with = "ornament")]
    faved_count: Option<u64>,
    #[serde(default, deserialize_with = "ornament")]
    grow_info: Option<Growth>,
}

#[derive(Debug, Deserialize)]
struct Growth {
    level: u32,
}

/// The notes' figures of the last 30 days. Those of new accounts are null or missing.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct NoteDetail {
    #[serde(deserialize_with = "ornament")]
    thirty: Option<Span>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Span {
    view_count: Option<u64>,
    like_count: Option<u64>,
    collect_count: Option<u64>,
    comment_count: Option<u64>,
    share_count: Option<u64>,
}

impl PersonalInfo {
    /// Asks for it.
    pub(super) async fn read(ctx: &Context, credential: &Credential) -> Result<(Answer, Self), Error> {
        fetch(ctx, credential, PERSONAL_INFO).await
    }

    /// Whether it is about the person of this public number.
    pub(super) fn is_of(&self, red_id: Option<&str>) -> bool {
        match (&self.red_num, red_id) {
            (Some(said), Some(known)) => said.text() == known,
            (None, _) | (_, None) => true,
        }
    }

    /// The creator's level.
    pub(super) fn level(&self) -> Option<String> {
        self.grow_info.as_ref().map(|growth| format!("LV{}", growth.level))
    }

    /// The numbers that it carries; `None` when there is none.
    pub(super) fn numbers(&self, now: Timestamp) -> Option<Numbers> {
        let items = items(&[
            ("followers", self.fans_count),
            ("following", self.follow_count),
            ("likes_and_favorites", self.faved_count),
        ]);
        if items.is_empty() { None } else { Some(Numbers { read_at: now, items }) }
    }
}

impl Span {
    fn items(&self) -> Vec<Number> {
        items(&[
            ("views_30d", self.view_count),
            ("likes_30d", self.like_count),
            ("favorites_30d", self.collect_count),
            ("comments_30d", self.comment_count),
            ("shares_30d", self.share_count),
        ])
    }
}

fn items(counts: &[(&str, Option<u64>)]) -> Vec<Number> {
    let number = |(key, count): &(&str, Option<u64>)| {
        Some(Number { key: (*key).to_owned(), value: (*count)? as f64, change: None })
    };
    counts.iter().filter_map(number).collect()
}

/// The numbers. Followers are asked for first, and their answer must be good; of the notes' figures, which not every
/// account has, a fault is passed over unless the platform asks for a pause.
pub(super) async fn numbers(ctx: &Context, credential: &Credential) -> Result<Numbers, Error> {
    let (answer, info) = PersonalInfo::read(ctx, credential).await?;
    let missing = || answer.said(ErrorKind::Protocol, 0, None).because(Reason::UnexpectedShape);
    let mut numbers = info.numbers(ctx.now).ok_or_else(missing)?;
    match fetch::<NoteDetail>(ctx, credential, NOTE_DETAIL).await {
        Ok((_, notes)) => numbers.items.extend(notes.thirty.unwrap_or_default().items()),
        Err(error) => match error.kind {
            ErrorKind::NotLoggedIn | ErrorKind::RiskControl | ErrorKind::RateLimited | ErrorKind::Restricted => {
                return Err(error);
            }
            ErrorKind::Unsupported
            | ErrorKind::Network
            | ErrorKind::Server
            | ErrorKind::Protocol
            | ErrorKind::Refused => tracing::debug!(%error, "some numbers were not to be had"),
        },
    }
    Ok(numbers)
}

async fn fetch<T: DeserializeOwned>(
    ctx: &Context,
    credential: &Credential,
    question: (&'static str, &str),
) -> Result<(Answer, T), Error> {
    let (answer, data) = api::fetch(ctx, credential, question).await?;
    match serde_json::from_value(data) {
        Ok(content) => Ok((answer, content)),
        Err(_) => Err(answer.said(ErrorKind::Protocol, 0, None).because(Reason::UnexpectedShape)),
    }
}
