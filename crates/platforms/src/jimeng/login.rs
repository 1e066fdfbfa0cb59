//! A login by what the person pastes. The platform says whose it is before anything is kept.

use std::{fmt, time::Duration};

use async_trait::async_trait;
use roster_domain::{CookieJar, Credential, Evidence, Reason};
use roster_platform::{
    Choice, Context, Error, ErrorKind, Field, FieldKind, Filled, Form, FormProblem, LoginFlow, LoginInput, LoginStep,
    RefusalReason, Text,
};

use super::{
    Studio,
    market::{Market, Region},
    remedy, session, token,
};

const TOKEN: &str = "token";
const REGION: &str = "region";

const REGIONS: [Choice; 5] = [
    Choice { value: "auto", name: Text::new("自动", "By the token") },
    Choice { value: "us", name: Text::new("美国", "United States") },
    Choice { value: "hk", name: Text::new("中国香港", "Hong Kong") },
    Choice { value: "jp", name: Text::new("日本", "Japan") },
    Choice { value: "sg", name: Text::new("新加坡及其他地区", "Singapore and elsewhere") },
];

/// The form of a service.
pub(super) fn form(market: Market) -> Form {
    let label = Text::new("会话 ID 或 token", "Session id or token");
    let field = Field::new(TOKEN, label, FieldKind::LongSecret);
    let (title, fields) = match market {
        Market::China => {
            let hint = Text::new(
                "sessionid、整段 Cookie，或官方命令行工具导出的 JSON。一次一个。",
                "A sessionid, whole cookies, or the JSON that the official command line tool exports. One at a time.",
            );
            (Text::new("用 token 登录即梦", "Log in to Jimeng by token"), vec![field.hint(hint)])
        }
        Market::Abroad => {
            let hint = Text::new(
                "可带地区前缀：us-、hk-、jp-、sg-；也可以是整段 Cookie 或导出的 JSON。一次一个。",
                "With its region in front or without: us-, hk-, jp-, sg-. Whole cookies or an export as well. One at a time.",
            );
            let kind = FieldKind::Choice { choices: &REGIONS, other: false };
            let region = Field::new(REGION, Text::new("地区", "Region"), kind).optional().default("auto");
            (Text::new("用 token 登录 Dreamina", "Log in to Dreamina by token"), vec![field.hint(hint), region])
        }
    };
    Form { id: "token", title, fields }
}

/// A login under way.
pub(super) struct Flow {
    studio: Studio,
    problem: Option<FormProblem>,
}

/// Starts a login.
pub(super) fn begin(studio: Studio) -> (Flow, LoginStep) {
    let flow = Flow { studio, problem: None };
    let step = flow.asking();
    (flow, step)
}

#[async_trait]
impl LoginFlow for Flow {
    async fn next(&mut self, ctx: &Context, input: LoginInput) -> Result<LoginStep, Error> {
        match input {
            LoginInput::Poll => Ok(self.asking()),
            LoginInput::Refresh => {
                self.problem = None;
                Ok(self.asking())
            }
            LoginInput::Fields(filled) => self.filled(ctx, &filled).await,
        }
    }
}

impl Flow {
    fn asking(&self) -> LoginStep {
        LoginStep::AskFields { form: form(self.studio.market), problem: self.problem.clone() }
    }

    async fn filled(&mut self, ctx: &Context, filled: &Filled) -> Result<LoginStep, Error> {
        let market = self.studio.market;
        let pasted = match token::read(filled.get(TOKEN).unwrap_or_default(), market) {
            Ok(pasted) => pasted,
            Err(refused) => return Ok(self.again(Some(refused.text(market)), Reason::Other, Evidence::default())),
        };
        let chosen = filled.get(REGION).and_then(Region::named).filter(|_| market == Market::Abroad);
        let credential = self.credential(ctx, pasted.cookies, pasted.region.or(chosen));
        let heard = self.studio.told(ctx, &credential, Duration::ZERO).await?;
        match &heard.told.account {
            Ok(account) => {
                self.problem = None;
                Ok(LoginStep::Done { credential, identity: Some(account.user_id.clone()) })
            }
            Err(error) if error.kind == ErrorKind::NotLoggedIn => {
                Ok(self.again(Some(remedy::not_valid(error)), error.reason, (*error.evidence).clone()))
            }
            Err(error) => Ok(LoginStep::Refused {
                why: RefusalReason::Platform,
                reason: error.reason,
                evidence: (*error.evidence).clone(),
            }),
        }
    }

    fn credential(&self, ctx: &Context, cookies: CookieJar, region: Option<Region>) -> Credential {
        Credential {
            user_agent: Some(ctx.http.user_agent().to_owned()),
            obtained_at: Some(ctx.now),
            ..session::credential(cookies, self.studio.market, region)
        }
    }

    fn again(&mut self, text: Option<Text>, reason: Reason, evidence: Evidence) -> LoginStep {
        self.problem = Some(FormProblem { field: Some(TOKEN), text, reason, evidence });
        self.asking()
    }
}

impl fmt::Debug for Flow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Flow").field("market", &self.studio.market).finish_non_exhaustive()
    }
}
