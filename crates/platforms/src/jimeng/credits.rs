//! Credits and the paid membership, from the commerce service.

use jiff::Timestamp;
use roster_domain::Credential;
use roster_platform::{Answer, Context, Error, ErrorKind, Verb};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    Studio,
    account::{instant, instant_of},
    api::{self, Part},
    market::Region,
    question::{self, VALID_FOR},
    session, sign,
};
use crate::{
    wire::{NumberOrText, ornament},
    words::{Word, words},
};

const LEVELS: &[Word] =
    &[("basic", "Basic", "基础会员"), ("standard", "Standard", "标准会员"), ("maestro", "Maestro", "高级会员")];

const CREDIT: &str = "/commerce/v1/benefits/user_credit";
const MEMBERSHIP: &str = "/commerce/v1/subscription/user_info";

/// What is left, by where it came from.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub(super) struct Credits {
    #[schemars(title = "All credits", extend("x-zh" = "积分合计", "x-unit" = "credits"))]
    pub(super) total: i64,
    #[schemars(title = "Given", extend("x-zh" = "赠送积分", "x-unit" = "credits"))]
    pub(super) gift: i64,
    #[schemars(title = "Bought", extend("x-zh" = "购买积分", "x-unit" = "credits"))]
    pub(super) purchase: i64,
    #[schemars(title = "With the membership", extend("x-zh" = "会员积分", "x-unit" = "credits"))]
    pub(super) vip: i64,
    #[schemars(title = "In detail", extend("x-zh" = "明细"))]
    pub(super) items: Vec<CreditItem>,
    #[schemars(title = "Soon gone", extend("x-zh" = "即将过期"))]
    pub(super) expiring: Vec<Expiring>,
}

/// Credits with one end.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub(super) struct CreditItem {
    #[schemars(title = "Kind", extend("x-zh" = "类型"))]
    pub(super) kind: CreditKind,
    #[schemars(title = "Left", extend("x-zh" = "剩余", "x-unit" = "credits"))]
    pub(super) left: i64,
    #[schemars(with = "Option<String>", title = "Ends", extend("x-zh" = "到期", "format" = "date-time"))]
    pub(super) expires_at: Option<Timestamp>,
    #[schemars(title = "Membership", extend("x-zh" = "会员等级", "x-words" = words(LEVELS)))]
    pub(super) vip_level: Option<String>,
}

/// Where credits came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum CreditKind {
    /// Given by the platform.
    #[schemars(title = "Given", extend("x-zh" = "赠送"))]
    Gift,
    /// Bought.
    #[schemars(title = "Bought", extend("x-zh" = "购买"))]
    Purchase,
    /// Part of a membership.
    #[schemars(title = "Membership", extend("x-zh" = "会员"))]
    Vip,
}

/// Credits that end next.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub(super) struct Expiring {
    #[schemars(title = "Credits", extend("x-zh" = "积分", "x-unit" = "credits"))]
    pub(super) amount: i64,
    #[schemars(with = "Option<String>", title = "Ends", extend("x-zh" = "到期", "format" = "date-time"))]
    pub(super) expires_at: Option<Timestamp>,
}

/// The paid membership.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub(super) struct Membership {
    #[schemars(title = "Member", extend("x-zh" = "会员"))]
    pub(super) active: bool,
    #[schemars(title = "Level", extend("x-zh" = "等级", "x-words" = words(LEVELS)))]
    pub(super) level: Option<String>,
    #[schemars(with = "Option<String>", title = "Until", extend("x-zh" = "到期", "format" = "date-time"))]
    pub(super) ends_at: Option<Timestamp>,
    #[schemars(with = "Option<String>", title = "Renews", extend("x-zh" = "下次续费", "format" = "date-time"))]
    pub(super) renews_at: Option<Timestamp>,
}

