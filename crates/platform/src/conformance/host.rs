//! A small host on loopback that answers as it is told to, badly where that is wanted.

use std::{
    collections::BTreeMap,
    fmt, io,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use url::form_urlencoded;

use crate::{Error, HttpFactory};

/// One request, as the host received it.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// The method.
    pub method: String,
    /// The real host, without `.localhost` and port.
    pub host: String,
    /// The path.
    pub path: String,
    /// The parameters of the address.
    pub query: BTreeMap<String, String>,
    /// The headers, names in lower case.
    pub headers: BTreeMap<String, String>,
    /// The fields of a form.
    pub form: BTreeMap<String, String>,
    /// The body as it came.
    pub body: String,
}

impl Asked {
    /// The body as JSON; `null` when it is something else.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }

    /// The value of a cookie that came along.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        let header = self.headers.get("cookie")?;
        header
            .split("; ")
            .find_map(|pair| pair.split_once('=').filter(|(other, _)| *other == name))
            .map(|(_, value)| value)
    }
}

/// What the host does about a request.
#[derive(Debug, Clone)]
pub enum Reply {
    /// Answers.
    Http {
        /// The status.
        status: u16,
        /// The headers; the length is added.
        headers: Vec<(String, String)>,
        /// The body.
        body: Vec<u8>,
    },
    /// Promises this body and closes half-way.
    Cut(Vec<u8>),
    /// Closes without a word.
    Reset,
    /// Says nothing.
    Silent,
}

impl Reply {
    /// An answer of this status and body.
    pub fn new(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let headers = vec![(String::from("content-type"), content_type.to_owned())];
        Self::Http { status, headers, body: body.into() }
    }

    /// JSON with status 200.
    pub fn json(body: impl Into<Vec<u8>>) -> Self {
        Self::new(200, "application/json; charset=utf-8", body)
    }

    /// A page.
    pub fn html(status: u16, body: &str) -> Self {
        Self::new(status, "text/html; charset=utf-8", body)
    }

    /// A redirect with an empty body.
    pub fn redirect(to: &str) -> Self {
        Self::new(302, "text/html", "").with("location", to)
    }

    /// The same with one more header.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        if let Self::Http { headers, .. } = &mut self {
            headers.push((name.to_owned(), value.to_owned()));
        }
        self
    }

    /// The same with another status.
    #[must_use]
    pub fn status(mut self, new: u16) -> Self {
        if let Self::Http { status, .. } = &mut self {
            *status = new;
        }
        self
    }

    /// The same with the body changed.
    #[must_use]
    pub fn body(mut self, change: impl FnOnce(Vec<u8>) -> Vec<u8>) -> Self {
        if let Self::Http { body, .. } = &mut self {
            *body = change(std::mem::take(body));
        }
        self
    }

    /// An answer as it is written in a fixture: a status line, headers, an empty line, the body.
    pub fn from_text(text: &str) -> Option<Self> {
        let (head, body) = text.split_once("\n\n")?;
        let mut lines = head.lines();
        let status = lines.next()?.split_whitespace().nth(1)?.parse().ok()?;
        let pairs = lines.filter_map(|line| line.split_once(": "));
        let headers = pairs.map(|(name, value)| (name.to_owned(), value.trim().to_owned())).collect();
        Some(Self::Http { status, headers, body: body.trim().as_bytes().to_vec() })
    }
}

/// What decides about the answers.
pub type Play = Arc<dyn Fn(&Asked) -> Reply + Send + Sync>;

/// The host. It ends when it is dropped.
pub struct Host {
    addr: SocketAddr,
    stage: Arc<Stage>,
    task: JoinHandle<()>,
    client: Mutex<Option<HttpFactory>>,
}

struct Stage {
    play: Mutex<Play>,
    asked: Mutex<Vec<Asked>>,
}

