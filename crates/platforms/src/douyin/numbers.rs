//! A creator's numbers.

use roster_domain::{Credential, Numbers, Reason};
use roster_platform::{Context, Error, ErrorKind};

use super::health;

/// The numbers that the creator centre gives with the person. Whose they are is asked first.
pub(super) async fn numbers(ctx: &Context, credential: &Credential) -> Result<Numbers, Error> {
    let (_, known) = health::who(ctx, credential).await?;
    let (answer, creator) = health::creator(ctx, credential, &known).await?;
    let missing = || answer.said(ErrorKind::Protocol, 0, None).because(Reason::UnexpectedShape);
    creator.numbers(ctx.now).ok_or_else(missing)
}
