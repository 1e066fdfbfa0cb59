//! Filters.

use std::str::FromStr;

use roster_domain::{AccountId, AccountStatus, LoginId, PlatformId};
use roster_engine::{AccountQuery, AccountRef, CheckSelection, Engine, Error};
use serde_json::json;

use crate::{
    ErrorCode, Fault,
    wire::{
        account_list::{ListAccountsQuery, SortOrder},
        job::{FilterBody, StartCheckRequest},
    },
};

/// The most accounts that one request may name.
const MOST_NAMED: usize = 10_000;
/// The most accounts that a list may name: as many as its longest page holds.
const MOST_LISTED: usize = 500;

/// A platform's id, in the right form; whether anybody knows it is the engine's to say.
pub(crate) fn platform_id(field: &'static str, text: &str) -> Result<PlatformId, Fault> {
    text.parse().map_err(|_| {
        Fault::new(
            ErrorCode::InvalidRequest,
            format!("{field} is not a platform's id: 2 to 32 lower-case letters, digits or '-'."),
        )
        .with(json!({ "field": field, "problem": "malformed" }))
    })
}

/// What a list shows.
pub(crate) fn to_query(engine: &Engine, query: ListAccountsQuery) -> Result<AccountQuery, Fault> {
    let mut filter = AccountQuery {
        ids: query.ids.as_deref().map(named).transpose()?,
        platforms: list("platform", query.platform.as_deref())?,
        statuses: statuses(query.status.as_deref())?,
        user_id: query.user_id,
        project_id: query.project_id,
        tags: words(query.tag.as_deref()).map(str::to_owned).collect(),
        pool: query.pool.as_deref().map(|pool| engine.pool_id(pool)).transpose()?,
        text: query.text.filter(|text| !text.trim().is_empty()),
        needs_me: query.needs_me.unwrap_or_default(),
        descending: query.order == Some(SortOrder::Desc),
        ..AccountQuery::default()
    };
    filter.sort = query.sort.map(Into::into).unwrap_or_default();
    filter.limit = query.limit.unwrap_or(filter.limit);
    filter.offset = query.offset.unwrap_or(filter.offset);
    Ok(filter)
}

/// The accounts that a list names; text that can be no id names none.
fn named(text: &str) -> Result<Vec<AccountRef>, Fault> {
    if words(Some(text)).count() > MOST_LISTED {
        let details = json!({ "field": "ids", "problem": "out_of_range", "min": 0, "max": MOST_LISTED });
        return Err(
            Fault::new(ErrorCode::InvalidRequest, format!("Name at most {MOST_LISTED} accounts.")).with(details)
        );
    }
    Ok(words(Some(text)).filter_map(|word| AccountRef::parse(word).ok()).collect())
}

/// What a check is about.
pub(crate) fn selection(engine: &Engine, request: StartCheckRequest) -> Result<CheckSelection, Fault> {
    let said = [request.account_ids.is_some(), request.platform.is_some(), request.filter.is_some()];
    if said.into_iter().filter(|said| *said).count() > 1 {
        return Err(Fault::invalid("body", "Name either account_ids, or platform, or filter."));
    }
    if let Some(ids) = request.account_ids {
        return Ok(CheckSelection::Accounts(account_ids(engine, &ids)?));
    }
    let filter = request.filter.unwrap_or(FilterBody { platform: request.platform, ..FilterBody::default() });
    let query = ListAccountsQuery {
        platform: filter.platform,
        status: filter.status,
        user_id: filter.user_id,
        project_id: filter.project_id,
        tag: filter.tag,
        pool: filter.pool,
        text: filter.text,
        needs_me: filter.needs_me,
        ..ListAccountsQuery::default()
    };
    to_query(engine, query).map(|query| CheckSelection::Matching(Box::new(query)))
}

/// Accounts by either of their ids.
pub(crate) fn account_ids(engine: &Engine, texts: &[String]) -> Result<Vec<AccountId>, Fault> {
    few_enough(texts)?;
    texts.iter().map(|text| account_id(engine, text)).collect()
}

/// Accounts by their public ids, whether or not they are there now.
pub(crate) fn account_id_of(texts: &[String]) -> Result<Vec<AccountId>, Fault> {
    few_enough(texts)?;
    let parsed = texts.iter().map(|text| text.parse());
    parsed.collect::<Result<_, _>>().map_err(|_| Fault::invalid("account_ids", "Name accounts by their public ids."))
}

/// How many accounts one request may name.
pub(crate) fn few_enough(texts: &[String]) -> Result<(), Fault> {
    if (1..=MOST_NAMED).contains(&texts.len()) {
        return Ok(());
    }
    let details = json!({ "field": "account_ids", "problem": "out_of_range", "min": 1, "max": MOST_NAMED });
    Err(Fault::new(ErrorCode::InvalidRequest, format!("Name 1 to {MOST_NAMED} accounts.")).with(details))
}

/// A login's id; text that cannot be one names no login.
pub(crate) fn login_id(text: &str) -> Result<LoginId, Fault> {
    text.parse().map_err(|_| Error::LoginNotFound { id: text.chars().take(64).collect() }.into())
}

/// An account's public id, by either of its ids.
pub(crate) fn account_id(engine: &Engine, text: &str) -> Result<AccountId, Fault> {
    let reference = roster_engine::AccountRef::parse(text)?;
    Ok(engine.account(&reference)?.account.id.clone())
}

fn statuses(text: Option<&str>) -> Result<Vec<AccountStatus>, Fault> {
    words(text)
        .map(|word| {
            AccountStatus::from_str(word).map_err(|_| {
                Fault::new(ErrorCode::InvalidRequest, "status must be pending, active, inactive or expired.")
                    .with(json!({ "field": "status", "problem": "not_one_of",
                            "allowed": AccountStatus::ALL.map(AccountStatus::as_str) }))
            })
        })
        .collect()
}

fn list(field: &'static str, text: Option<&str>) -> Result<Vec<PlatformId>, Fault> {
    words(text).map(|word| platform_id(field, word)).collect()
}

fn words(text: Option<&str>) -> impl Iterator<Item = &str> {
    text.unwrap_or_default().split(',').map(str::trim).filter(|word| !word.is_empty())
}