impl Host {
    /// Listens on a free port of the loopback address.
    ///
    /// # Errors
    /// When there is none.
    pub async fn start(play: Play) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let addr = listener.local_addr()?;
        let stage = Arc::new(Stage { play: Mutex::new(play), asked: Mutex::default() });
        let shared = Arc::clone(&stage);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let stage = Arc::clone(&shared);
                tokio::spawn(async move {
                    let _ = serve(stream, &stage).await;
                });
            }
        });
        Ok(Self { addr, stage, task, client: Mutex::default() })
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// A client pointed here, made once.
    pub(super) fn client(&self) -> Result<HttpFactory, Error> {
        let mut client = lock(&self.client);
        if let Some(known) = client.as_ref() {
            return Ok(known.clone());
        }
        let made = HttpFactory::new(super::impatient(self.addr))?;
        *client = Some(made.clone());
        Ok(made)
    }

    /// Answers differently from now on.
    pub fn play(&self, play: Play) {
        *lock(&self.stage.play) = play;
    }

    /// What was asked so far.
    pub fn asked(&self) -> Vec<Asked> {
        lock(&self.stage.asked).clone()
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Host").field("addr", &self.addr).finish_non_exhaustive()
    }
}

async fn serve(mut stream: TcpStream, stage: &Stage) -> io::Result<()> {
    let Some(asked) = receive(&mut stream).await? else { return Ok(()) };
    let play = Arc::clone(&lock(&stage.play));
    let reply = play(&asked);
    lock(&stage.asked).push(asked);
    match reply {
        Reply::Http { status, headers, body } => {
            stream.write_all(head(status, &headers, body.len()).as_bytes()).await?;
            stream.write_all(&body).await?;
            stream.shutdown().await
        }
        Reply::Cut(body) => {
            let headers = [(String::from("content-type"), String::from("application/json"))];
            stream.write_all(head(200, &headers, body.len()).as_bytes()).await?;
            stream.write_all(&body[..body.len() / 2]).await?;
            stream.shutdown().await
        }
        Reply::Reset => Ok(()),
        Reply::Silent => {
            let mut rest = Vec::new();
            stream.read_to_end(&mut rest).await.map(|_| ())
        }
    }
}

fn head(status: u16, headers: &[(String, String)], length: usize) -> String {
    let mut head = format!("HTTP/1.1 {status} Played\r\nconnection: close\r\ncontent-length: {length}\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    head
}

async fn receive(stream: &mut TcpStream) -> io::Result<Option<Asked>> {
    let mut bytes = Vec::new();
    let (mut asked, length) = loop {
        if stream.read_buf(&mut bytes).await? == 0 {
            return Ok(None);
        }
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            let asked = parse_head(&String::from_utf8_lossy(&bytes[..end]));
            bytes.drain(..end + 4);
            let length = asked.headers.get("content-length").and_then(|value| value.parse().ok()).unwrap_or(0_usize);
            break (asked, length);
        }
    };
    while bytes.len() < length {
        if stream.read_buf(&mut bytes).await? == 0 {
            return Ok(None);
        }
    }
    asked.form = form_urlencoded::parse(&bytes).into_owned().collect();
    asked.body = String::from_utf8_lossy(&bytes).into_owned();
    Ok(Some(asked))
}

fn parse_head(head: &str) -> Asked {
    let mut lines = head.lines();
    let mut first = lines.next().unwrap_or_default().split(' ');
    let method = first.next().unwrap_or_default().to_owned();
    // A proxy is asked with the whole address.
    let target = first.next().unwrap_or_default();
    let target = target.strip_prefix("http://").map_or(target, |rest| rest.find('/').map_or("/", |at| &rest[at..]));
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let pairs = lines.filter_map(|line| line.split_once(':'));
    let headers: BTreeMap<String, String> =
        pairs.map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned())).collect();
    let host = headers.get("host").map_or("", String::as_str);
    let host = host.split(':').next().unwrap_or_default();
    Asked {
        method,
        host: host.strip_suffix(".localhost").unwrap_or(host).to_owned(),
        path: path.to_owned(),
        query: form_urlencoded::parse(query.as_bytes()).into_owned().collect(),
        headers,
        form: BTreeMap::new(),
        body: String::new(),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
