//! A login by pasted cookies: a form of our own, the same for every platform that takes cookies. Nothing is stored before
//! the platform has named somebody, unless it cannot be asked.

use std::sync::Arc;

use async_trait::async_trait;
use roster_domain::{CookieJar, Evidence, Reason, Verdict};
use roster_platform::{
    Adapter, Context, Error, Field, FieldKind, Filled, Form, FormProblem, LoginFlow, LoginInput, LoginStep, ProbeDepth,
    Text,
};

use super::{board::Login, site::cookie_domain};
use crate::{
    accounts::{PasteError, read_cookies},
    unlocked::Unlocked,
};

/// The one field.
const COOKIES: &str = "cookies";

/// The flow of one such login.
pub(super) struct PastedCookies {
    open: Arc<Unlocked>,
    login: Arc<Login>,
    adapter: Arc<dyn Adapter>,
    site: Option<String>,
}

impl std::fmt::Debug for PastedCookies {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PastedCookies").field("login", &self.login.id).finish_non_exhaustive()
    }
}

fn form() -> Form {
    let label = Text::new("Cookie", "Cookies");
    let hint = Text::new(
        "粘贴请求里的 Cookie 一行，或浏览器扩展导出的 JSON、cookies.txt。",
        "Paste the Cookie line of a request, or the JSON or cookies.txt that a browser extension exports.",
    );
    Form {
        id: COOKIES,
        title: Text::new("粘贴 Cookie", "Paste cookies"),
        fields: vec![Field::new(COOKIES, label, FieldKind::LongSecret).hint(hint)],
    }
}

fn ask(problem: Option<FormProblem>) -> LoginStep {
    LoginStep::AskFields { form: form(), problem }
}

fn wrong(text: Text, message: Option<String>) -> LoginStep {
    let evidence = Evidence { question: String::from("pasted cookies"), message, ..Evidence::default() };
    ask(Some(FormProblem { field: Some(COOKIES), text: Some(text), reason: Reason::NoCredential, evidence }))
}

impl PastedCookies {
    pub(super) fn new(open: Arc<Unlocked>, login: Arc<Login>, adapter: Arc<dyn Adapter>, site: Option<String>) -> Self {
        Self { open, login, adapter, site }
    }

    pub(super) fn first() -> LoginStep {
        ask(None)
    }

    /// The cookies, or the form again.
    fn read(&self, filled: &Filled) -> Result<CookieJar, Box<LoginStep>> {
        let descriptor = self.adapter.descriptor();
        let empty = Text::new("请粘贴 Cookie。", "Paste the cookies.");
        let Some(text) = filled.exact(COOKIES) else { return Err(Box::new(wrong(empty, None))) };
        let domain = cookie_domain(descriptor, self.site.as_deref());
        let again = |error| match error {
            PasteError::Elsewhere { domain } => {
                wrong(Text::new("这些 Cookie 属于别的网站。", "These cookies belong to another site."), Some(domain))
            }
            PasteError::Header(_) | PasteError::Json => wrong(
                Text::new(
                    "看不懂这段内容，请整段复制后再粘贴。",
                    "This cannot be read. Copy all of it and paste again.",
                ),
                None,
            ),
        };
        let jar = read_cookies(text, &domain).map_err(|error| Box::new(again(error)))?;
        if self.adapter.is_candidate(&jar) {
            return Ok(jar);
        }
        let missing = descriptor.required_cookies.iter().filter(|name| jar.value(name).is_none()).copied();
        let names: Vec<&str> = missing.collect();
        let text = Text::new("这些 Cookie 里没有登录状态。", "These cookies hold no session.");
        Err(Box::new(wrong(text, (!names.is_empty()).then(|| names.join(", ")))))
    }

    async fn try_out(&self, filled: &Filled) -> LoginStep {
        let jar = match self.read(filled) {
            Ok(jar) => jar,
            Err(again) => return *again,
        };
        let credential = self.adapter.credential_from(jar, self.site.as_deref());
        let (probe, _) =
            self.open.ask_about(&self.login.platform, self.login.target.as_ref(), &credential, ProbeDepth::Light).await;
        if let Some(found) = probe.identity.filter(|_| probe.verdict == Verdict::Alive) {
            let credential = probe.refreshed.unwrap_or(credential);
            return LoginStep::Done { credential, identity: Some(found.user_id) };
        }
        let cannot_be_asked = matches!(probe.verdict, Verdict::Unknown | Verdict::PlatformChanged);
        if cannot_be_asked && !self.is_for_somebody() {
            return LoginStep::Done { credential, identity: None };
        }
        ask(Some(FormProblem { field: None, text: None, reason: probe.reason, evidence: probe.evidence }))
    }

    /// Whether the account it is for has a person already, who must be named before anything is overwritten.
    fn is_for_somebody(&self) -> bool {
        let book = self.open.book.read();
        let target = self.login.target.as_ref().and_then(|id| book.get(id));
        target.is_some_and(|row| row.account.identity.is_some())
    }
}

#[async_trait]
impl LoginFlow for PastedCookies {
    async fn next(&mut self, _ctx: &Context, input: LoginInput) -> Result<LoginStep, Error> {
        Ok(match input {
            LoginInput::Fields(filled) => self.try_out(&filled).await,
            LoginInput::Poll | LoginInput::Refresh => Self::first(),
        })
    }
}
