//! Answers that say nothing about a session: what servers in trouble, networks and gates of hotels send.

use super::Reply;

/// A fault, made out of the good answer that it takes the place of.
pub(super) struct Fault {
    pub(super) name: String,
    pub(super) make: Box<dyn Fn(&Reply) -> Reply + Send + Sync>,
    /// The pause it asks for, in seconds: an answer to it must not be asked again sooner.
    pub(super) pause_s: u64,
    /// Well-formed JSON of status 200, which a question that only wants a "done" may take as one.
    pub(super) hollow: bool,
}

impl Fault {
    fn new(name: impl Into<String>, make: impl Fn(&Reply) -> Reply + Send + Sync + 'static) -> Self {
        Self { name: name.into(), make: Box::new(make), pause_s: 0, hollow: false }
    }

    fn always(name: impl Into<String>, reply: Reply) -> Self {
        Self::new(name, move |_| reply.clone())
    }
}

const PORTAL: &str = "<!doctype html><html><head><title>Wi-Fi 登录</title></head><body>请先登录 login</body></html>";
const OUT_OF_ORDER: &str = "<html><body><h1>502 Bad Gateway</h1></body></html>";

/// The faults. `out` are the platform's own "not logged in" answers: inside a server error they say nothing.
pub(super) fn table(out: &[(String, Reply)]) -> Vec<Fault> {
    let mut faults = server_errors(out);
    faults.extend(too_many());
    faults.extend(pages());
    faults.extend(broken_bodies());
    faults.extend(hollow_json());
    faults.extend(gates());
    faults.extend(redirects());
    faults.extend(connections());
    faults
}

fn server_errors(out: &[(String, Reply)]) -> Vec<Fault> {
    let mut faults = Vec::new();
    for status in [500, 501, 502, 503, 504, 505, 507, 508, 511, 520, 522, 524, 530, 599] {
        faults.push(Fault::always(format!("{status} empty"), Reply::new(status, "text/plain", "")));
        faults.push(Fault::always(format!("{status} page"), Reply::html(status, OUT_OF_ORDER)));
        faults.push(Fault::new(format!("{status} with a good body"), move |good| good.clone().status(status)));
        for (form, reply) in out {
            let Reply::Http { body, .. } = reply else { continue };
            let reply = Reply::new(status, "application/json", body.clone());
            faults.push(Fault::always(format!("{status} with {form}"), reply));
        }
    }
    faults
}

fn too_many() -> Vec<Fault> {
    let mut faults = Vec::new();
    let date = "Fri, 20 Nov 2026 15:13:20 GMT";
    for (header, pause_s) in [(None, 0), (Some("7"), 7), (Some("3600"), 3600), (Some(date), 7600), (Some("soon"), 0)] {
        let mut forms = vec![
            (Reply::html(429, "<html>slow down</html>"), "page"),
            (Reply::new(429, "text/plain", ""), "empty"),
            (Reply::new(429, "application/json", "{\"code\":-101,\"message\":\"x\"}"), "envelope"),
        ];
        for (reply, form) in forms.drain(..) {
            let reply = match header {
                Some(value) => reply.with("retry-after", value),
                None => reply,
            };
            let name = format!("429 {form}, retry-after {header:?}");
            faults.push(Fault { pause_s, ..Fault::always(name, reply) });
        }
    }
    let unavailable = Reply::new(503, "text/plain", "").with("retry-after", "120");
    faults.push(Fault { pause_s: 120, ..Fault::always("503, retry-after 120", unavailable) });
    faults
}

fn pages() -> Vec<Fault> {
    let mut faults = Vec::new();
    for status in [200, 203, 400, 403, 404, 405, 410, 418, 421, 451] {
        faults.push(Fault::always(format!("{status} portal page"), Reply::html(status, PORTAL)));
    }
    let refresh = "\u{feff} <meta http-equiv=refresh content='0; url=http://192.0.2.1/login'>";
    faults.push(Fault::always("page with a refresh", Reply::html(200, refresh)));
    faults.push(Fault::always("page that calls itself JSON", Reply::json(PORTAL)));
    faults
}

