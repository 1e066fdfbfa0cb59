//! Renewal of a session: ask, the correspond page, refresh, confirm.

use std::sync::{Arc, OnceLock};

use rsa::pkcs8::{EncodePublicKey, LineEnding};
use rsa::{Oaep, RsaPrivateKey, rand_core::OsRng, sha2::Sha256};
use serde_json::{Value, json};

use super::session::{self, BilibiliSession};
use super::{CORRESPOND, RENEWAL, Service, not_found, not_logged_in, ok, refused};
use crate::answer::Answer;
use crate::ask::Ask;
use crate::world::random_hex;
use crate::world::sessions::{Ended, Session};

/// How old the path may be, either way.
const FRESH_MS: i64 = 60_000;
/// From this age on the platform asks for a renewal.
const DUE_AFTER_S: i64 = 30 * 86_400;
const BITS: usize = 2048;

/// The pair whose private half opens correspond paths. Nobody but the real service has the real one.
#[derive(Debug, Clone)]
pub(super) struct Keys(Arc<RsaPrivateKey>);

impl Keys {
    /// Made once per process: it takes a while.
    #[allow(clippy::panic, reason = "2048 bits is a size RSA has, and without randomness nothing here can start")]
    pub(super) fn of_this_process() -> Self {
        static KEYS: OnceLock<Arc<RsaPrivateKey>> = OnceLock::new();
        let made = KEYS.get_or_init(|| match RsaPrivateKey::new(&mut OsRng, BITS) {
            Ok(key) => Arc::new(key),
            Err(problem) => panic!("no key pair for the correspond page: {problem}"),
        });
        Self(Arc::clone(made))
    }

    pub(super) fn public_pem(&self) -> String {
        self.0.to_public_key().to_public_key_pem(LineEnding::LF).unwrap_or_default()
    }

    /// The text in a correspond path.
    fn open(&self, path_hex: &str) -> Option<String> {
        if path_hex.bytes().any(|b| b.is_ascii_uppercase()) {
            return None;
        }
        let sealed = hex::decode(path_hex).ok()?;
        String::from_utf8(self.0.decrypt(Oaep::new::<Sha256>(), &sealed).ok()?).ok()
    }
}

pub(super) fn cookie_info(service: &Service, ask: &Ask) -> Answer {
    let Some(session) = service.session(ask) else { return not_logged_in() };
    let due = match service.mode(&RENEWAL) {
        "due" => true,
        "not_due" => false,
        _ => ask.now.as_second() - session.created.as_second() >= DUE_AFTER_S,
    };
    ok(json!({ "refresh": due, "timestamp": ask.now.as_millisecond() }))
}

pub(super) fn correspond(service: &Service, ask: &Ask) -> Answer {
    let sealed = ask.path.rsplit('/').next().unwrap_or_default();
    let fresh = service.keys.open(sealed).is_some_and(|text| is_fresh(service, ask, &text));
    if !fresh {
        return not_found();
    }
    match service.session(ask) {
        Some(session) => {
            let csrf = random_hex::<16>();
            service.sessions.change(session.number, |session| session.more.refresh_csrf = Some(csrf.clone()));
            correspond_page(&format!("<div id=\"1-name\">{csrf}</div>"))
        }
        None => correspond_page(""),
    }
}

fn is_fresh(service: &Service, ask: &Ask, text: &str) -> bool {
    let stamp = text.strip_prefix(service.mode(&CORRESPOND)).and_then(|stamp| stamp.parse::<i64>().ok());
    stamp.is_some_and(|stamp| ask.now.as_millisecond().abs_diff(stamp) < FRESH_MS.unsigned_abs())
}

pub(super) fn correspond_page(element: &str) -> Answer {
    Answer::html(format!(
        "<!DOCTYPE html><html lang=\"zh-Hans\"><head><title>Correspond</title></head><body>{element}<div id=\"token-iframe-app\"></div></body></html>"
    ))
}

pub(super) fn cookie_refresh(service: &Service, ask: &Ask) -> Answer {
    let Some(old) = service.session(ask) else { return not_logged_in() };
    if ask.field("csrf") != Some(old.more.csrf.as_str()) {
        return refused(-111, "csrf 校验失败", Value::Null);
    }
    let expected = old.more.refresh_csrf.as_deref();
    if expected.is_none() || ask.field("refresh_csrf") != expected {
        return Answer::json(&json!({ "code": 86095, "message": "refresh_csrf error", "ttl": 1 }));
    }
    if ask.field("refresh_token") != Some(old.more.refresh_token.as_str()) {
        return Answer::json(&json!({ "code": 86095, "message": "refresh_token error", "ttl": 1 }));
    }
    service.sessions.change(old.number, |session| session.more.refresh_csrf = None);
    let new = service.open_session(Arc::clone(&old.person), ask.now, Some(old.number));
    ok(json!({ "status": 0, "message": "", "refresh_token": new.more.refresh_token })).cookies(session::cookies(&new))
}

pub(super) fn confirm_refresh(service: &Service, ask: &Ask) -> Answer {
    let Some(new) = service.session(ask) else { return not_logged_in() };
    if ask.field("csrf") != Some(new.more.csrf.as_str()) {
        return refused(-111, "csrf 校验失败", Value::Null);
    }
    let is_old = |session: &Session<BilibiliSession>| {
        Some(session.number) == new.more.replaces
            && ask.field("refresh_token") == Some(session.more.refresh_token.as_str())
    };
    match service.sessions.find_alive(ask.now, is_old) {
        Some(old) => {
            service.sessions.change(old.number, |session| session.ended = Some(Ended::Renewed));
            Answer::json(&json!({ "code": 0, "message": "0", "ttl": 1 }))
        }
        None => refused(-400, "请求错误", Value::Null),
    }
}
