//! The end of a session at the platform.

use std::time::Duration;

use roster_domain::Credential;
use roster_platform::{Context, Error, ErrorKind, Follow, Retry};

use super::{Studio, api};

const HOPS: usize = 5;

impl Studio {
    /// Ends the session. What the exit answers proves little, so the outcome is what the platform then says of the
    /// session.
    pub(super) async fn leave(&self, ctx: &Context, credential: &Credential) -> Result<(), Error> {
        let home = self.market.home();
        let next = format!("{home}/");
        let ask = ctx.http.get("web/logout", &format!("{home}/passport/web/logout/")).once().query(&[
            ("account_sdk_source", "web"),
            ("aid", self.market.aid()),
            ("next", &next),
        ]);
        let rules = Follow { hops: HOPS, hosts: self.market.hosts(), enough: &|_| false };
        let ask = api::with_session(ask, credential).header("referer", &next);
        let followed = ask.follow(rules, ctx.now).await?;
        match followed.broken {
            Some(error) => return Err(error),
            None => followed.last.settled()?,
        };
        match self.told(ctx, credential, Duration::ZERO).await?.told.account.as_ref().map_err(|error| error.kind) {
            Err(ErrorKind::NotLoggedIn) => Ok(()),
            Ok(_) | Err(_) => Err(Error::new(ErrorKind::Refused, "web/logout").retry(Retry::Soon)),
        }
    }
}
