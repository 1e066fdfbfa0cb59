//! The phone: scans what a screen shows and confirms it, at the sandbox's control page.

use std::{net::SocketAddr, time::Duration};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use super::DriveError;

const PATIENCE: Duration = Duration::from_secs(10);

/// A person with a phone, and what else can be done to the stand-in platforms.
#[derive(Debug, Clone)]
pub struct Phone {
    address: SocketAddr,
}

impl Phone {
    /// The phone of the sandbox at this address.
    pub fn new(address: SocketAddr) -> Self {
        Self { address }
    }

    /// Where the sandbox is.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Points the camera at a code that says `text`; answers the code's handle.
    ///
    /// # Errors
    /// [`DriveError::Phone`] when no platform knows the code.
    pub async fn scan(&self, text: &str, person: &str) -> Result<String, DriveError> {
        let answer = self.post("/__ctl/scan", &json!({ "text": text, "person": person })).await?;
        match answer.get("handle").and_then(Value::as_str) {
            Some(handle) => Ok(handle.to_owned()),
            None => Err(DriveError::Phone { path: "/__ctl/scan".into(), status: 200, body: answer.to_string() }),
        }
    }

    /// Confirms on the phone.
    ///
    /// # Errors
    /// [`DriveError::Phone`]
    pub async fn confirm(&self, handle: &str) -> Result<(), DriveError> {
        self.post("/__ctl/confirm", &json!({ "handle": handle })).await.map(drop)
    }

    /// Lets the platform end a person's sessions; answers how many there were.
    ///
    /// # Errors
    /// [`DriveError::Phone`]
    pub async fn expire(&self, platform: &str, person: &str) -> Result<u64, DriveError> {
        let answer = self.post("/__ctl/sessions/expire", &json!({ "platform": platform, "person": person })).await?;
        Ok(answer.get("ended").and_then(Value::as_u64).unwrap_or_default())
    }

    async fn post(&self, path: &str, body: &Value) -> Result<Value, DriveError> {
        self.ask("POST", path, Some(body)).await
    }

    /// One request in the simplest HTTP there is; an HTTP client is what is being tested elsewhere.
    async fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Value, DriveError> {
        let body = body.map(Value::to_string).unwrap_or_default();
        let request = format!(
            "{method} {path} HTTP/1.0\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        );
        let exchange = async {
            let mut stream = TcpStream::connect(self.address).await?;
            stream.write_all(request.as_bytes()).await?;
            let mut answer = Vec::new();
            stream.read_to_end(&mut answer).await?;
            std::io::Result::Ok(answer)
        };
        let answer = timeout(PATIENCE, exchange).await.map_err(std::io::Error::from)??;
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((answer.as_str(), ""));
        let status = head.split(' ').nth(1).and_then(|text| text.parse().ok()).unwrap_or(0);
        match (status, serde_json::from_str(body)) {
            (200..=299, Ok(value)) => Ok(value),
            _ => Err(DriveError::Phone { path: path.into(), status, body: body.chars().take(300).collect() }),
        }
    }
}
