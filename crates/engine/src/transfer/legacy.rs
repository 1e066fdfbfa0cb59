//! Files of the old format: JSON around texts that are sealed one by one. Accepted are one text, a list, and a map from
//! names to texts; instead of a text there may be an object with one, as the old program's records are. Inside stands
//! a `Cookie` header, or cookies as JSON.

use roster_domain::{Account, Cookie, CookieJar, Credential, Secret};
use roster_platform::Descriptor;
use roster_vault::{LegacyError, LegacyKey};
use serde_json::{Map, Value};

use super::{ImportReason, pending::Thing};
use crate::{
    Error, FileProblem,
    storage::{PortableAccount, StoredAccount},
};

/// The names under which the old program's records have what is read here, without case and underscores.
const SEALED: [&str; 6] = ["cookiedata", "cookies", "cookie", "encrypted", "data", "value"];
const NAMES: [&str; 4] = ["accountname", "name", "accountid", "id"];
/// How deep JSON inside of a sealed text may be nested.
const DEEPEST: usize = 8;

/// One sealed text with what stands in the open beside it.
struct Sealed {
    label: String,
    platform: Option<String>,
    text: Option<String>,
}

/// Reads a file. Every text is its own thing: one that does not open says why and keeps no other from being read.
///
/// # Errors
/// [`Error::WrongPassword`] when the secret opens none of them, [`Error::File`] for a file of another form.
pub(super) fn read(file: &[u8], secret: &Secret<String>, platforms: &[&Descriptor]) -> Result<Vec<Thing>, Error> {
    let key = LegacyKey::derive(secret);
    let texts = sealed_texts(file)?;
    let mut things = Vec::with_capacity(texts.len());
    let (mut opened, mut refused) = (false, false);
    for sealed in texts {
        let content = match sealed.text.as_deref().map(|text| key.open(text)) {
            None => Err(ImportReason::UnknownFormat),
            Some(Ok(text)) => {
                opened = true;
                account(&sealed, &text, platforms)
            }
            Some(Err(LegacyError::NotAuthentic)) => {
                refused = true;
                Err(ImportReason::WrongSecret)
            }
            Some(Err(LegacyError::NotText)) => {
                opened = true;
                Err(ImportReason::UnknownFormat)
            }
            Some(Err(LegacyError::NotBase64 | LegacyError::TooShort)) => Err(ImportReason::Damaged),
        };
        let platform = sealed.platform.as_deref().and_then(|name| known(name, platforms));
        let platform = platform.map(|platform| platform.id.clone());
        things.push(Thing { name: sealed.label, platform, own_id: false, content });
    }
    if refused && !opened {
        return Err(Error::WrongPassword { wait: std::time::Duration::ZERO });
    }
    Ok(things)
}

fn sealed_texts(file: &[u8]) -> Result<Vec<Sealed>, Error> {
    let not_that_sort = || Error::File(FileProblem::NotThatSort);
    let text = std::str::from_utf8(file).map_err(|_| not_that_sort())?.trim_start_matches('\u{feff}').trim();
    if text.is_empty() {
        return Err(not_that_sort());
    }
    match serde_json::from_str::<Value>(text) {
        Ok(Value::String(text)) => Ok(vec![one(String::from("1"), Value::String(text))]),
        Ok(Value::Array(items)) => {
            let numbered = items.into_iter().zip(1..).map(|(item, number)| one(number.to_string(), item));
            Ok(numbered.collect())
        }
        Ok(Value::Object(map)) => Ok(of_map(map)),
        Ok(_) => Err(not_that_sort()),
        // The bare text, without JSON around it.
        Err(_) if !text.starts_with(['{', '[', '"']) => {
            Ok(vec![one(String::from("1"), Value::String(text.to_owned()))])
        }
        Err(_) => Err(not_that_sort()),
    }
}

fn of_map(mut map: Map<String, Value>) -> Vec<Sealed> {
    if let Some(Value::Array(items)) = map.get_mut("accounts").map(Value::take) {
        return items.into_iter().zip(1..).map(|(item, number)| one(number.to_string(), item)).collect();
    }
    let is_record = map.keys().any(|key| plain(key) == "cookiedata") || map.contains_key("platform");
    if is_record {
        return vec![one(String::from("1"), Value::Object(map))];
    }
    map.into_iter().map(|(label, item)| one(label, item)).collect()
}

fn one(label: String, item: Value) -> Sealed {
    match item {
        Value::String(text) => Sealed { label, platform: None, text: Some(text) },
        Value::Object(record) => {
            let named = NAMES.iter().find_map(|name| field(&record, name));
            Sealed {
                label: named.unwrap_or(label),
                platform: field(&record, "platform"),
                text: SEALED.iter().find_map(|name| field(&record, name)),
            }
        }
        _ => Sealed { label, platform: None, text: None },
    }
}

fn plain(key: &str) -> String {
    key.chars().filter(|c| *c != '_').flat_map(char::to_lowercase).collect()
}

fn field(record: &Map<String, Value>, wanted: &str) -> Option<String> {
    let value = record.iter().find(|(key, _)| plain(key) == wanted)?.1;
    value.as_str().map(str::to_owned).filter(|text| !text.is_empty())
}

fn known<'a>(name: &str, platforms: &[&'a Descriptor]) -> Option<&'a Descriptor> {
    platforms.iter().find(|platform| platform.id.as_str() == name.trim().to_ascii_lowercase()).copied()
}

