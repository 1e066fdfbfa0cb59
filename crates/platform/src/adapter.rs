//! The contract itself: small, object-safe, with defaults that answer *unsupported*.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use roster_domain::{CookieJar, Credential, Numbers, Quotas};

use crate::{
    Descriptor, Error, ErrorKind, Http, LoginFlow, LoginMethod, LoginStep, Memory, OperateError, Operation,
    OperationInput, Outcome, Probe, ProbeDepth, Renewal, Sessions, WindowPlan,
};

/// What an adapter is given with each question: the client that belongs to this account (its proxy, its user
/// agent, its host limits) and the time.
#[derive(Debug, Clone)]
pub struct Context {
    /// The client. Clone it freely; all clones share limits.
    pub http: Http,
    /// The time of the question.
    pub now: Timestamp,
    /// What this session's earlier answers are remembered in; empty for a login.
    pub memory: Memory,
    /// Where this session is kept.
    pub sessions: Arc<dyn Sessions>,
}

/// An outside service.
#[async_trait]
pub trait Adapter: Send + Sync + std::fmt::Debug {
    /// Who it is and what it can do. The UI hides what is not in here.
    fn descriptor(&self) -> &Descriptor;

    /// Starts a login by code, by password or by token, whichever of them is in [`Descriptor::login_methods`]. The
    /// flow it returns is a state machine: each call of [`LoginFlow::next`] is at most one question to the platform.
    /// Logins by window and by pasted cookies need no flow: the engine takes the cookies to
    /// [`Adapter::credential_from`] and asks [`Adapter::probe`] whose they are.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] for a method that it does not have or that needs no flow.
    async fn begin_login(
        &self,
        _ctx: &Context,
        _method: LoginMethod,
    ) -> Result<(Box<dyn LoginFlow>, LoginStep), Error> {
        Err(Error::new(ErrorKind::Unsupported, "login"))
    }

    /// Asks whether the session lives and whose it is. Never an `Err`: whatever happens is a verdict.
    async fn probe(&self, ctx: &Context, credential: &Credential, depth: ProbeDepth) -> Probe;

    /// Renews the session where the platform can.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] unless [`crate::Capabilities::renew`]; otherwise as the platform answered.
    async fn renew(&self, _ctx: &Context, _credential: &Credential) -> Result<Renewal, Error> {
        Err(Error::new(ErrorKind::Unsupported, "renew"))
    }

    /// Finishes a renewal whose new credential has been stored: the old session is given up at the platform.
    ///
    /// # Errors
    /// As the platform answered; the new session stays valid, and the call may be made again.
    async fn confirm_renewal(&self, _ctx: &Context, _credential: &Credential) -> Result<Credential, Error> {
        Err(Error::new(ErrorKind::Unsupported, "confirm_renewal"))
    }

    /// Reads the creator's numbers.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] unless [`crate::Capabilities::numbers`]; otherwise as the platform answered.
    async fn numbers(&self, _ctx: &Context, _credential: &Credential) -> Result<Numbers, Error> {
        Err(Error::new(ErrorKind::Unsupported, "numbers"))
    }

    /// Ends the session at the platform. A session that is already dead counts as ended.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] unless [`crate::Capabilities::logout`]; otherwise as the platform answered.
    async fn logout(&self, _ctx: &Context, _credential: &Credential) -> Result<(), Error> {
        Err(Error::new(ErrorKind::Unsupported, "logout"))
    }

    /// The platform's own page in a window, on one of its [`Descriptor::sites`] (the usual one when `None`); `None` when
    /// there is no such page.
    fn window(&self, _site: Option<&str>) -> Option<WindowPlan> {
        None
    }

    /// Whether these cookies may be those of a person who is logged in. A guest has cookies as well: only
    /// [`Adapter::probe`] can tell.
    fn is_candidate(&self, cookies: &CookieJar) -> bool {
        self.descriptor().required_cookies.iter().all(|name| cookies.value(name).is_some())
    }

    /// Makes a session out of cookies that came from a window or from the clipboard: what else they say (when they end,
    /// which site) is read out of them here.
    fn credential_from(&self, cookies: CookieJar, site: Option<&str>) -> Credential {
        Credential { cookies, site: site.map(str::to_owned), ..Credential::default() }
    }

    /// Reads what may still be used.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] unless [`crate::Capabilities::quotas`]; otherwise as the platform answered.
    async fn quotas(&self, _ctx: &Context, _credential: &Credential) -> Result<Quotas, Error> {
        Err(Error::new(ErrorKind::Unsupported, "quotas"))
    }

    /// What it can do beyond all this, in the order in which it is offered.
    fn operations(&self) -> &[Operation] {
        &[]
    }

    /// Does one of [`Adapter::operations`]. A read may be asked again after a fault; anything else is asked once.
    ///
    /// # Errors
    /// [`OperateError::Unknown`] for another id; [`OperateError::Input`] before anything is asked; otherwise as the
    /// platform answered.
    async fn operate(
        &self,
        _ctx: &Context,
        _credential: &Credential,
        _operation: &str,
        _input: OperationInput,
    ) -> Result<Outcome, OperateError> {
        Err(OperateError::Unknown)
    }
}
