//! The question whose session it is: its parameters as the service documents them, and the memory of its answer.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use roster_domain::{Cookie, Credential, Evidence};
use roster_platform::{Answer, Ask, Context, Error, ErrorKind, Verb};

use super::{
    Studio,
    account::Account,
    api::{self, Part},
    market::{Market, Region},
    session,
};
use crate::session_cookies::SESSION;

/// What a remembered answer is called.
const REMEMBERED: &str = "account_info";
/// How long "is it valid" may rest on an earlier answer.
pub(super) const VALID_FOR: Duration = Duration::from_secs(5 * 60);
/// How long what is known of the person may rest on an earlier answer.
pub(super) const KNOWN_FOR: Duration = Duration::from_secs(10 * 60);

const PATH: &str = "/passport/account/info/v2";
/// Where the passport of the international service is in fact.
const PATH_ABROAD: &str = "/passport/web/account/info/";

/// What the platform said about the session, and when. "Not logged in" and "banned" are answers as well; a fault is
/// none.
#[derive(Debug)]
pub(super) struct Told {
    /// The person, or why there is none.
    pub(super) account: Result<Account, Error>,
    /// What it rests on.
    pub(super) evidence: Evidence,
    /// When it was asked.
    pub(super) at: Timestamp,
}

/// An answer, and the cookies that came with it if it is a new one.
pub(super) struct Heard {
    /// The answer.
    pub(super) told: Arc<Told>,
    /// What it set.
    pub(super) set: Vec<Cookie>,
}

impl Studio {
    /// What the platform says about the session; from memory when that is younger than `fresh`. Who wants it past the memory
    /// joins a question under way.
    ///
    /// # Errors
    /// A fault on the way. What the platform says is in [`Told`].
    pub(super) async fn told(&self, ctx: &Context, credential: &Credential, fresh: Duration) -> Result<Heard, Error> {
        let mut set = Vec::new();
        let ask = async {
            let started = Instant::now();
            let outcome = self.account_info(ctx, credential).await;
            self.log(credential, &outcome, ctx.now, started.elapsed());
            match outcome {
                Ok((answer, account)) => {
                    set.clone_from(&answer.set_cookies);
                    Ok(Told { account: Ok(account), evidence: answer.evidence(), at: ctx.now })
                }
                Err(error) if matches!(error.kind, ErrorKind::NotLoggedIn | ErrorKind::Restricted) => {
                    let evidence = (*error.evidence).clone();
                    Ok(Told { account: Err(error), evidence, at: ctx.now })
                }
                Err(error) => Err(error),
            }
        };
        let told = match fresh.is_zero() {
            true => ctx.memory.join(REMEMBERED, ctx.now, ask).await?,
            false => ctx.memory.remember(REMEMBERED, fresh, ctx.now, ask).await?,
        };
        Ok(Heard { told, set })
    }

    /// Asks whose session it is.
    pub(super) async fn account_info(
        &self,
        ctx: &Context,
        credential: &Credential,
    ) -> Result<(Answer, Account), Error> {
        let answer = match self.market {
            Market::China => self.documented(ctx, credential, Region::Cn).send(ctx.now).await?,
            Market::Abroad => self.ask_abroad(ctx, credential).await?,
        };
        let (answer, body) = api::open(answer, Part::Account)?;
        match Account::read(&body["data"]) {
            Some(account) => Ok((answer, account)),
            None => Err(api::changed(&answer)),
        }
    }

    /// The passport of the international service lives beside its pages; where it is not there, at the address that the
    /// document names.
    async fn ask_abroad(&self, ctx: &Context, credential: &Credential) -> Result<Answer, Error> {
        let home = self.market.home();
        let url = format!("{home}{PATH_ABROAD}");
        let ask = ctx.http.get("web/account/info", &url).query(&[
            ("aid", self.market.aid()),
            ("account_sdk_source", "web"),
            ("sdk_version", "2.1.10-tiktok"),
            ("language", "en"),
        ]);
        let referer = format!("{home}/");
        let answer = api::with_session(ask, credential).header("referer", &referer).send(ctx.now).await?;
        if answer.status != 404 {
            return Ok(answer);
        }
        let region = session::region(credential, self.market);
        let answer = self.documented(ctx, credential, region).send(ctx.now).await?;
        match region.elsewhere() {
            // "Login error" is also what the cluster answers that does not have the account.
            Some(other) if is_wrong_cluster(&answer) => self.documented(ctx, credential, other).send(ctx.now).await,
            Some(_) | None => Ok(answer),
        }
    }

    /// The question as documented, for either service.
    fn documented(&self, ctx: &Context, credential: &Credential, region: Region) -> Ask {
        let url = format!("{}{PATH}", region.commerce());
        let referer = match self.market {
            Market::China => format!("{}/ai-tool/image/generate", self.market.home()),
            Market::Abroad => format!("{}/", region.commerce()),
        };
        let web_id = session::web_id(&credential.cookies);
        let ask = ctx.http.ask("account/info/v2", Verb::Post, &url).again().query(&[
            ("aid", self.market.aid()),
            ("device_platform", "web"),
            ("region", region.parameter()),
            ("webId", &web_id),
            ("da_version", &self.da_version),
            ("web_version", "7.5.0"),
            ("aigc_features", "app_lip_sync"),
            ("web_component_open_flag", "1"),
            ("account_sdk_source", "web"),
        ]);
        api::with_session(ask, credential).header("referer", &referer).header("origin", self.market.home())
    }

    /// One line for each question that went out; the session in it is masked, and names are left out.
    fn log(
        &self,
        credential: &Credential,
        outcome: &Result<(Answer, Account), Error>,
        now: Timestamp,
        took: Duration,
    ) {
        let token = credential.cookies.value(SESSION).map(|session| session.masked()).unwrap_or_default();
        let region = session::region(credential, self.market).word();
        let took_ms = took.as_millis();
        match outcome {
            Ok((_, account)) => {
                let status = account.account_status.as_ref();
                let permission = account.permission_info.as_ref();
                tracing::debug!(
                    token,
                    region,
                    success = true,
                    took_ms,
                    status = status.and_then(|status| status.status.as_deref()),
                    is_vip = status.map(|status| status.vip(now)),
                    can_generate_image = permission.and_then(|permission| permission.can_generate_image),
                    can_generate_video = permission.and_then(|permission| permission.can_generate_video),
                    "account info"
                );
            }
            Err(error) => {
                tracing::debug!(token, region, success = false, took_ms, kind = ?error.kind, reason = ?error.reason, "account info");
            }
        }
    }
}

/// Whether a cluster says that it does not know the account.
pub(super) fn is_wrong_cluster(answer: &Answer) -> bool {
    let body: Option<serde_json::Value> = answer.json().ok();
    let ret = body.as_ref().map(|body| &body["ret"]);
    ret.is_some_and(|ret| ret == "1015" || ret == 1015 || ret == "34010105" || ret == 34_010_105)
}
