//! Who it is, whether the session lives, and what may still be used.

use std::sync::Arc;

use roster_domain::{Credential, Evidence, Quota, QuotaUnit, Quotas, Reason, Verdict};
use roster_platform::{Context, Error, ErrorKind, Probe, ProbeDepth};
use serde::Deserialize;

use super::{
    api::Call,
    client::{Client, no_credential},
    limiter::{Limiter, Urgency},
    renewal::{self, Renewed},
    session::{self, Kind},
    site::{self, Origin, Status},
    user::User,
};

/// The one question about a session.
const SELF: Call = Call::get("self");

/// Asks whether the session lives and whose it is. Never an error.
pub(super) async fn probe(ctx: &Context, limiter: &Limiter, credential: &Credential, depth: ProbeDepth) -> Probe {
    match asked(ctx, limiter, credential, depth).await {
        Ok(probe) => probe,
        Err(error) if error.reason == Reason::OtherUser => {
            Probe { verdict: Verdict::IdentityMismatch, ..Probe::from(error) }
        }
        Err(error) => Probe::from(error),
    }
}

async fn asked(
    ctx: &Context,
    limiter: &Limiter,
    credential: &Credential,
    depth: ProbeDepth,
) -> Result<Probe, Error> {
    let kind = session::kind(credential).ok_or_else(no_credential)?;
    let origin = Origin::of(credential.site.as_deref()).ok_or_else(|| site::nowhere(SELF.question))?;
    let renewed = match kind {
        Kind::Short => renewal::live(ctx, limiter, credential, Urgency::Background).await?,
        Kind::Token | Kind::Cookie => None,
    };
    let mut changed = renewed.is_some();
    let renewed = renewed.unwrap_or_else(|| Renewed { credential: credential.clone(), told: None });
    let named = renewed.told.and_then(|(user, evidence)| Some((User::deserialize(&user).ok()?, evidence)));
    let (user, evidence, mut kept) = match named {
        // The renewal itself is the answer: it was just asked, and names the user.
        Some((user, evidence)) => (user, evidence, renewed.credential),
        None => {
            let mut client = Client::open(ctx, limiter, &renewed.credential, Urgency::Background).await?;
            let (user, evidence) = read(&mut client).await?;
            let asked = renewed.credential;
            let newest = client.into_changed();
            changed |= newest.is_some();
            (user, evidence, newest.unwrap_or(asked))
        }
    };
    if session::user_id(&kept) != Some(user.id) {
        session::keep_user(&mut kept, user.id);
        changed = true;
    }
    let mut probe = Probe::alive(user.identity(&origin, ctx), evidence);
    if depth == ProbeDepth::Full {
        if let Ok(status) = site::status(ctx, &origin).await {
            probe.quotas = Some(quotas_of(&user, &status, ctx));
        }
        if let Ok(generation) = site::generation(ctx, &origin).await {
            changed |= session::keep_generation(&mut kept, generation);
        }
    }
    probe.refreshed = changed.then_some(kept);
    Ok(probe)
}

/// The user behind the session.
///
/// # Errors
/// As the server answered; the platform has changed when nobody is named.
pub(super) async fn read(client: &mut Client<'_>) -> Result<(User, Evidence), Error> {
    let good = client.get(SELF, "/api/user/self").await?;
    Ok((good.read()?, good.answer.evidence()))
}

/// What may still be used, as the site shows it.
///
/// # Errors
/// As the server answered.
pub(super) async fn quotas(ctx: &Context, limiter: &Limiter, credential: &Credential) -> Result<Quotas, Error> {
    let mut client = Client::open(ctx, limiter, credential, Urgency::Background).await?;
    let (user, evidence) = read(&mut client).await?;
    if user.quota.is_none() {
        let error = Error::new(ErrorKind::Protocol, SELF.question).because(Reason::UnexpectedShape);
        return Err(error.with_evidence(evidence));
    }
    let status: Arc<Status> = site::status(ctx, client.origin()).await?;
    Ok(quotas_of(&user, &status, ctx))
}

fn quotas_of(user: &User, status: &Status, ctx: &Context) -> Quotas {
    let mut items = Vec::new();
    if let Some(quota) = user.quota {
        items.push(status.stock("balance", quota, user.used_quota));
    }
    if let Some(count) = user.request_count {
        items.push(Quota {
            key: String::from("requests"),
            unit: QuotaUnit::Count,
            used: Some(count as f64),
            ..Quota::default()
        });
    }
    if let Some(earned) = user.aff_quota {
        items.push(status.stock("invitation_balance", earned, None));
    }
    Quotas { read_at: ctx.now, items }
}
