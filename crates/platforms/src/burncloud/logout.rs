//! The end of a session at the site.
//!
//! Servers with session cookies only empty the cookie; those with short tokens end the session for good. An access token
//! stays valid whatever is called: only a new one takes its place, so its end is *unsupported*.

use roster_domain::Credential;
use roster_platform::{Context, Error, ErrorKind, Verb};

use super::{
    api::{Call, Limit},
    client::Client,
    health,
    limiter::{Limiter, Urgency},
    session::{self, Kind},
    site::Generation,
};

const OLD: Call = Call::get("logout").once();
const NEW: Call = Call::of("auth/logout", Verb::Post).limited(Limit::Critical);

/// Ends it; a session that is dead already counts as ended.
pub(super) async fn logout(ctx: &Context, limiter: &Limiter, credential: &Credential) -> Result<(), Error> {
    match leave(ctx, limiter, credential).await {
        Err(error) if error.kind == ErrorKind::NotLoggedIn => Ok(()),
        outcome => outcome,
    }
}

async fn leave(ctx: &Context, limiter: &Limiter, credential: &Credential) -> Result<(), Error> {
    if session::kind(credential) == Some(Kind::Token) {
        return let_go(ctx, limiter, credential).await;
    }
    let mut client = Client::open(ctx, limiter, credential, Urgency::Person).await?;
    if client.generation().await? == Generation::Third {
        return end(&mut client).await;
    }
    match client.get(OLD, "/api/user/logout").await {
        // The site was upgraded since: there the old path reads as somebody's number.
        Err(error) if coded(&error) && error.kind == ErrorKind::Refused => end(&mut client).await,
        Err(error) => Err(error),
        Ok(_) => Ok(()),
    }
}

/// No call is known to end an access token, although the description has one; so it is asked whether the token still
/// lives, and of one that does nothing is said to be done.
async fn let_go(ctx: &Context, limiter: &Limiter, credential: &Credential) -> Result<(), Error> {
    let mut client = Client::open(ctx, limiter, credential, Urgency::Person).await?;
    if client.generation().await? != Generation::Third {
        match client.get(OLD, "/api/user/logout").await {
            Err(error) if !(coded(&error) && error.kind == ErrorKind::Refused) => return Err(error),
            Ok(_) | Err(_) => {}
        }
    }
    health::read(&mut client).await?;
    Err(Error::new(ErrorKind::Unsupported, OLD.question))
}

async fn end(client: &mut Client<'_>) -> Result<(), Error> {
    client.leave(NEW, "/api/user/auth/logout").await
}

fn coded(error: &Error) -> bool {
    error.evidence.code.as_deref().is_some_and(|code| code.starts_with("AUTH_"))
}
