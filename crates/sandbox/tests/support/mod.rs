//! A client that talks to a sandbox as the app does, and says what it got.
#![allow(dead_code, reason = "every test binary uses its own part of this")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "only tests use this: what fails here fails the test")]

use std::net::SocketAddr;

use jiff::Timestamp;
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use roster_sandbox::{ClockSource, Control, Sandbox, SandboxConfig};
use serde_json::Value;

/// 2026-09-21 14:13:20 UTC, the T0 of the fixtures.
pub(crate) const T0: i64 = 1_790_000_000;
pub(crate) const AGENT: &str =
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36";

pub(crate) struct Lab {
    pub(crate) sandbox: Sandbox,
    pub(crate) client: Client,
}

/// What came back, in the terms of the platform.
#[derive(Debug)]
pub(crate) struct Got {
    pub(crate) status: StatusCode,
    pub(crate) location: Option<String>,
    pub(crate) set_cookies: Vec<String>,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) text: String,
}

impl Got {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|problem| panic!("{problem}: {}", self.text))
    }

    /// The value that a `Set-Cookie` gave this name.
    pub(crate) fn cookie(&self, name: &str) -> Option<String> {
        let line = self.set_cookies.iter().find(|line| line.starts_with(&format!("{name}=")))?;
        Some(line[name.len() + 1..].split(';').next().unwrap().to_owned())
    }

    /// All cookies as a `Cookie` header.
    pub(crate) fn jar(&self) -> String {
        let pairs = self.set_cookies.iter().map(|line| line.split(';').next().unwrap());
        pairs.collect::<Vec<_>>().join("; ")
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

impl Lab {
    pub(crate) async fn open() -> Self {
        let clock = ClockSource::Manual(Timestamp::from_second(T0).unwrap());
        let sandbox = Sandbox::start(SandboxConfig { clock, ..SandboxConfig::default() }).await.unwrap();
        Self { client: client(sandbox.addr()), sandbox }
    }

    /// The same with a client that asks for pages as a browser does.
    pub(crate) async fn browser() -> Self {
        let lab = Self::open().await;
        let html = reqwest::header::HeaderValue::from_static("text/html,application/xhtml+xml,*/*;q=0.8");
        let headers = reqwest::header::HeaderMap::from_iter([(reqwest::header::ACCEPT, html)]);
        Self { client: client_with(lab.sandbox.addr(), headers), ..lab }
    }

    pub(crate) fn control(&self) -> &Control {
        self.sandbox.control()
    }

    pub(crate) fn advance_s(&self, seconds: u64) {
        self.control().advance(std::time::Duration::from_secs(seconds));
    }

    /// `https://host/path` as the app sends it in sandbox mode.
    pub(crate) fn local(&self, url: &str) -> String {
        let url = url::Url::parse(url).unwrap();
        let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
        let port = self.sandbox.addr().port();
        format!("http://{}.localhost:{port}{}{query}", url.host_str().unwrap(), url.path())
    }

    pub(crate) fn own(&self, path: &str) -> String {
        format!("http://{}{path}", self.sandbox.addr())
    }

    pub(crate) async fn get(&self, url: &str, cookies: &str) -> Got {
        self.send(self.client.get(self.local(url)), cookies).await.unwrap()
    }

    pub(crate) async fn try_get(&self, url: &str, cookies: &str) -> Result<Got, reqwest::Error> {
        self.send(self.client.get(self.local(url)), cookies).await
    }

    pub(crate) async fn post(&self, url: &str, cookies: &str, form: &[(&str, &str)]) -> Got {
        self.send(self.client.post(self.local(url)).form(form), cookies).await.unwrap()
    }

    async fn send(&self, request: RequestBuilder, cookies: &str) -> Result<Got, reqwest::Error> {
        let request = if cookies.is_empty() { request } else { request.header("cookie", cookies) };
        read(request.header("user-agent", AGENT).send().await?).await
    }

    /// An order to the control API: status and JSON.
    pub(crate) async fn order(&self, path: &str, body: &Value) -> (StatusCode, Value) {
        let got = read(self.client.post(self.own(path)).json(body).send().await.unwrap()).await.unwrap();
        (got.status, got.json())
    }
}

pub(crate) async fn read(response: Response) -> Result<Got, reqwest::Error> {
    let headers = response.headers().clone();
    let text = |value: &reqwest::header::HeaderValue| value.to_str().unwrap().to_owned();
    Ok(Got {
        status: response.status(),
        location: headers.get("location").map(text),
        set_cookies: headers.get_all("set-cookie").iter().map(text).collect(),
        headers,
        text: response.text().await?,
    })
}

pub(crate) fn client(addr: SocketAddr) -> Client {
    client_with(addr, reqwest::header::HeaderMap::new())
}

#[allow(
    clippy::disallowed_methods,
    reason = "a plain client on purpose: the sandbox must not be tested with the app's own"
)]
fn client_with(addr: SocketAddr, headers: reqwest::header::HeaderMap) -> Client {
    /// Every name is this sandbox.
    struct Everything(SocketAddr);
    impl reqwest::dns::Resolve for Everything {
        fn resolve(&self, _name: reqwest::dns::Name) -> reqwest::dns::Resolving {
            let addrs: reqwest::dns::Addrs = Box::new(std::iter::once(self.0));
            Box::pin(std::future::ready(Ok(addrs)))
        }
    }
    // Nothing here speaks TLS, but reqwest insists on being able to. A second install changes nothing.
    let _installed = rustls::crypto::ring::default_provider().install_default();
    Client::builder()
        .no_proxy()
        .default_headers(headers)
        .redirect(reqwest::redirect::Policy::none())
        .dns_resolver(Everything(addr))
        .build()
        .unwrap()
}

/// Whether `got` has the keys of `fixture`, of the same JSON types, all the way down. Values may differ.
pub(crate) fn same_shape(got: &Value, fixture: &Value) {
    shape(got, fixture, "");
}

fn shape(got: &Value, fixture: &Value, path: &str) {
    match (got, fixture) {
        (Value::Object(got), Value::Object(fixture)) => {
            for (key, value) in fixture {
                let inner = got.get(key).unwrap_or_else(|| panic!("{path}/{key} is missing"));
                shape(inner, value, &format!("{path}/{key}"));
            }
        }
        (got, fixture) => {
            assert_eq!(
                std::mem::discriminant(got),
                std::mem::discriminant(fixture),
                "{path}: {got} is not like {fixture}"
            );
        }
    }
}
