//! A platform with pages, for windows: it plays Jimeng's hosts on loopback, remembers what it was asked with which
//! session, and its pages do by themselves what a person or a hostile script would do.

use std::{
    collections::{HashMap, VecDeque},
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

/// The cookie without which nobody is logged in.
const SESSION: &str = "sessionid";
/// The session of somebody who was here long ago: a cookie, but no login.
const STALE: &str = "long-over";

/// One request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) host: String,
    pub(crate) path: String,
    pub(crate) session: Option<String>,
}

/// What the next poll of a home page brings.
#[derive(Debug, Clone)]
pub(crate) enum Wish {
    /// Another value for the session.
    Renew(String),
    /// The session ends, and its cookie goes.
    LogOut,
}

#[derive(Debug, Default)]
struct Acts {
    people: HashMap<String, u64>,
    enters: VecDeque<String>,
    wishes: HashMap<String, Wish>,
    seen: Vec<Seen>,
    reports: Vec<Value>,
}

/// The platform.
#[derive(Debug, Clone)]
pub(crate) struct Playhouse {
    pub(crate) address: SocketAddr,
    acts: Arc<Mutex<Acts>>,
}

impl Playhouse {
    pub(crate) async fn open() -> Self {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let house = Self { address, acts: Arc::default() };
        let routes = Router::new().fallback(answer).with_state(house.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        house
    }

    fn acts(&self) -> MutexGuard<'_, Acts> {
        self.acts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// This session is this person's.
    pub(crate) fn knows(&self, session: &str, person: u64) {
        self.acts().people.insert(session.to_owned(), person);
    }

    /// Whoever waits at the login page gets this session.
    pub(crate) fn lets_in(&self, session: &str) {
        self.acts().enters.push_back(session.to_owned());
    }

    pub(crate) fn wishes(&self, session: &str, wish: Wish) {
        self.acts().wishes.insert(session.to_owned(), wish);
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.acts().seen.clone()
    }

    pub(crate) fn forget(&self) {
        self.acts().seen.clear();
    }

    pub(crate) fn reports(&self) -> Vec<Value> {
        self.acts().reports.clone()
    }
}

fn session_of(headers: &HeaderMap) -> Option<String> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == SESSION).map(|(_, value)| value.to_owned())
}

/// On the parent's domain, as the real service does it, and out of scripts' reach.
fn session_cookie(value: &str, seconds: i64) -> String {
    format!("{SESSION}={value}; Domain=jianying.com.localhost; Path=/; HttpOnly; Max-Age={seconds}")
}

async fn answer(State(house): State<Playhouse>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 1 << 20).await.unwrap_or_default();
    let host = head.headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default().to_owned();
    let (path, session) = (head.uri.path().to_owned(), session_of(&head.headers));
    let mut acts = house.acts();
    acts.seen.push(Seen { host, path: path.clone(), session: session.clone() });
    let known = session.as_ref().and_then(|session| acts.people.get(session).copied());
    match path.as_str() {
        "/__ctl/settings" => json_answer(json!({})),
        "/ai-tool/login" => {
            let attack = format!("window.guestAttack = {};", include_str!("guest/attack.js"));
            let page = page(&format!("{attack}\n{}", include_str!("guest/login.js")));
            ([(header::SET_COOKIE, session_cookie(STALE, 3600))], page).into_response()
        }
        "/ai-tool/home" | "/ai-tool/popup" => page(include_str!("guest/home.js")).into_response(),
        "/ai-tool/frame" => page("").into_response(),
        "/enter" => match acts.enters.pop_front() {
            Some(session) => {
                let cookie = [(header::SET_COOKIE, session_cookie(&session, 864_000))];
                (cookie, json_answer(json!({ "entered": true }))).into_response()
            }
            None => json_answer(json!({ "entered": false })),
        },
        "/poll" => {
            let wish = session.as_ref().and_then(|session| acts.wishes.remove(session));
            let cookie = match (wish, session) {
                (Some(Wish::Renew(to)), _) => session_cookie(&to, 864_000),
                (Some(Wish::LogOut), Some(session)) => {
                    acts.people.remove(&session);
                    session_cookie("", 0)
                }
                _ => return json_answer(json!({})),
            };
            ([(header::SET_COOKIE, cookie)], json_answer(json!({}))).into_response()
        }
        "/report" => {
            acts.reports.push(serde_json::from_slice(&body).unwrap_or_default());
            json_answer(json!({}))
        }
        _ if path.contains("account/info") => json_answer(match known {
            Some(person) => json!({ "message": "success", "data": {
                "user_id": person, "user_id_str": person.to_string(), "name": format!("示例 {person}"),
                "screen_name": format!("示例 {person}"),
            } }),
            None => json!({ "ret": "1015", "errmsg": "login error" }),
        }),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

fn page(script: &str) -> impl IntoResponse + use<> {
    let html = format!("<!doctype html><meta charset=utf-8><title>x</title><body><script>{script}</script>");
    ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], html)
}

fn json_answer(value: Value) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], value.to_string()).into_response()
}
