//! What a person pastes: a session id, a token with its region in front, cookies, or the JSON that the official command
//! line tool or a browser exports.

use jiff::Timestamp;
use roster_domain::{Cookie, CookieJar, Secret};
use roster_platform::Text;
use serde_json::Value;
use zeroize::Zeroize;

use super::{
    market::{Market, Region},
    session,
};
use crate::session_cookies::{self, SESSION};

/// What was pasted.
#[derive(Debug)]
pub(super) struct Pasted {
    pub(super) cookies: CookieJar,
    /// The region that stood in front of the token.
    pub(super) region: Option<Region>,
}

/// What is wrong with what was pasted. Nothing of it is quoted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refused {
    #[error("several tokens")]
    Several,
    #[error("a token of the other service")]
    OtherService,
    #[error("a proxy in front of the token")]
    Proxy,
    #[error("no session in it")]
    NoSession,
    #[error("neither a session id nor cookies nor an export")]
    Unknown,
}

impl Refused {
    /// What the person reads.
    pub(super) fn text(self, market: Market) -> Text {
        match (self, market) {
            (Self::Several, _) => Text::new(
                "这里有多个 token。请一次只添加一个，每个账号各添加一次。",
                "These are several tokens. Paste one at a time: each is an account of its own.",
            ),
            (Self::OtherService, Market::China) => Text::new(
                "带地区前缀的 token 属于国际版，请在“Dreamina”下添加。",
                "A token with a region in front belongs to the international service: add it under Dreamina.",
            ),
            (Self::OtherService, Market::Abroad) => Text::new(
                "这个 token 属于中国版，请在“即梦”下添加。",
                "This token belongs to the Chinese service: add it under Jimeng.",
            ),
            (Self::Proxy, _) => Text::new(
                "token 前面带有代理地址。请只粘贴 token，代理在账号设置中填写。",
                "There is a proxy in front of the token. Paste the token alone, and set the proxy with the account.",
            ),
            (Self::NoSession, _) => Text::new(
                "内容中没有 sessionid。请确认已登录后再导出或复制。",
                "There is no sessionid in it. Log in first, then export or copy again.",
            ),
            (Self::Unknown, _) => Text::new(
                "无法识别。请粘贴 sessionid、带地区前缀的 token、Cookie，或官方命令行工具导出的 JSON。",
                "Not recognised. Paste a sessionid, a token with its region, cookies, or the JSON that the official command line tool exports.",
            ),
        }
    }
}

/// Reads what was pasted.
pub(super) fn read(text: &str, market: Market) -> Result<Pasted, Refused> {
    let text = text.trim().trim_matches(['"', '\'']).trim();
    let text = strip_word(text, "authorization:");
    let text = strip_word(text, "bearer ");
    if text.starts_with(['{', '[']) {
        let cookies = exported(text, market)?;
        return whole(cookies, None);
    }
    if text.contains('=') {
        let cookies = CookieJar::from_header(text, market.cookie_domain()).map_err(|_| Refused::Unknown)?;
        return whole(cookies, None);
    }
    token(text, market)
}

fn strip_word<'t>(text: &'t str, word: &str) -> &'t str {
    match text.get(..word.len()) {
        Some(head) if head.eq_ignore_ascii_case(word) => text[word.len()..].trim(),
        _ => text,
    }
}

/// Cookies with a session in them. A session id alone travels under three names.
fn whole(mut cookies: CookieJar, region: Option<Region>) -> Result<Pasted, Refused> {
    cookies.remove("");
    if session::is_whole(&cookies) { Ok(Pasted { cookies, region }) } else { Err(Refused::NoSession) }
}

fn token(text: &str, market: Market) -> Result<Pasted, Refused> {
    if text.split([',', '，', ';']).flat_map(str::split_whitespace).nth(1).is_some() {
        return Err(Refused::Several);
    }
    if text.contains("://") {
        return Err(Refused::Proxy);
    }
    let text = text.trim_matches([',', '，', ';']).trim();
    let (region, id) = match text.split_once('-') {
        Some((word, rest)) if word.len() == 2 => match Region::NAMED.into_iter().find(|one| Region::named(word) == Some(*one)) {
            Some(region) => (Some(region), rest),
            None if Region::named(word) == Some(Region::Cn) => (Some(Region::Cn), rest),
            None => (None, text),
        },
        _ => (None, text),
    };
    let other = region.is_some_and(|region| (region == Region::Cn) != (market == Market::China));
    if other {
        return Err(Refused::OtherService);
    }
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.~".contains(&byte);
    if !(16..=256).contains(&id.len()) || !id.bytes().all(plain) {
        return Err(Refused::Unknown);
    }
    Ok(Pasted { cookies: session::jar_of(id, market), region: region.filter(|region| *region != Region::Cn) })
}

