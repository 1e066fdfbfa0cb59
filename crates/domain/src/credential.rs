//! The secret material of one login.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::{CookieJar, Secret};

/// What a login gives. It has no `Serialize`: the engine's storage module is the one place that turns it into
/// bytes for the vault.
#[derive(Debug, Clone, Default)]
pub struct Credential {
    /// Grows with each login or renewal of an account. A late answer about an old generation changes nothing.
    pub generation: u64,
    /// The session's cookies, as the platform set them.
    pub cookies: CookieJar,
    /// Secrets that are not cookies, by the adapter's own names (`refresh_token`, `access_token`, …).
    pub tokens: BTreeMap<String, Secret<String>>,
    /// The `User-Agent` that this session was opened with and keeps for its life.
    pub user_agent: Option<String>,
    /// Which of a platform's sites it belongs to: an origin such as `https://ai.example.com`; `None` where a platform
    /// has one site only.
    pub site: Option<String>,
    /// When the login happened.
    pub obtained_at: Option<Timestamp>,
    /// Until when it can last at most, where the platform says so.
    pub expires_at: Option<Timestamp>,
}

/// Whose change counts where the same thing was changed twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precedence {
    /// The one that is here already.
    Present,
    /// The one that arrives.
    Arriving,
}

impl Credential {
    /// Takes over what changed between `from`, the session as it was when the platform was asked, and `to`, what became
    /// of it; what did not change between them stays as it is here, however old `from` is by now.
    pub fn take_changes(&mut self, from: &Self, to: &Self, precedence: Precedence) {
        self.cookies.take_changes(&from.cookies, &to.cookies, precedence);
        let same = |one: &Secret<String>, other: &Secret<String>| one.expose() == other.expose();
        take_changes(&mut self.tokens, (&from.tokens, &to.tokens), (String::clone, same), precedence);
        take_change(&mut self.user_agent, (&from.user_agent, &to.user_agent), precedence);
        take_change(&mut self.site, (&from.site, &to.site), precedence);
        take_change(&mut self.obtained_at, (&from.obtained_at, &to.obtained_at), precedence);
        take_change(&mut self.expires_at, (&from.expires_at, &to.expires_at), precedence);
    }
}

fn take_change<T: Clone + PartialEq>(mine: &mut T, (from, to): (&T, &T), precedence: Precedence) {
    if from != to && (mine == from || precedence == Precedence::Arriving) {
        mine.clone_from(to);
    }
}

/// The same for things that have names. Those of one `group` are parts of one thing: it is taken over whole or not at all.
pub(crate) fn take_changes<K: Ord + Clone, V: Clone, G: Ord>(
    mine: &mut BTreeMap<K, V>,
    (from, to): (&BTreeMap<K, V>, &BTreeMap<K, V>),
    (group, same): (impl Fn(&K) -> G, impl Fn(&V, &V) -> bool),
    precedence: Precedence,
) {
    let alike = |one: &BTreeMap<K, V>, other: &BTreeMap<K, V>, wanted: &G| {
        let parts = |of: &BTreeMap<K, V>| -> Vec<(K, V)> {
            let parts = of.iter().filter(|(name, _)| group(name) == *wanted);
            parts.map(|(name, value)| (name.clone(), value.clone())).collect()
        };
        let (one, other) = (parts(one), parts(other));
        let same = |(one, other): (&(K, V), &(K, V))| one.0 == other.0 && same(&one.1, &other.1);
        one.len() == other.len() && one.iter().zip(&other).all(same)
    };
    let groups: BTreeSet<G> = from.keys().chain(to.keys()).map(&group).collect();
    for wanted in groups {
        if alike(from, to, &wanted) || (precedence == Precedence::Present && !alike(mine, from, &wanted)) {
            continue;
        }
        mine.retain(|name, _| group(name) != wanted);
        let parts = to.iter().filter(|(name, _)| group(name) == wanted);
        mine.extend(parts.map(|(name, value)| (name.clone(), value.clone())));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(cookies: &str, tokens: &[(&str, &str)]) -> Credential {
        let tokens = tokens.iter().map(|(name, value)| ((*name).to_owned(), Secret::from(*value)));
        Credential {
            cookies: CookieJar::from_header(cookies, "a.example").expect("a jar"),
            tokens: tokens.collect(),
            ..Credential::default()
        }
    }

    fn told(credential: &Credential) -> String {
        let cookies = credential.cookies.iter().map(|cookie| (cookie.name.as_str(), cookie.value.expose().as_str()));
        let tokens = credential.tokens.iter().map(|(name, value)| (name.as_str(), value.expose().as_str()));
        cookies.chain(tokens).map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn only_what_an_answer_changed_is_taken_over() {
        let from = session("a=1; b=1; c=1", &[("t", "1"), ("u", "1")]);
        let to = session("a=2; b=1; d=2", &[("t", "2"), ("u", "1"), ("v", "2")]);
        // Meanwhile: `b` and `u` were renewed and `e` came, none of which the answer knows of.
        let mut present = session("a=1; b=9; c=1; e=9", &[("t", "1"), ("u", "9")]);
        present.take_changes(&from, &to, Precedence::Present);
        assert_eq!(told(&present), "a=2 b=9 d=2 e=9 t=2 u=9 v=2", "and `c`, which the answer took away, is gone");
    }

    #[test]
    fn of_two_changes_to_the_same_thing_precedence_decides() {
        let (from, to) = (session("a=1; b=1", &[]), session("a=2", &[]));
        let now = || session("a=9; b=9", &[]);
        let (mut present, mut arriving) = (now(), now());
        present.take_changes(&from, &to, Precedence::Present);
        arriving.take_changes(&from, &to, Precedence::Arriving);
        assert_eq!((told(&present).as_str(), told(&arriving).as_str()), ("a=9 b=9", "a=2"));
    }

    #[test]
    fn the_parts_of_a_divided_cookie_stay_together() {
        let from = session("s=1; t=1", &[]);
        let to = session("s.0=2; s.1=2; t=2", &[]);
        let mut present = session("s=9; t=1", &[]);
        present.take_changes(&from, &to, Precedence::Present);
        assert_eq!(told(&present), "s=9 t=2", "no part of another value beside it");
        let mut arriving = session("s.0=9; s.1=9; s.2=9; t=1", &[]);
        arriving.take_changes(&from, &to, Precedence::Arriving);
        assert_eq!(told(&arriving), "s.0=2 s.1=2 t=2");
    }

    #[test]
    fn a_later_end_of_the_same_cookie_is_a_change() {
        let (from, mut to) = (session("a=1", &[]), session("a=1", &[]));
        let cookie = to.cookies.iter().next().expect("one").clone();
        let end = Timestamp::from_second(1_800_000_000).ok();
        to.cookies.insert(crate::Cookie { expires_at: end, ..cookie });
        to.expires_at = end;
        let mut present = from.clone();
        present.take_changes(&from, &to, Precedence::Present);
        assert_eq!(present.expires_at, end);
        assert_eq!(present.cookies.iter().next().and_then(|cookie| cookie.expires_at), end);
    }
}
