//! What the document lists, one operation for each.

use std::time::Duration;

use jiff::Timestamp;
use roster_domain::Credential;
use roster_platform::{Context, ErrorKind, OperateError, Operation, OperationInput, Outcome, Risk, Text};
use serde::Serialize;

use super::{
    Studio,
    forms::{Allowed, CacheFigures, Cleared, Features, Force, Nothing, Validity, What, Which},
    account::Account,
    credits::{Credits, Membership},
    permission::{self, Feature, Kind, MayGenerate, Summary},
    question::{Heard, KNOWN_FOR, VALID_FOR},
    remedy, session,
};
use crate::session_cookies;

/// The operations, in the order in which they are offered.
pub(super) fn all() -> Vec<Operation> {
    let text = Text::new;
    let read = Risk::Read;
    vec![
        Operation::new::<Nothing, Account>(
            "account_info",
            text("账户信息", "Account information"),
            text("向平台查询完整的账户信息，不使用缓存。", "Asks the platform for all it says of the account, past the memory."),
            read,
        ),
        Operation::new::<Force, Validity>(
            "validate",
            text("验证 token", "Is the session valid?"),
            text("五分钟内的结果直接使用。", "An answer of the last five minutes is used again."),
            read,
        ),
        Operation::new::<Force, Account>(
            "user_info",
            text("用户信息", "Person"),
            text("十分钟内的结果直接使用。", "An answer of the last ten minutes is used again."),
            read,
        ),
        Operation::new::<Nothing, Summary>(
            "summary",
            text("用户摘要", "Summary"),
            text("昵称、VIP、状态、权限和今日剩余次数。", "Name, VIP, status, permissions and what is left today."),
            read,
        ),
        Operation::new::<What, MayGenerate>(
            "may_generate",
            text("能否生成", "May it generate?"),
            text("能否生成图片或视频；不能时说明原因，能时给出今日剩余次数。", "Whether a picture or a video may be made; why not, or how many are left today."),
            read,
        ),
        Operation::new::<Which, Features>(
            "advanced_features",
            text("高级功能", "Advanced features"),
            text("4K 分辨率、长视频、商用。", "4K resolution, long videos, commercial use."),
            read,
        ),
        Operation::new::<Nothing, Credits>(
            "credits",
            text("积分", "Credits"),
            text("赠送、购买和会员积分，及各自的到期时间。", "Given, bought and membership credits, and when they end."),
            read,
        ),
        Operation::new::<Nothing, Membership>(
            "membership",
            text("会员", "Membership"),
            text("会员等级、到期和续费时间。", "Its level, its end, and when it renews."),
            read,
        ),
        Operation::new::<Nothing, CacheFigures>(
            "cache_statistics",
            text("缓存统计", "Memory figures"),
            text("本账号记住了多少答案，用了多少次。", "How many answers are remembered for this account, and how often they served."),
            read,
        ),
        Operation::new::<Nothing, Cleared>(
            "clear_cache",
            text("清除缓存", "Forget answers"),
            text("忘记本账号的全部缓存，下次重新查询。", "Forgets what is remembered for this account; the next question goes out."),
            read,
        ),
    ]
}

impl Studio {
    /// Does one of them.
    pub(super) async fn perform(
        &self,
        ctx: &Context,
        credential: &Credential,
        operation: &str,
        input: OperationInput,
    ) -> Result<Outcome, OperateError> {
        match operation {
            "account_info" => {
                let Nothing {} = input.read()?;
                self.person(ctx, credential, Duration::ZERO).await
            }
            "user_info" => {
                let force: Force = input.read()?;
                self.person(ctx, credential, force.or(KNOWN_FOR)).await
            }
            "validate" => {
                let force: Force = input.read()?;
                self.validity(ctx, credential, force.or(VALID_FOR)).await
            }
            "summary" => {
                let Nothing {} = input.read()?;
                let heard = self.told(ctx, credential, KNOWN_FOR).await.map_err(remedy::refused)?;
                let account = heard.told.account.as_ref().map_err(|error| remedy::refused(error.clone()))?;
                self.outcome(&Summary::of(account, ctx.now), &heard, credential, ctx.now)
            }
            "may_generate" => {
                let what: What = input.read()?;
                self.may_generate(ctx, credential, what.kind).await
            }
            "advanced_features" => {
                let which: Which = input.read()?;
                self.features(ctx, credential, which).await
            }
            "credits" => {
                let Nothing {} = input.read()?;
                let found = self.credits(ctx, credential).await.map_err(remedy::of_commerce)?;
                let moved = found.moved.map(|region| {
                    let mut credential = credential.clone();
                    session::put_region(&mut credential, region);
                    credential
                });
                Ok(Outcome { refreshed: moved, ..Outcome::of(&found.value)? })
            }
            "membership" => {
                let Nothing {} = input.read()?;
                Outcome::of(&self.membership(ctx, credential).await.map_err(remedy::of_commerce)?)
            }
            "cache_statistics" => {
                let Nothing {} = input.read()?;
                Outcome::of(&figures(ctx))
            }
            "clear_cache" => {
                let Nothing {} = input.read()?;
                let forgotten = ctx.memory.figures().entries;
                ctx.memory.forget();
                Outcome::of(&Cleared { forgotten })
            }
            _ => Err(OperateError::Unknown),
        }
    }

