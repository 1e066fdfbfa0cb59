//! The session and the cookies that carry it.

use std::sync::Arc;

use crate::answer::{Life, SetCookie};
use crate::ask::Ask;
use crate::world::people::Person;
use crate::world::random_hex;
use crate::world::sessions::{Ended, Session};

use super::{FAMILY, PARTS, Service};

/// NextAuth's thirty days.
const LIFE_S: i64 = 30 * 86_400;
/// Where a session in parts is cut.
const CUT: usize = 48;

/// The names of one family, over TLS or without: the session whole and in two parts, the token, where to go on.
struct Names {
    whole: &'static str,
    parts: [&'static str; 2],
    csrf: &'static str,
    callback: &'static str,
}

const NAMES: [Names; 4] = [
    Names {
        whole: "__Secure-next-auth.session-token",
        parts: ["__Secure-next-auth.session-token.0", "__Secure-next-auth.session-token.1"],
        csrf: "__Host-next-auth.csrf-token",
        callback: "__Secure-next-auth.callback-url",
    },
    Names {
        whole: "next-auth.session-token",
        parts: ["next-auth.session-token.0", "next-auth.session-token.1"],
        csrf: "next-auth.csrf-token",
        callback: "next-auth.callback-url",
    },
    Names {
        whole: "__Secure-authjs.session-token",
        parts: ["__Secure-authjs.session-token.0", "__Secure-authjs.session-token.1"],
        csrf: "__Host-authjs.csrf-token",
        callback: "__Secure-authjs.callback-url",
    },
    Names {
        whole: "authjs.session-token",
        parts: ["authjs.session-token.0", "authjs.session-token.1"],
        csrf: "authjs.csrf-token",
        callback: "authjs.callback-url",
    },
];

/// What proves the session, put together from its parts.
pub(super) fn secret(ask: &Ask) -> Option<String> {
    NAMES.iter().find_map(|names| {
        let whole = ask.cookie(names.whole).map(str::to_owned);
        whole.or_else(|| Some([ask.cookie(names.parts[0])?, ask.cookie(names.parts[1])?].concat()))
    })
}

/// The token's cookie, `token|hash`, its bar written as a browser sends it.
pub(super) fn csrf_cookie(ask: &Ask) -> Option<(String, String)> {
    let value = NAMES.iter().find_map(|names| ask.cookie(names.csrf))?.replace("%7C", "|");
    value.split_once('|').map(|(token, hash)| (token.to_owned(), hash.to_owned()))
}

impl Service {
    /// The names that the site uses towards this caller: those without prefix when its pages came by plain HTTP, as a
    /// browser gets them from a sandbox.
    fn names(&self, ask: &Ask) -> &'static Names {
        let from = ask.header("origin").or_else(|| ask.header("referer"));
        let page =
            ask.header("sec-fetch-mode").is_some() || ask.header("accept").is_some_and(|a| a.contains("text/html"));
        let plain = from.map_or(page, |from| from.starts_with("http://"));
        let authjs = self.mode(&FAMILY) == "authjs";
        &NAMES[usize::from(plain) + 2 * usize::from(authjs)]
    }

    /// Hands out a new session.
    pub(super) fn opened(&self, person: Arc<Person>, ask: &Ask) -> Vec<SetCookie> {
        // As long as a sealed token looks, and with its dots.
        let secret = format!("eyJhbGciOiJkaXIi..{}.{}", random_hex::<24>(), random_hex::<16>());
        let session = self.sessions.add(secret, person, (ask.now, LIFE_S), ());
        self.session_cookies(&session, ask)
    }

    /// The living session that the cookies prove.
    pub(super) fn session(&self, ask: &Ask) -> Option<Session<()>> {
        self.sessions.alive(&secret(ask)?, ask.now)
    }

    /// The same session with its thirty days ahead of it.
    pub(super) fn rolled(&self, session: &Session<()>, ask: &Ask) -> Session<()> {
        let life_s = ask.now.as_second() - session.created.as_second() + LIFE_S;
        self.sessions.change(session.number, |session| session.life_s = life_s);
        Session { life_s, ..session.clone() }
    }

    /// Its cookies, whole or in parts.
    pub(super) fn session_cookies(&self, session: &Session<()>, ask: &Ask) -> Vec<SetCookie> {
        let names = self.names(ask);
        let life = Life::Until(session.expires());
        let mut cookies = match self.mode(&PARTS) {
            "parts" => {
                let (head, tail) = session.secret.split_at(CUT.min(session.secret.len()));
                vec![own(names.parts[0], head, life), own(names.parts[1], tail, life)]
            }
            _ => vec![own(names.whole, &session.secret, life)],
        };
        cookies.push(own(names.callback, "https%3A%2F%2Fwww.smartcv.cc%2F", Life::Session));
        cookies
    }

    pub(super) fn csrf_cookie(&self, (token, hash): &(String, String), ask: &Ask) -> SetCookie {
        own(self.names(ask).csrf, &format!("{token}%7C{hash}"), Life::Session)
    }

    /// The session's cookies, emptied.
    pub(super) fn emptied(&self, ask: &Ask) -> Vec<SetCookie> {
        let names = self.names(ask);
        [names.whole, names.parts[0], names.parts[1]].map(|name| own(name, "", Life::Seconds(0))).to_vec()
    }

    pub(super) fn drop_session(&self, ask: &Ask) {
        if let Some(session) = self.session(ask) {
            self.sessions.change(session.number, |session| session.ended = Some(Ended::LoggedOut));
        }
    }
}

/// A cookie for this host alone.
fn own(name: &'static str, value: &str, life: Life) -> SetCookie {
    let secure = name.starts_with("__");
    SetCookie { name, value: value.to_owned(), domain: None, life, http_only: true, secure, same_site: Some("Lax") }
}