/// The cookies in an export: of the command line tool (a whole `cookie` header somewhere in it), or of a browser (a list
/// of cookies).
fn exported(text: &str, market: Market) -> Result<CookieJar, Refused> {
    let mut value: Value = serde_json::from_str(text).map_err(|_| Refused::Unknown)?;
    let found = cookies_in(&value, market, 0);
    wipe(&mut value);
    match found.as_slice() {
        [] => Err(Refused::NoSession),
        [one] => Ok(one.clone()),
        [..] => Err(Refused::Several),
    }
}

/// How deep an export may nest.
const DEEPEST: usize = 6;

fn cookies_in(value: &Value, market: Market, depth: usize) -> Vec<CookieJar> {
    if depth > DEEPEST {
        return Vec::new();
    }
    let below = |value: &Value| cookies_in(value, market, depth + 1);
    match value {
        Value::Array(items) => match listed(items, market) {
            Some(jar) => vec![jar],
            None => items.iter().flat_map(below).collect(),
        },
        Value::Object(fields) => {
            let header = ["cookie", "cookies", "Cookie"].iter().find_map(|name| fields.get(*name)?.as_str());
            if let Some(jar) = header.and_then(|header| CookieJar::from_header(header, market.cookie_domain()).ok()) {
                return vec![jar];
            }
            let id = [SESSION, "session_id", "sessionId"].iter().find_map(|name| fields.get(*name)?.as_str());
            match id.map(|id| token(id, market)) {
                Some(Ok(pasted)) => vec![pasted.cookies],
                Some(Err(_)) | None => fields.values().flat_map(below).collect(),
            }
        }
        _ => Vec::new(),
    }
}

/// A browser's list: objects with a name and a value each. One of the whole browser has other sites' sessions in it,
/// under the same names; only what belongs to this service is taken. A list that names no domains is the service's own.
fn listed(items: &[Value], market: Market) -> Option<CookieJar> {
    let cookies: Option<Vec<Cookie>> = items.iter().map(|item| cookie(item, market.cookie_domain())).collect();
    let cookies = cookies.filter(|cookies| !cookies.is_empty())?;
    Some(session_cookies::ours(&cookies, market.cookie_domain()))
}

fn cookie(item: &Value, usual: &str) -> Option<Cookie> {
    let text = |name: &str| item[name].as_str().filter(|text| !text.is_empty());
    let flag = |name: &str| item[name].as_bool();
    let domain = text("domain").unwrap_or(usual);
    let name = text("name")?;
    let value = item["value"].as_str()?;
    // What cannot be sent is no cookie; the whole is checked as a header is.
    CookieJar::from_header(&format!("{name}={value}"), usual).ok()?;
    // Sessions have -1, or nothing.
    let ends = ["expirationDate", "expires"].iter().find_map(|name| item[*name].as_f64()).filter(|at| *at > 0.0);
    #[allow(clippy::cast_possible_truncation, reason = "a float outside of the range saturates, and is no time then")]
    let expires_at = ends.and_then(|at| Timestamp::from_second(at as i64).ok());
    Some(Cookie {
        name: name.to_owned(),
        value: Secret::from(value),
        domain: domain.trim_start_matches('.').to_ascii_lowercase(),
        host_only: flag("hostOnly").unwrap_or(text("domain").is_some_and(|domain| !domain.starts_with('.'))),
        path: text("path").filter(|path| path.starts_with('/')).unwrap_or("/").to_owned(),
        expires_at,
        secure: flag("secure").unwrap_or(false),
        http_only: flag("httpOnly").unwrap_or(false),
        same_site: None,
    })
}