#[derive(Debug, Deserialize)]
struct WireCredit {
    gift_credit: i64,
    purchase_credit: i64,
    vip_credit: i64,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct WireMembership {
    #[serde(deserialize_with = "ornament")]
    flag: Option<Value>,
    #[serde(deserialize_with = "instant")]
    end_time: Option<Timestamp>,
    #[serde(deserialize_with = "instant")]
    vip_real_end: Option<Timestamp>,
    #[serde(deserialize_with = "instant")]
    next_renewal_time: Option<Timestamp>,
    #[serde(deserialize_with = "ornament")]
    cur_vip_level: Option<NumberOrText>,
    #[serde(deserialize_with = "ornament")]
    vip_level: Option<NumberOrText>,
}

/// What the commerce service said, and the region in which it knows the account.
pub(super) struct Found<T> {
    /// The content.
    pub(super) value: T,
    /// The region, when it is another than the session's note says.
    pub(super) moved: Option<Region>,
}

impl Studio {
    /// Reads the credits.
    pub(super) async fn credits(&self, ctx: &Context, credential: &Credential) -> Result<Found<Credits>, Error> {
        match self.commerce(ctx, credential, ("user_credit", CREDIT, json!({}))).await {
            Ok((answer, body, moved)) => {
                let value = credits_of(&body).ok_or_else(|| api::changed(&answer))?;
                Ok(Found { value, moved })
            }
            // The service's way of saying that there is nothing left.
            Err(error) if is_empty(&error) => Ok(Found { value: Credits::default(), moved: None }),
            Err(error) => Err(error),
        }
    }

    /// Reads the membership.
    pub(super) async fn membership(&self, ctx: &Context, credential: &Credential) -> Result<Membership, Error> {
        let aid: i64 = self.market.aid().parse().unwrap_or_default();
        let body = json!({ "aid": aid, "scene": "vip", "need_sign_info": true });
        let (answer, body, _) = self.commerce(ctx, credential, ("subscription", MEMBERSHIP, body)).await?;
        let content = content(&body).ok_or_else(|| api::changed(&answer))?;
        Ok(membership_of(&content, ctx.now))
    }