    async fn person(&self, ctx: &Context, credential: &Credential, fresh: Duration) -> Result<Outcome, OperateError> {
        let heard = self.told(ctx, credential, fresh).await.map_err(remedy::refused)?;
        let account = heard.told.account.as_ref().map_err(|error| remedy::refused(error.clone()))?;
        self.outcome(account, &heard, credential, ctx.now)
    }

    /// Only the platform's own word makes a session invalid; a fault is an error and is not remembered.
    async fn validity(&self, ctx: &Context, credential: &Credential, fresh: Duration) -> Result<Outcome, OperateError> {
        let heard = self.told(ctx, credential, fresh).await.map_err(remedy::refused)?;
        let told = &heard.told;
        let (user_id, code) = match &told.account {
            Ok(account) => (Some(account.user_id.clone()), None),
            Err(error) => (None, error.evidence.code.clone()),
        };
        let answer = Validity { valid: user_id.is_some(), user_id, checked_at: told.at, code };
        self.outcome(&answer, &heard, credential, ctx.now)
    }

    async fn may_generate(&self, ctx: &Context, credential: &Credential, kind: Kind) -> Result<Outcome, OperateError> {
        let heard = match self.told(ctx, credential, VALID_FOR).await {
            Ok(heard) => heard,
            Err(error) => return Outcome::of(&MayGenerate::without_account(&error)),
        };
        let account = match &heard.told.account {
            Ok(account) => account,
            Err(error) => return Outcome::of(&MayGenerate::without_account(error)),
        };
        let answer = match permission::by_permissions(account, kind) {
            Some(answer) => answer,
            None => match self.credits(ctx, credential).await {
                Ok(found) => MayGenerate::by_credits(found.value.total),
                Err(error) => MayGenerate::without_account(&error),
            },
        };
        self.outcome(&answer, &heard, credential, ctx.now)
    }

    async fn features(&self, ctx: &Context, credential: &Credential, which: Which) -> Result<Outcome, OperateError> {
        let wanted = which.features.unwrap_or_else(|| Feature::ALL.map(|feature| feature.name().to_owned()).to_vec());
        let heard = self.told(ctx, credential, VALID_FOR).await.map_err(remedy::refused)?;
        let answer = match &heard.told.account {
            Ok(account) => {
                let level = account.permission_info.as_ref().and_then(|permission| permission.level_permissions.clone());
                let may = |feature: &str| level.as_ref().map(|level| permission::has(level, feature));
                let allowed = |feature: String| Allowed { allowed: may(&feature), feature };
                Features { items: wanted.into_iter().map(allowed).collect(), reason: None }
            }
            Err(error) if error.kind == ErrorKind::NotLoggedIn => {
                let refused = |feature: String| Allowed { allowed: Some(false), feature };
                Features { items: wanted.into_iter().map(refused).collect(), reason: Some("invalid_user") }
            }
            Err(error) => return Err(remedy::refused(error.clone())),
        };
        self.outcome(&answer, &heard, credential, ctx.now)
    }

    /// The answer, with the cookies that the platform renewed along with it.
    fn outcome(
        &self,
        value: &impl Serialize,
        heard: &Heard,
        credential: &Credential,
        now: Timestamp,
    ) -> Result<Outcome, OperateError> {
        let domain = self.market.cookie_domain();
        let alive = heard.told.account.is_ok();
        let refreshed = session_cookies::refreshed(credential, &heard.set, domain, now).filter(|_| alive);
        Ok(Outcome { refreshed, ..Outcome::of(value)? })
    }
}

/// An answer counts as usable for as long as the most patient question would use it.
fn figures(ctx: &Context) -> CacheFigures {
    let figures = ctx.memory.figures();
    let valid = ctx.memory.young(KNOWN_FOR, ctx.now);
    CacheFigures {
        total: figures.entries,
        valid,
        expired: figures.entries.saturating_sub(valid),
        hits: figures.hits,
        asked: figures.asked,
    }
}