fn wipe(value: &mut Value) {
    match value {
        Value::String(text) => text.zeroize(),
        Value::Array(items) => items.iter_mut().for_each(wipe),
        Value::Object(fields) => fields.iter_mut().for_each(|(_, value)| wipe(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";

    fn session(text: &str, market: Market) -> Result<(String, Option<Region>), Refused> {
        let pasted = read(text, market)?;
        let id = pasted.cookies.value(SESSION).expect("a session").expose().clone();
        Ok((id, pasted.region))
    }

    #[test]
    fn a_token_is_read_with_its_region_in_every_form() {
        for (text, region) in [
            (ID.to_owned(), None),
            (format!(" \"us-{ID}\"\n"), Some(Region::Us)),
            (format!("US-{ID}"), Some(Region::Us)),
            (format!("hk-{ID}"), Some(Region::Hk)),
            (format!("Jp-{ID}"), Some(Region::Jp)),
            (format!("Bearer sg-{ID}"), Some(Region::Sg)),
            (format!("Authorization: Bearer sg-{ID},"), Some(Region::Sg)),
            (format!("sessionid={ID}"), None),
            (format!("Cookie: ttwid=1; sessionid={ID}; uid_tt=a"), None),
        ] {
            assert_eq!(session(&text, Market::Abroad), Ok((ID.to_owned(), region)), "{text}");
        }
        assert_eq!(session(&format!("cn-{ID}"), Market::China), Ok((ID.to_owned(), None)));
        let bare = read(ID, Market::China).expect("a token").cookies;
        assert_eq!(bare.value("sid_tt").expect("there").expose(), ID);
        assert_eq!(bare.len(), 3, "nothing is made up");
    }

    #[test]
    fn exports_are_read_wherever_the_cookies_stand_in_them() {
        let header = format!("_tea_web_id=7412345678901234567; sessionid={ID}; sid_tt={ID}");
        for text in [
            format!(r#"{{"cookie":"{header}","headers":{{"Appvr":"8.4.0","Sign":"x"}},"uid":"7212345678901234567"}}"#),
            format!(r#"{{"version":1,"session":{{"data":{{"Cookie":"{header}"}}}}}}"#),
            format!(r#"[{{"name":"sessionid","value":"{ID}","domain":".jianying.com"}},{{"name":"a","value":"b"}}]"#),
            format!(r#"{{"cookies":[{{"name":"sessionid","value":"{ID}"}}]}}"#),
            format!(r#"{{"sessionid":"{ID}"}}"#),
        ] {
            assert_eq!(session(&text, Market::China), Ok((ID.to_owned(), None)), "{text}");
        }
    }

    #[test]
    fn an_export_of_a_whole_browser_gives_this_service_s_session_with_its_end() {
        let text = format!(
            r#"[{{"name":"sessionid","value":"douyin0123456789abcdef","domain":".douyin.com"}},
                {{"name":"sessionid","value":"{ID}","domain":".jianying.com","path":"/","expirationDate":1800000000.5,"secure":true,"httpOnly":true}},
                {{"name":"_tea_web_id","value":"7412345678901234567","domain":"jimeng.jianying.com","expirationDate":-1}},
                {{"name":"sessionid","value":"other0123456789abcdef","domain":"evil-jianying.com"}},
                {{"name":"sessionid","value":"last0123456789abcdef0","domain":".capcut.com"}}]"#
        );
        let jar = read(&text, Market::China).expect("a session").cookies;
        let own = jar.iter().find(|cookie| cookie.name == SESSION).expect("there");
        assert_eq!((own.value.expose().as_str(), own.domain.as_str()), (ID, "jianying.com"));
        assert_eq!(own.expires_at.map(Timestamp::as_second), Some(1_800_000_000));
        assert!(own.secure && own.http_only && !own.host_only);
        let number = jar.iter().find(|cookie| cookie.name == "_tea_web_id").expect("there");
        assert_eq!((number.domain.as_str(), number.host_only, number.expires_at), ("jimeng.jianying.com", true, None));
        assert_eq!(jar.len(), 2, "other sites' sessions are left where they are");
        let foreign = r#"{"cookies":[{"name":"sessionid","value":"douyin0123456789abcdef","domain":".douyin.com"}]}"#;
        assert_eq!(session(foreign, Market::China), Err(Refused::NoSession));
    }

    #[test]
    fn what_cannot_be_taken_is_refused_with_its_reason() {
        for (text, market, refused) in [
            (format!("{ID},{ID}"), Market::China, Refused::Several),
            (format!("us-{ID}, hk-{ID}"), Market::Abroad, Refused::Several),
            (format!("{ID}\n{ID}"), Market::China, Refused::Several),
            (format!(r#"[{{"sessionid":"{ID}"}},{{"sessionid":"{ID}"}}]"#), Market::China, Refused::Several),
            (format!("us-{ID}"), Market::China, Refused::OtherService),
            (format!("cn-{ID}"), Market::Abroad, Refused::OtherService),
            (format!("socks5://u:p@host:1@us-{ID}"), Market::Abroad, Refused::Proxy),
            (String::from("ttwid=1; passport_csrf_token=2"), Market::China, Refused::NoSession),
            (String::from("{\"uid\":\"1\"}"), Market::China, Refused::NoSession),
            (String::from("{\"uid\":"), Market::China, Refused::Unknown),
            (String::from("hello"), Market::China, Refused::Unknown),
            (String::from("不是令牌不是令牌不是令牌"), Market::China, Refused::Unknown),
            (String::new(), Market::China, Refused::Unknown),
        ] {
            assert_eq!(session(&text, market).err(), Some(refused), "{text}");
            let words = refused.text(market);
            assert!(!words.zh.is_empty() && !words.en.contains(ID));
        }
    }
}
