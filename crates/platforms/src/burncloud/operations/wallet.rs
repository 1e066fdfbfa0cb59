//! Invitations and codes.

use roster_platform::{OperateError, Operation, OperationInput, Outcome, Risk, Text, Verb};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::super::{
    api::{Call, Limit},
    client::Client,
    health,
    user::User,
};
use super::{Nothing, missing, money, out_of_range, shapes};

const AFFILIATE: Call = Call::get("aff");
const TRANSFER: Call = Call::of("aff_transfer", Verb::Post).limited(Limit::UserOnThird);
const REDEEM: Call = Call::of("topup", Verb::Post).limited(Limit::Critical).slow();

pub(super) fn offered() -> Vec<Operation> {
    vec![
        Operation::new::<Nothing, Affiliate>(
            "get_affiliate_code",
            Text::new("邀请码", "Invitation code"),
            Text::new("读取自己的邀请码和邀请链接。", "Reads your invitation code and the link to share."),
            Risk::Read,
        ),
        Operation::new::<TransferInput, Balance>(
            "transfer_affiliate_quota",
            Text::new("划转邀请额度", "Transfer invitation quota"),
            Text::new("把邀请得到的额度转入余额。", "Moves quota earned by invitations to the balance."),
            Risk::Dangerous,
        )
        .warn(Text::new("转入余额后不能退回。", "What was moved to the balance cannot be moved back.")),
        Operation::new::<RedeemInput, Redeemed>(
            "redeem_code",
            Text::new("兑换码充值", "Redeem a code"),
            Text::new("用兑换码充值，一个码只能用一次。", "Adds the worth of a code to the balance; a code works once."),
            Risk::Dangerous,
        )
        .warn(Text::new(
            "兑换码随即作废，额度归入这个账号，不能退回。",
            "The code is used up, and its worth belongs to this account for good.",
        )),
    ]
}

/// How others are invited.
#[derive(Debug, Serialize, JsonSchema)]
struct Affiliate {
    #[schemars(title = "Code", extend("x-zh" = "邀请码"))]
    code: String,
    #[schemars(title = "Link", extend("x-zh" = "邀请链接"))]
    link: String,
}

/// How much to move.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct TransferInput {
    /// In units of quota; most sites want at least one unit of their currency.
    #[schemars(title = "Quota", extend("x-zh" = "额度", "x-zh-description" = "以额度为单位，多数站点至少为 1 单位货币。"))]
    quota: u64,
}

/// What there is afterwards.
#[derive(Debug, Serialize, JsonSchema)]
struct Balance {
    #[schemars(title = "Balance", extend("x-zh" = "余额", "x-unit" = "money"))]
    balance: Option<f64>,
    #[schemars(title = "Currency", extend("x-zh" = "货币"))]
    currency: Option<String>,
    #[schemars(title = "Quota left", extend("x-zh" = "剩余额度"))]
    quota: Option<i64>,
    #[schemars(title = "Invitation quota left", extend("x-zh" = "剩余邀请额度"))]
    aff_quota: Option<i64>,
    /// The site took it. When nobody could look afterwards, the numbers are missing.
    #[schemars(title = "Seen afterwards", extend("x-zh" = "已复查"))]
    checked: bool,
}

/// The code.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RedeemInput {
    #[schemars(title = "Code", extend("x-zh" = "兑换码"))]
    key: String,
}

/// What the code was worth.
#[derive(Debug, Serialize, JsonSchema)]
struct Redeemed {
    #[schemars(title = "Quota added", extend("x-zh" = "增加的额度"))]
    added: i64,
    #[schemars(title = "Worth", extend("x-zh" = "价值", "x-unit" = "money"))]
    worth: Option<f64>,
    #[schemars(title = "Currency", extend("x-zh" = "货币"))]
    currency: Option<String>,
    /// The answer was lost on the way; the balance tells that the code was taken.
    #[schemars(title = "Seen in the balance", extend("x-zh" = "由余额确认"))]
    seen_in_balance: bool,
}

pub(super) async fn get_affiliate_code(
    client: &mut Client<'_>,
    input: &OperationInput,
) -> Result<Outcome, OperateError> {
    let Nothing {} = input.read()?;
    let good = client.get(AFFILIATE, "/api/user/aff").await?;
    let code: String = good.read()?;
    let plain = !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if !plain {
        return Err(good.changed().into());
    }
    let link = client.origin().url(&format!("/register?aff={code}"));
    Outcome::of(&Affiliate { code, link })
}

pub(super) async fn transfer(client: &mut Client<'_>, input: &OperationInput) -> Result<Outcome, OperateError> {
    let TransferInput { quota } = input.read()?;
    if quota == 0 {
        return Err(out_of_range("quota"));
    }
    let moved = i64::try_from(quota).map_err(|_| out_of_range("quota"))?;
    let (before, _) = health::read(client).await?;
    let asked = client.ask(TRANSFER, "/api/user/aff_transfer", &[], Some(&json!({ "quota": quota }))).await;
    let user = match asked {
        Ok(_) => health::read(client).await.ok().map(|(user, _)| user),
        Err(error) if money::is_lost(&error) => {
            let gone = |user: &User| (before.aff_quota? - user.aff_quota? >= moved).then(|| user.clone());
            Some(money::look_again(client, gone).await.ok_or_else(|| money::unknown(error))?)
        }
        Err(error) => return Err(error.into()),
    };
    let status = shapes::money(client).await;
    let left = user.as_ref().and_then(|user| user.quota);
    let shown = left.and_then(|quota| Some(status.as_ref()?.shown(quota)));
    let (balance, currency) = shown.map_or((None, None), |(amount, currency)| (Some(amount), currency));
    let aff_quota = user.as_ref().and_then(|user| user.aff_quota);
    Outcome::of(&Balance { balance, currency, quota: left, aff_quota, checked: user.is_some() })
}

/// A code is sent once. When the answer is lost, the balance before and after tells whether it was taken.
pub(super) async fn redeem(client: &mut Client<'_>, input: &OperationInput) -> Result<Outcome, OperateError> {
    let RedeemInput { key } = input.read()?;
    let key = key.trim();
    if key.is_empty() {
        return Err(missing("key"));
    }
    let (before, _) = health::read(client).await?;
    let asked = client.ask(REDEEM, "/api/user/topup", &[], Some(&json!({ "key": key }))).await;
    let (added, seen_in_balance) = match asked {
        Ok(good) => (good.read::<i64>()?, false),
        Err(error) if money::is_lost(&error) => {
            let held = money::received(&before);
            let more = |user: &User| Some(money::received(user)? - held?).filter(|added| *added > 0);
            (money::look_again(client, more).await.ok_or_else(|| money::unknown(error))?, true)
        }
        Err(error) => return Err(error.into()),
    };
    let status = shapes::money(client).await;
    let shown = status.map(|status| status.shown(added));
    let (worth, currency) = shown.map_or((None, None), |(amount, currency)| (Some(amount), currency));
    Outcome::of(&Redeemed { added, worth, currency, seen_in_balance })
}
