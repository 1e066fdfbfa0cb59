//! The front door: which platform is meant, and what goes wrong on the way.

use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{Response, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::IntoResponse;
use axum::{Json, Router};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::answer::Answer;
use crate::ask::{self, Ask};
use crate::connection::Cut;
use crate::control::Control;
use crate::platform::{AVATAR, Platform};
use crate::world::faults::{FaultKind, FaultView};
use crate::world::people::Person;
use crate::world::requests::RequestView;

/// The largest form that a platform takes.
const MAX_FORM: usize = 256 * 1024;

#[derive(Clone)]
struct Front {
    control: Control,
    ended: CancellationToken,
}

/// Puts the platforms in front of the sandbox's own pages.
pub(crate) fn over(own: Router, control: Control, ended: CancellationToken) -> Router {
    own.layer(from_fn_with_state(Front { control, ended }, enter))
}

async fn enter(
    State(front): State<Front>,
    ConnectInfo(cut): ConnectInfo<Cut>,
    request: Request,
    next: Next,
) -> Response<Body> {
    let Some((host, site)) = ask::host_of(request.headers()) else { return next.run(request).await };
    let Some(platform) = front.control.platform_at(&host) else { return nobody(&host) };
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, MAX_FORM).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let now = front.control.world().clock.now();
    match Ask::read(&parts.method, &parts.uri, &parts.headers, &body, now) {
        Some(ask) => front.serve(&*platform, &ask, &cut).await.into_response(site),
        None => nobody(&host),
    }
}

/// No platform has this host: the app asked for something the sandbox does not play.
fn nobody(host: &str) -> Response<Body> {
    let problem = json!({ "error": { "problem": "no platform of the sandbox has this host", "host": host } });
    (StatusCode::MISDIRECTED_REQUEST, Json(problem)).into_response()
}

impl Front {
    async fn serve(&self, platform: &dyn Platform, ask: &Ask, cut: &Cut) -> Answer {
        let world = self.control.world();
        let endpoint = platform.find(ask).unwrap_or("unknown");
        world.counters.count(&ask.host, endpoint);
        self.pass(world.latency()).await;
        let person = platform.who(ask);
        world.requests.add(seen(platform.id(), endpoint, ask, person.as_deref()));
        let mut after: Option<FaultKind> = None;
        for fault in world.faults.meant(platform.id(), endpoint, person.as_ref().map(|person| person.id.as_str())) {
            if endpoint == AVATAR && fault.endpoint.is_none() {
                continue;
            }
            match self.strike(&fault, platform, (endpoint, ask), cut).await {
                Struck::No => {}
                Struck::After(kind) => after = Some(kind),
                Struck::Instead(answer) => return answer,
            }
        }
        spoiled(platform.answer(ask), after, cut)
    }

    async fn strike(
        &self,
        fault: &FaultView,
        platform: &dyn Platform,
        (endpoint, ask): (&str, &Ask),
        cut: &Cut,
    ) -> Struck {
        let faults = &self.control.world().faults;
        if !faults.strike(fault.id) {
            return Struck::No;
        }
        match fault.kind {
            FaultKind::Slow => {
                self.pass(Duration::from_millis(fault.ms.unwrap_or(5_000))).await;
                Struck::No
            }
            FaultKind::Hang => {
                self.pass(Duration::from_millis(fault.ms.unwrap_or(600_000))).await;
                cut.now();
                Struck::Instead(Answer::text(""))
            }
            FaultKind::Reset => {
                cut.now();
                Struck::Instead(Answer::text(""))
            }
            FaultKind::Truncated | FaultKind::ResetAfter => Struck::After(fault.kind),
            kind => match common(fault).or_else(|| platform.fault_answer(kind, endpoint, ask)) {
                Some(answer) => Struck::Instead(answer),
                None => {
                    faults.give_back(fault.id);
                    Struck::No
                }
            },
        }
    }

    /// Waits, unless the sandbox ends before.
    async fn pass(&self, time: Duration) {
        if !time.is_zero() {
            tokio::select! {
                () = tokio::time::sleep(time) => {}
                () = self.ended.cancelled() => {}
            }
        }
    }
}

/// What the platform's server saw of a question.
fn seen(platform: &'static str, endpoint: &'static str, ask: &Ask, person: Option<&Person>) -> RequestView {
    RequestView {
        number: 0,
        at: ask.now,
        platform,
        host: ask.host.clone(),
        method: ask.method.to_string(),
        path: ask.path.clone(),
        endpoint,
        cookies: ask.cookie_names().into_iter().map(str::to_owned).collect(),
        person: person.map(|person| person.id.clone()),
        user_agent: ask.header("user-agent").map(str::to_owned),
    }
}

enum Struck {
    /// Ask on: it does not concern this question, or has only cost time.
    No,
    After(FaultKind),
    Instead(Answer),
}

/// The faults that look the same on every platform.
fn common(fault: &FaultView) -> Option<Answer> {
    match fault.kind {
        FaultKind::ServerError => {
            let status = fault.status.and_then(|code| StatusCode::from_u16(code).ok());
            let answer =
                Answer::html("<html><head><title>503</title></head><body><center>nginx</center></body></html>")
                    .status(status.unwrap_or(StatusCode::SERVICE_UNAVAILABLE));
            Some(with_retry_after(answer, fault.retry_after_s))
        }
        FaultKind::RateLimited => {
            let answer =
                Answer::json(&json!({ "code": -799, "message": "请求过于频繁，请稍后再试", "ttl": 1, "data": null }))
                    .status(StatusCode::TOO_MANY_REQUESTS);
            Some(with_retry_after(answer, fault.retry_after_s))
        }
        FaultKind::Html => Some(Answer::html(
            "<!DOCTYPE html><html><head><title>欢迎使用酒店无线网络</title></head><body><form action=\"http://10.0.0.1/portal\"><p>请输入房间号后上网</p><input name=\"room\"></form></body></html>",
        )),
        FaultKind::Empty => Some(Answer::text("")),
        FaultKind::UnknownShape => Some(Answer::json(&json!({ "result": { "ok": true, "payload": [] }, "v": 9 }))),
        _ => None,
    }
}

fn with_retry_after(answer: Answer, seconds: Option<u32>) -> Answer {
    match seconds {
        Some(seconds) => answer.header("retry-after", seconds.to_string()),
        None => answer,
    }
}

/// The platform has done its part; what arrives of the answer is another matter.
fn spoiled(mut answer: Answer, after: Option<FaultKind>, cut: &Cut) -> Answer {
    match after {
        Some(FaultKind::Truncated) => answer.body.truncate(answer.body.len() / 2),
        Some(_) => cut.now(),
        None => {}
    }
    answer
}
