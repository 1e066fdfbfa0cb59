//! A creator's numbers.

use roster_domain::{Credential, Numbers, Reason};
use roster_platform::{Context, Error, ErrorKind};

use super::health;

/// The numbers that the creator centre gives with the person.
pub(super) async fn numbers(ctx: &Context, credential: &Credential) -> Result<Numbers, Error> {
    let (answer, info) = health::user_info(ctx, credential).await?;
    let missing = || answer.said(ErrorKind::Protocol, 0, None).because(Reason::UnexpectedShape);
    info.numbers(ctx.now).ok_or_else(missing)
}
