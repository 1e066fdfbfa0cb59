//! The control API: `http://127.0.0.1:PORT/__ctl/…`. Every answer is JSON.

mod body;
mod problem;
mod scan;

use axum::extract::{DefaultBodyLimit, Query, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Duration;

use crate::control::{Control, NewPerson};
use crate::phone;
use crate::world::faults::NewFault;
use crate::world::sessions::Ended;
use body::Order;
use problem::Problem;

/// The largest screenshot.
const MAX_UPLOAD: usize = 24 * 1024 * 1024;
/// The furthest that one order moves the clock, seconds: ten years.
const MAX_ADVANCE_S: f64 = 10.0 * 365.0 * 86_400.0;

type Answered = Result<Json<Value>, Problem>;

/// The sandbox's own pages.
pub(crate) fn router(control: Control) -> Router {
    Router::new()
        .route("/", get(|| async { Redirect::temporary("/phone") }))
        .merge(phone::router())
        .route("/__ctl/settings", get(settings))
        .route("/__ctl/state", get(state))
        .route("/__ctl/people", get(people).post(add_person))
        .route("/__ctl/scan", post(scan::scan).layer(DefaultBodyLimit::max(MAX_UPLOAD)))
        .route("/__ctl/confirm", post(confirm))
        .route("/__ctl/refuse", post(refuse))
        .route("/__ctl/codes/expire", post(expire_code))
        .route("/__ctl/sessions/expire", post(expire_sessions))
        .route("/__ctl/fault", post(fault).delete(clear_faults))
        .route("/__ctl/mode", post(mode))
        .route("/__ctl/clock", post(clock))
        .route("/__ctl/latency", post(latency))
        .route("/__ctl/requests", get(requests))
        .route("/__ctl/counters", get(counters).delete(reset_counters))
        .fallback(|| async { Problem::no_route() })
        .method_not_allowed_fallback(|| async { Problem::no_route() })
        .layer(from_fn(same_origin))
        .with_state(control)
}

/// Pages of other origins have no business here.
async fn same_origin(request: Request, next: Next) -> Response {
    if is_foreign(request.headers()) {
        return Problem::foreign_origin().into_response();
    }
    next.run(request).await
}

fn is_foreign(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let own = text(header::HOST).map(|host| format!("http://{host}"));
    text(header::ORIGIN).is_some_and(|origin| Some(origin) != own.as_deref())
}

async fn settings(State(control): State<Control>) -> Json<Value> {
    Json(json!(control.settings()))
}

async fn state(State(control): State<Control>) -> Json<Value> {
    Json(json!(control.state()))
}

async fn people(State(control): State<Control>) -> Json<Value> {
    Json(json!(control.people()))
}

async fn add_person(State(control): State<Control>, Order(new): Order<NewPerson>) -> Result<Response, Problem> {
    let person = control.add_person(new)?;
    Ok((StatusCode::CREATED, Json(person)).into_response())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Handle {
    handle: String,
}

async fn confirm(State(control): State<Control>, Order(order): Order<Handle>) -> Answered {
    Ok(Json(json!(control.confirm(&order.handle)?)))
}

async fn refuse(State(control): State<Control>, Order(order): Order<Handle>) -> Answered {
    Ok(Json(json!(control.refuse(&order.handle)?)))
}

async fn expire_code(State(control): State<Control>, Order(order): Order<Handle>) -> Answered {
    Ok(Json(json!(control.expire_code(&order.handle)?)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EndSessions {
    platform: String,
    person: String,
    /// One session's number; all of the person's when absent.
    session: Option<u64>,
    #[serde(default)]
    how: How,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum How {
    #[default]
    Expired,
    LoggedOut,
}

async fn expire_sessions(State(control): State<Control>, Order(order): Order<EndSessions>) -> Answered {
    let ended = match order.how {
        How::Expired => Ended::Expired,
        How::LoggedOut => Ended::LoggedOut,
    };
    let count = control.end_sessions(&order.platform, &order.person, order.session, ended)?;
    Ok(Json(json!({ "ended": count })))
}

async fn fault(State(control): State<Control>, Order(new): Order<NewFault>) -> Result<Response, Problem> {
    let fault = control.fault(new)?;
    Ok((StatusCode::CREATED, Json(fault)).into_response())
}

#[derive(Deserialize)]
struct Which {
    id: Option<u64>,
}

async fn clear_faults(
    State(control): State<Control>,
    which: Result<Query<Which>, axum::extract::rejection::QueryRejection>,
) -> Answered {
    let Query(which) = which.map_err(|problem| Problem::bad("id", &problem.body_text()))?;
    Ok(Json(json!({ "cleared": control.clear_faults(which.id) })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewMode {
    platform: String,
    key: String,
    value: String,
}

async fn mode(State(control): State<Control>, Order(order): Order<NewMode>) -> Answered {
    control.set_mode(&order.platform, &order.key, &order.value)?;
    Ok(Json(json!({ "platform": order.platform, "key": order.key, "value": order.value })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    advance_s: f64,
}

async fn clock(State(control): State<Control>, Order(order): Order<Advance>) -> Answered {
    if !(0.0..=MAX_ADVANCE_S).contains(&order.advance_s) {
        return Err(Problem::bad("advance_s", "0 to 315360000 seconds: time does not run backwards"));
    }
    control.advance(Duration::from_secs_f64(order.advance_s));
    Ok(Json(json!({ "now": control.now() })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Latency {
    ms: u64,
}

async fn latency(State(control): State<Control>, Order(order): Order<Latency>) -> Answered {
    if order.ms > 60_000 {
        return Err(Problem::bad("ms", "0 to 60000"));
    }
    control.set_latency(Duration::from_millis(order.ms));
    Ok(Json(json!({ "ms": order.ms })))
}

#[derive(Deserialize)]
struct Since {
    #[serde(default)]
    after: u64,
}

async fn requests(
    State(control): State<Control>,
    since: Result<Query<Since>, axum::extract::rejection::QueryRejection>,
) -> Answered {
    let Query(since) = since.map_err(|problem| Problem::bad("after", &problem.body_text()))?;
    Ok(Json(json!({ "requests": control.requests(since.after) })))
}

async fn counters(State(control): State<Control>) -> Json<Value> {
    Json(json!(control.counters()))
}

async fn reset_counters(State(control): State<Control>) -> Json<Value> {
    control.reset_counters();
    Json(json!({}))
}