    /// A question to the commerce service, at the cluster that has the account.
    async fn commerce(
        &self,
        ctx: &Context,
        credential: &Credential,
        question: (&'static str, &str, Value),
    ) -> Result<(Answer, Value, Option<Region>), Error> {
        let region = session::region(credential, self.market);
        let first = self.ask_commerce(ctx, credential, region, &question).await?;
        let Some(other) = region.elsewhere().filter(|_| question::is_wrong_cluster(&first)) else {
            let (answer, body) = api::open(first, Part::Commerce)?;
            return Ok((answer, body, None));
        };
        // "Login error" is also what the wrong cluster answers, so whether the session lives is the passport's to say.
        if let Err(error) = &self.told(ctx, credential, VALID_FOR).await?.told.account {
            return Err(error.clone());
        }
        let second = self.ask_commerce(ctx, credential, other, &question).await?;
        if question::is_wrong_cluster(&second) {
            let ret = "1015";
            return Err(second.said(ErrorKind::Refused, ret, Some("neither cluster knows the account")));
        }
        let (answer, body) = api::open(second, Part::Commerce)?;
        Ok((answer, body, Some(other)))
    }

    async fn ask_commerce(
        &self,
        ctx: &Context,
        credential: &Credential,
        region: Region,
        (name, path, body): &(&'static str, &str, Value),
    ) -> Result<Answer, Error> {
        let url = format!("{}{path}", region.commerce());
        let ask = ctx.http.ask(name, Verb::Post, &url).again().json(body);
        let ask = sign::signed(ask, path, (self.market, region), ctx.now);
        let referer = format!("{}/ai-tool/home", self.market.home());
        let ask = api::with_session(ask, credential).header("origin", self.market.home()).header("referer", &referer);
        ask.send(ctx.now).await
    }
}

fn is_empty(error: &Error) -> bool {
    error.kind == ErrorKind::Refused && matches!(error.evidence.code.as_deref(), Some("1006" | "5000"))
}

/// The content: an object, or the text of one beside it.
fn content(body: &Value) -> Option<Value> {
    let said = body["data"].as_object().filter(|fields| !fields.is_empty());
    match (said, body["response"].as_str()) {
        (Some(fields), _) => Some(Value::Object(fields.clone())),
        (None, Some(text)) => serde_json::from_str(text).ok().filter(Value::is_object),
        (None, None) => None,
    }
}

/// The content that has the credits: the object, unless they stand in the text beside it only.
fn with_credits(body: &Value) -> Option<Value> {
    let has = |content: &Value| content["credit"].is_object();
    let said = Some(&body["data"]).filter(|data| has(data)).cloned();
    said.or_else(|| body["response"].as_str().and_then(|text| serde_json::from_str(text).ok()).filter(has))
}

/// Reads the content of a credits answer.
fn credits_of(body: &Value) -> Option<Credits> {
    let inner = with_credits(body)?;
    let credit = WireCredit::deserialize(&inner["credit"]).ok()?;
    let details = &inner["credits_detail"];
    let kinds = [(CreditKind::Gift, "gift_credits"), (CreditKind::Purchase, "purchase_credits"), (CreditKind::Vip, "vip_credits")];
    let items = kinds.into_iter().flat_map(|(kind, name)| rows(&details[name]).map(move |row| item(kind, row)));
    let expiring = rows(&inner["expiring_credits"]).map(|row| Expiring {
        amount: row["credit_amount"].as_i64().unwrap_or(0),
        expires_at: row["expire_time"].as_i64().and_then(instant_of),
    });
    let (gift, purchase, vip) = (credit.gift_credit, credit.purchase_credit, credit.vip_credit);
    let total = gift.saturating_add(purchase).saturating_add(vip);
    Some(Credits { total, gift, purchase, vip, items: items.collect(), expiring: expiring.collect() })
}

fn rows(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten()
}

fn item(kind: CreditKind, row: &Value) -> CreditItem {
    CreditItem {
        kind,
        left: row["residual_credits"].as_i64().unwrap_or(0),
        expires_at: row["credits_life_end"].as_i64().and_then(instant_of),
        vip_level: row["vip_level"].as_str().map(str::to_owned),
    }
}

/// Reads the content of a membership answer. A membership whose time is over is none.
fn membership_of(content: &Value, now: Timestamp) -> Membership {
    let of = |value: &Value| WireMembership::deserialize(value).unwrap_or_default();
    let (own, team) = (of(content), of(&content["workspace_subscribe_info"]));
    let live = |wire: &WireMembership| {
        let paid = wire.flag.as_ref().is_some_and(|flag| flag == true || flag == 1);
        paid && wire.vip_real_end.or(wire.end_time).is_none_or(|end| end > now)
    };
    let Some(wire) = [own, team].into_iter().find(live) else { return Membership::default() };
    let level = wire.cur_vip_level.or(wire.vip_level).map(|level| level.text()).filter(|level| !level.is_empty());
    Membership { active: true, level, ends_at: wire.vip_real_end.or(wire.end_time), renews_at: wire.next_renewal_time }
}

impl Credits {
    /// When the first of a kind ends; of any kind for `None`.
    pub(super) fn first_end(&self, kind: Option<CreditKind>) -> Option<Timestamp> {
        let wanted = |item: &&CreditItem| item.left > 0 && kind.is_none_or(|kind| item.kind == kind);
        let listed = self.items.iter().filter(wanted).filter_map(|item| item.expires_at).min();
        let any = || self.expiring.iter().filter_map(|row| row.expires_at).min();
        listed.or_else(|| if kind.is_none() { any() } else { None })
    }
}

#[cfg(test)]
#[path = "credits_tests.rs"]
mod tests;
