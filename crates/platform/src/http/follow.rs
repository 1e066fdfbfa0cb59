//! Redirects by hand: bounded, to known hosts only, with the cookies of every hop.

use jiff::Timestamp;
use roster_domain::{Cookie, CookieJar};
use url::Url;

use super::{Answer, Ask};
use crate::Error;

/// The rules of a chain of redirects.
pub struct Follow<'a> {
    /// How many answers to take at most.
    pub hops: usize,
    /// Where it may lead: these hosts and no others. A redirect elsewhere ends the chain, and nothing is sent there.
    pub hosts: &'a [&'a str],
    /// Ends the chain as soon as what was collected is enough.
    pub enough: &'a (dyn Fn(&CookieJar) -> bool + Send + Sync),
}

/// What a chain came to.
#[derive(Debug)]
pub struct Followed {
    /// The cookies of all hops, the last of a name winning.
    pub cookies: CookieJar,
    /// The last answer.
    pub last: Answer,
    /// Whether a redirect led out of the known hosts.
    pub led_away: bool,
    /// What broke the chain after its first answer.
    pub broken: Option<Error>,
}

pub(super) async fn follow(first: Ask, rules: Follow<'_>, now: Timestamp) -> Result<Followed, Error> {
    let mut sent = first.jar().clone();
    let mut found = CookieJar::new();
    let Some(start) = first.url().cloned().filter(|url| is_known(url, rules.hosts)) else {
        // The address itself is outside the rules: `send` of an unusable question says so without asking.
        return Err(first.nowhere());
    };
    let mut answer = first.moved_to(&start, &sent).send(now).await?;
    let mut led_away = false;
    for hop in 1.. {
        collect(&answer.set_cookies, &mut sent, &mut found);
        let Some(next) = answer.location.clone().filter(|_| answer.is_redirect()) else { break };
        led_away = !is_known(&next, rules.hosts);
        if led_away || hop >= rules.hops || (rules.enough)(&found) {
            break;
        }
        match first.moved_to(&next, &sent).send(now).await {
            Ok(further) => answer = further,
            Err(error) => return Ok(Followed { cookies: found, last: answer, led_away, broken: Some(error) }),
        }
    }
    Ok(Followed { cookies: found, last: answer, led_away, broken: None })
}

fn collect(cookies: &[Cookie], sent: &mut CookieJar, found: &mut CookieJar) {
    for cookie in cookies {
        sent.insert(cookie.clone());
        found.insert(cookie.clone());
    }
}

fn is_known(url: &Url, hosts: &[&str]) -> bool {
    url.scheme() == "https" && url.host_str().is_some_and(|host| hosts.contains(&host))
}
