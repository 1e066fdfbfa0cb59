//! What may stand in an account's fields.

use std::collections::BTreeMap;

use roster_domain::{CookieJar, Priority, Secret};
use roster_platform::Descriptor;
use serde_json::{Map, Value};

use super::paste::{PasteError, read_cookies};
use crate::{Error, Problem};

/// The longest name, in characters.
const NAME: usize = 100;
/// The longest note, in characters.
const NOTE: usize = 4_000;
/// The longest foreign id and label, in characters.
const WORD: usize = 128;
/// The most labels.
const TAGS: usize = 50;
/// The most metadata, in bytes of JSON.
const METADATA: usize = 16 * 1024;

/// A text of at most `max` characters without control characters (line ends and tabs aside).
pub(crate) fn text_ok(field: &'static str, text: &str, max: usize) -> Result<(), Error> {
    if text.chars().count() > max {
        return Err(Error::invalid(field, Problem::TooLong { max }));
    }
    if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        return Err(Error::invalid(
            field,
            Problem::Malformed { what: String::from("text without control characters") },
        ));
    }
    Ok(())
}

/// A name on one line; trimmed. Empty is allowed: it means "no name of its own".
pub(crate) fn name_ok(field: &'static str, name: &str) -> Result<String, Error> {
    let name = name.trim();
    text_ok(field, name, NAME)?;
    if name.contains(['\n', '\r', '\t']) {
        return Err(Error::invalid(field, Problem::Malformed { what: String::from("one line of text") }));
    }
    Ok(name.to_owned())
}

/// Notes.
pub(super) fn note_ok(note: &str) -> Result<(), Error> {
    text_ok("note", note, NOTE)
}

/// A user or project of the owner's own system.
pub(crate) fn foreign_id_ok(field: &'static str, id: Option<String>) -> Result<Option<String>, Error> {
    let Some(id) = id else { return Ok(None) };
    let id = name_ok(field, &id)?;
    Ok((!id.is_empty()).then_some(id))
}

/// 1 to 10.
pub(crate) fn priority_ok(priority: Option<u8>) -> Result<Option<Priority>, Error> {
    let check = |value| {
        Priority::try_from(value).map_err(|_| Error::invalid("priority", Problem::OutOfRange { min: 1, max: 10 }))
    };
    priority.map(check).transpose()
}

/// Labels.
pub(super) fn tags_ok(tags: &BTreeMap<String, String>) -> Result<(), Error> {
    if tags.len() > TAGS {
        return Err(Error::invalid("tags", Problem::TooLong { max: TAGS }));
    }
    for (key, value) in tags {
        if key.trim().is_empty() {
            return Err(Error::invalid("tags", Problem::Malformed { what: String::from("labels with a name") }));
        }
        text_ok("tags", key, WORD)?;
        text_ok("tags", value, WORD)?;
    }
    Ok(())
}

/// Metadata.
pub(super) fn metadata_ok(metadata: &Map<String, Value>) -> Result<(), Error> {
    let size = serde_json::to_vec(metadata).map_or(usize::MAX, |bytes| bytes.len());
    if size > METADATA { Err(Error::invalid("metadata", Problem::TooLong { max: METADATA })) } else { Ok(()) }
}

/// Pasted cookies that hold a session of this platform, and the site that they are of where their domain tells.
pub(crate) fn parse_cookies(
    data: &Secret<String>,
    platform: &Descriptor,
) -> Result<(CookieJar, Option<&'static str>), Error> {
    let malformed = |what: String| Error::invalid("cookie_data", Problem::Malformed { what });
    if data.expose().trim().is_empty() {
        return Err(Error::invalid("cookie_data", Problem::Missing));
    }
    let at_sites = || platform.sites.iter().filter_map(|site| Some((site.cookie_domain?, Some(site.origin))));
    let read = |(domain, site)| read_cookies(data, domain).map(|jar| (jar, site));
    let usual = read((platform.cookie_domain, None));
    let elsewhere = matches!(usual, Err(PasteError::Elsewhere { .. }));
    let found = if elsewhere { at_sites().find_map(|place| read(place).ok()) } else { None };
    let (jar, site) = found.map_or(usual, Ok).map_err(|error| malformed(error.to_string()))?;
    let missing = platform.required_cookies.iter().filter(|name| jar.value(name).is_none());
    let names: Vec<String> = missing.map(|name| (*name).to_owned()).collect();
    if names.is_empty() {
        Ok((jar, site))
    } else {
        Err(Error::invalid("cookie_data", Problem::CookiesMissing { names }))
    }
}

#[cfg(test)]
mod tests {
    use roster_platform::{Site, Text};

    use super::*;
    use crate::testing::FakePlatform;

    const SITES: &[Site] = &[
        Site::new("https://one.fake.example", Text::new("一", "One")),
        Site::new("https://creator.other.example", Text::new("二", "Two")).with_cookies_of("other.example"),
    ];

    /// The domain of the session's cookie, and the site.
    fn read(text: &str) -> Result<(String, Option<&'static str>), Error> {
        let platform = Descriptor { sites: SITES, ..FakePlatform::described() };
        let (jar, site) = parse_cookies(&Secret::from(text), &platform)?;
        let cookie = jar.iter().find(|cookie| cookie.name == "session").expect("a session");
        Ok((cookie.domain.clone(), site))
    }

    #[test]
    fn an_export_of_a_sister_site_is_of_that_site() {
        let export = |domain: &str| format!(r#"[{{"name":"session","value":"v","domain":"{domain}"}}]"#);
        let told = |text: &str| read(text).ok();
        let (usual, other) = (String::from("fake.example"), String::from("other.example"));
        assert_eq!(told("session=v"), Some((usual.clone(), None)));
        assert_eq!(told(&export(".fake.example")), Some((usual, None)));
        assert_eq!(told(&export(".other.example")), Some((other, Some("https://creator.other.example"))));
        assert!(read(&export(".evil.example")).is_err());
    }
}