fn account(sealed: &Sealed, text: &Secret<String>, platforms: &[&Descriptor]) -> Result<PortableAccount, ImportReason> {
    let platform = match &sealed.platform {
        Some(name) => known(name, platforms).ok_or(ImportReason::UnknownPlatform)?,
        None => by_cookies(text, platforms)?,
    };
    let cookies = cookies(text, platform.cookie_domain).ok_or(ImportReason::UnknownFormat)?;
    if !holds_a_session(&cookies, platform) {
        return Err(ImportReason::NoLogin);
    }
    let name = crate::accounts::name_ok("name", &sealed.label).unwrap_or_default();
    let is_number = name.chars().all(|c| c.is_ascii_digit());
    let name = if is_number { String::new() } else { name };
    let account = Account { platform: platform.id.clone(), name_is_own: !name.is_empty(), name, ..Account::default() };
    Ok(PortableAccount {
        stored: StoredAccount { account, ..StoredAccount::default() },
        credential: Some(Credential { cookies, ..Credential::default() }),
        health: Default::default(),
        usage: Default::default(),
        numbers: None,
        proxy: None,
    })
}

fn holds_a_session(cookies: &CookieJar, platform: &Descriptor) -> bool {
    platform.required_cookies.iter().all(|name| cookies.value(name).is_some())
}

/// The one platform whose session these cookies hold. Sister services name their cookies alike: then the domain that the
/// text itself names decides.
fn by_cookies<'a>(text: &Secret<String>, platforms: &[&'a Descriptor]) -> Result<&'a Descriptor, ImportReason> {
    let telling = platforms.iter().filter(|platform| !platform.required_cookies.is_empty());
    let holds = |platform: &&&'a Descriptor| {
        cookies(text, platform.cookie_domain).is_some_and(|cookies| holds_a_session(&cookies, platform))
    };
    let fitting: Vec<&'a Descriptor> = telling.filter(holds).copied().collect();
    let named = |platform: &&&'a Descriptor| text.expose().contains(platform.cookie_domain);
    let named: Vec<&'a Descriptor> = fitting.iter().filter(named).copied().collect();
    match (fitting.as_slice(), named.as_slice()) {
        ([platform], _) | (_, [platform]) => Ok(platform),
        _ => Err(ImportReason::UnknownPlatform),
    }
}

fn cookies(text: &Secret<String>, domain: &str) -> Option<CookieJar> {
    let text = text.expose().trim();
    let mut jar = CookieJar::new();
    if text.starts_with(['{', '[', '"']) {
        let value: Value = serde_json::from_str(text).ok()?;
        collect(&value, domain, 0, &mut jar);
    } else {
        jar = CookieJar::from_header(text, domain).ok()?;
    }
    (!jar.is_empty()).then_some(jar)
}

/// Cookies out of JSON: a header in a string, a list of cookies, an object of names and values, or any of these
/// further inside.
fn collect(value: &Value, domain: &str, depth: usize, jar: &mut CookieJar) {
    if depth > DEEPEST {
        return;
    }
    match value {
        Value::String(header) => jar.merge(CookieJar::from_header(header, domain).unwrap_or_default()),
        Value::Array(items) => items.iter().for_each(|item| collect(item, domain, depth + 1, jar)),
        Value::Object(map) => match (text_of(map, "name"), text_of(map, "value")) {
            (Some(name), Some(value)) => {
                let own = text_of(map, "domain").filter(|own| within(own, domain));
                jar.insert(cookie(name, value, own.unwrap_or(domain), map));
            }
            _ => {
                let inside = SEALED.iter().find_map(|wanted| map.iter().find(|(key, _)| plain(key) == *wanted));
                match inside {
                    Some((_, inner)) => collect(inner, domain, depth + 1, jar),
                    None => of_pairs(map, domain, depth, jar),
                }
            }
        },
        _ => {}
    }
}

fn of_pairs(map: &Map<String, Value>, domain: &str, depth: usize, jar: &mut CookieJar) {
    for (name, value) in map {
        match value {
            Value::String(text) if sound(name) && sound(text) => jar.insert(cookie(name, text, domain, map)),
            Value::Object(_) | Value::Array(_) => collect(value, domain, depth + 1, jar),
            _ => {}
        }
    }
}

/// Whether it can stand in a `Cookie` header as it is.
fn sound(text: &str) -> bool {
    !text.is_empty() && !text.contains(';') && !text.chars().any(char::is_control)
}

fn text_of<'a>(map: &'a Map<String, Value>, key: &str) -> Option<&'a str> {
    map.get(key).and_then(Value::as_str)
}

/// Whether a cookie's own domain belongs to the platform: a file cannot send a session elsewhere.
fn within(own: &str, domain: &str) -> bool {
    let own = own.trim_start_matches('.').to_ascii_lowercase();
    own == domain || own.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'))
}

fn cookie(name: &str, value: &str, domain: &str, map: &Map<String, Value>) -> Cookie {
    let flag = |key: &str| map.get(key).and_then(Value::as_bool).unwrap_or_default();
    Cookie {
        name: name.to_owned(),
        value: Secret::from(value),
        domain: domain.trim_start_matches('.').to_ascii_lowercase(),
        host_only: flag("hostOnly"),
        path: text_of(map, "path").filter(|path| path.starts_with('/')).unwrap_or("/").to_owned(),
        expires_at: None,
        secure: flag("secure"),
        http_only: flag("httpOnly"),
        same_site: None,
    }
}
