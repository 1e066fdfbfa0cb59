//! The two pages as text. Everything they need is in them.

use super::LoginPages;
use crate::ask::Ask;
use crate::world::people::Person;

const LOGIN: &str = include_str!("login.html");
const HOME: &str = include_str!("home.html");
const STYLE: &str = include_str!("page.css");

/// The login page. Its canonical address stands in it, as it does in real ones.
pub(super) fn login<S: LoginPages>(service: &S, ask: &Ask) -> String {
    let page = common::<S>(LOGIN);
    page.replace("{canonical}", &escaped(service.login_url(ask))).replace("{script}", include_str!("login.js"))
}

/// The home page: who is there, and which cookies came.
pub(super) fn home<S: LoginPages>(service: &S, person: &Person, ask: &Ask) -> String {
    let names: Vec<&str> = ask.cookie_names();
    common::<S>(HOME)
        .replace("{script}", include_str!("home.js"))
        .replace("{person}", &escaped(&person.name))
        .replace("{user_id}", &escaped(&service.user_id(person)))
        .replace("{cookies}", &escaped(&names.join(" ")))
}

fn common<S: LoginPages>(page: &str) -> String {
    let (zh, en) = S::NAMES;
    page.replace("{style}", STYLE)
        .replace("{colour}", S::COLOUR)
        .replace("{name_zh}", &escaped(zh))
        .replace("{name_en}", &escaped(en))
}

/// Text as it may stand in a page or in a quoted attribute. Braces too: a name must not be taken for a place to fill.
fn escaped(text: &str) -> String {
    let escape = |c: char| match c {
        '<' => String::from("&lt;"),
        '>' => String::from("&gt;"),
        '&' => String::from("&amp;"),
        '"' => String::from("&quot;"),
        '{' => String::from("&#123;"),
        '}' => String::from("&#125;"),
        c => c.to_string(),
    };
    text.chars().map(escape).collect()
}
