//! The contract itself: small, object-safe, with defaults that answer *unsupported*.

use async_trait::async_trait;
use jiff::Timestamp;
use roster_domain::{Credential, Numbers};

use crate::{Descriptor, Error, ErrorKind, Http, LoginFlow, LoginMethod, LoginStep, Probe, ProbeDepth, Renewal};

/// What an adapter is given with each question: the client that belongs to this account (its proxy, its user
/// agent, its host limits) and the time.
#[derive(Debug, Clone)]
pub struct Context {
    /// The client. Clone it freely; all clones share limits.
    pub http: Http,
    /// The time of the question.
    pub now: Timestamp,
}

/// An outside service.
#[async_trait]
pub trait Adapter: Send + Sync + std::fmt::Debug {
    /// Who it is and what it can do. The UI hides what is not in here.
    fn descriptor(&self) -> &Descriptor;

    /// Starts a login by one of [`Descriptor::login_methods`]. The flow it returns is a state machine: each call of
    /// [`LoginFlow::next`] is at most one question to the platform.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] for a method it does not have.
    async fn begin_login(&self, ctx: &Context, method: LoginMethod) -> Result<(Box<dyn LoginFlow>, LoginStep), Error>;

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
}