fn broken_bodies() -> Vec<Fault> {
    let mut faults = Vec::new();
    for (name, body) in [
        ("empty", ""),
        ("blank", " \r\n "),
        ("the word blocked", "blocked"),
        ("one brace", "{"),
        ("two documents", "{\"code\":0}{\"code\":0}"),
        ("a comment", "// nothing"),
        ("not a number", "{\"code\":NaN}"),
    ] {
        faults.push(Fault::always(format!("body: {name}"), Reply::json(body)));
    }
    for tenth in 1..10 {
        let cut = move |body: Vec<u8>| body[..body.len() * tenth / 10].to_vec();
        faults.push(Fault::new(format!("cut at {tenth}/10"), move |good| good.clone().body(cut)));
    }
    faults.push(Fault::new("good, then garbage", |good| {
        good.clone().body(|mut body| {
            body.extend_from_slice(b"}<html>");
            body
        })
    }));
    faults.push(Fault::always("not UTF-8", Reply::json(vec![0xff, 0xfe, b'{', 0x80])));
    faults.push(Fault::always("zeros", Reply::json(vec![0; 64])));
    faults.push(Fault::always("says gzip and is not", Reply::json("{}").with("content-encoding", "gzip")));
    faults
}

fn hollow_json() -> Vec<Fault> {
    let bodies = [
        "null",
        "true",
        "0",
        "\"ok\"",
        "[]",
        "{}",
        "[{\"code\":0}]",
        "{\"code\":null}",
        "{\"code\":{}}",
        "{\"ok\":true}",
        "{\"code\":0}",
        "{\"code\":0,\"data\":null}",
        "{\"code\":0,\"message\":\"0\",\"data\":{}}",
        "{\"code\":0,\"message\":\"success\",\"data\":[]}",
        "{\"code\":0,\"message\":\"success\",\"data\":\"\"}",
        "{\"message\":\"success\"}",
        "{\"message\":\"success\",\"data\":null}",
        "{\"status\":\"ok\",\"data\":{\"a\":1}}",
    ];
    let hollow = |body: &str| Fault { hollow: true, ..Fault::always(format!("hollow: {body}"), Reply::json(body)) };
    bodies.into_iter().map(hollow).collect()
}

/// Firewalls and content networks refuse in JSON of their own, with the statuses that platforms have for "not logged in".
fn gates() -> Vec<Fault> {
    let mut faults = Vec::new();
    for (status, body) in [
        (401, "{}"),
        (401, "{\"message\":\"Unauthorized\"}"),
        (401, "{\"message\":\"token expired\"}"),
        (403, "{}"),
        (403, "{\"message\":\"forbidden\"}"),
        (403, "{\"error\":\"Forbidden\"}"),
        (403, "{\"code\":403,\"message\":\"Forbidden\"}"),
        (403, "{\"code\":0,\"message\":\"access denied\"}"),
        (403, "{\"error\":{\"code\":1020,\"message\":\"Access denied\"}}"),
        (403, "{\"request_id\":\"1\",\"data\":{}}"),
    ] {
        faults.push(Fault::always(format!("{status} of a gate: {body}"), Reply::json(body).status(status)));
    }
    faults
}

fn redirects() -> Vec<Fault> {
    let mut faults = Vec::new();
    for to in ["http://192.0.2.1/portal", "https://portal.example/login", "https://portal.example/auth/page/login/"] {
        for status in [301, 302, 303, 307, 308] {
            faults.push(Fault::always(format!("{status} to {to}"), Reply::redirect(to).status(status)));
        }
    }
    faults.push(Fault::always("302 to nowhere", Reply::new(302, "text/html", "")));
    faults.push(Fault::always("204", Reply::new(204, "text/plain", "")));
    faults
}

fn connections() -> Vec<Fault> {
    vec![
        Fault::always("reset", Reply::Reset),
        Fault::always("silence", Reply::Silent),
        Fault::new("cut in the middle", |good| match good {
            Reply::Http { body, .. } => Reply::Cut(body.clone()),
            other => other.clone(),
        }),
    ]
}
