//! The end of a session at the site.
//!
//! Servers with session cookies only empty the cookie; those with short tokens end the session for good. An access token
//! stays valid whatever is called: only a new one takes its place.

use roster_domain::Credential;
use roster_platform::{Context, Error, ErrorKind, Verb};

use super::{
    api::Call,
    client::Client,
    limiter::{Limiter, Urgency},
    site::Generation,
};

const OLD: Call = Call::get("logout").once();
const NEW: Call = Call::of("auth/logout", Verb::Post);

/// Ends it; a session that is dead already counts as ended.
pub(super) async fn logout(ctx: &Context, limiter: &Limiter, credential: &Credential) -> Result<(), Error> {
    match leave(ctx, limiter, credential).await {
        Err(error) if error.kind == ErrorKind::NotLoggedIn => Ok(()),
        outcome => outcome,
    }
}

async fn leave(ctx: &Context, limiter: &Limiter, credential: &Credential) -> Result<(), Error> {
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

async fn end(client: &mut Client<'_>) -> Result<(), Error> {
    client.leave(NEW, "/api/user/auth/logout").await
}

fn coded(error: &Error) -> bool {
    error.evidence.code.as_deref().is_some_and(|code| code.starts_with("AUTH_"))
}
