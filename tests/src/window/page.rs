//! What is on the page, found as a person or a screen reader would find it.

use std::time::{Duration, Instant};

use fantoccini::{Client, Locator, elements::Element};
use serde_json::{Value, json};

use super::{DriveError, What};

const PATIENCE: Duration = Duration::from_secs(10);
const LOOK_EVERY: Duration = Duration::from_millis(40);

/// The app's page.
pub struct Page {
    client: Client,
}

impl Page {
    pub(super) fn new(client: Client) -> Self {
        Self { client }
    }

    /// Waits until it can be seen.
    ///
    /// # Errors
    /// [`DriveError::Late`]
    pub async fn see(&self, what: &What) -> Result<Element, DriveError> {
        self.see_within(what, PATIENCE).await
    }

    /// Waits until it can be seen, at most `limit`.
    ///
    /// # Errors
    /// [`DriveError::Late`]
    pub async fn see_within(&self, what: &What, limit: Duration) -> Result<Element, DriveError> {
        let since = Instant::now();
        loop {
            if let Some(element) = self.look(what).await? {
                return Ok(element);
            }
            if since.elapsed() > limit {
                return Err(self.late(format!("{what} is not there"), since.elapsed()).await);
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Waits until it cannot be seen any more.
    ///
    /// # Errors
    /// [`DriveError::Late`]
    pub async fn see_gone(&self, what: &What) -> Result<(), DriveError> {
        let since = Instant::now();
        while self.look(what).await?.is_some() {
            if since.elapsed() > PATIENCE {
                return Err(self.late(format!("{what} is still there"), since.elapsed()).await);
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
        Ok(())
    }

    /// Whether it can be seen now.
    ///
    /// # Errors
    /// [`DriveError::Command`]
    pub async fn look(&self, what: &What) -> Result<Option<Element>, DriveError> {
        for element in self.client.find_all(Locator::XPath(&what.xpath())).await? {
            // An element may go between being found and being asked: then it is not there.
            if self.is_shown(&element).await.unwrap_or(false) {
                return Ok(Some(element));
            }
        }
        Ok(None)
    }

    /// WebDriver's own answer calls names that are cut short with an ellipsis hidden.
    async fn is_shown(&self, element: &Element) -> Result<bool, DriveError> {
        let script = "const box = arguments[0].getBoundingClientRect();
            return box.width > 0 && box.height > 0 && arguments[0].checkVisibility({ visibilityProperty: true });";
        let element = serde_json::to_value(element).unwrap_or_default();
        Ok(self.script(script, vec![element]).await? == Value::Bool(true))
    }

    /// Waits for it and presses it, again when the page changes under the finger.
    ///
    /// # Errors
    /// [`DriveError::Late`] when it is not there or cannot be pressed.
    pub async fn press(&self, what: &What) -> Result<(), DriveError> {
        let since = Instant::now();
        loop {
            let element = self.see(what).await?;
            let pressed = element.is_enabled().await.unwrap_or(false) && element.click().await.is_ok();
            if pressed {
                return Ok(());
            }
            if since.elapsed() > PATIENCE {
                return Err(self.late(format!("{what} cannot be pressed"), since.elapsed()).await);
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Types into a field.
    ///
    /// # Errors
    /// [`DriveError::Late`], [`DriveError::Command`]
    pub async fn type_into(&self, what: &What, text: &str) -> Result<(), DriveError> {
        let field = self.see(what).await?;
        field.click().await?;
        Ok(field.send_keys(text).await?)
    }

    /// Presses keys wherever the focus is.
    ///
    /// # Errors
    /// [`DriveError::Command`]
    pub async fn keys(&self, keys: &str) -> Result<(), DriveError> {
        Ok(self.client.active_element().await?.send_keys(keys).await?)
    }

    /// What it says.
    ///
    /// # Errors
    /// [`DriveError::Late`], [`DriveError::Command`]
    pub async fn text_of(&self, what: &What) -> Result<String, DriveError> {
        Ok(self.see(what).await?.text().await?)
    }

    /// Waits until it says something that contains `text`.
    ///
    /// # Errors
    /// [`DriveError::Late`]
    pub async fn see_say(&self, what: &What, text: &str, limit: Duration) -> Result<(), DriveError> {
        let since = Instant::now();
        loop {
            if let Some(element) = self.look(what).await?
                && element.text().await.is_ok_and(|said| said.contains(text))
            {
                return Ok(());
            }
            if since.elapsed() > limit {
                return Err(self.late(format!("{what} does not say “{text}”"), since.elapsed()).await);
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Runs a script in the page and answers its value.
    ///
    /// # Errors
    /// [`DriveError::Command`]
    pub async fn script(&self, script: &str, arguments: Vec<Value>) -> Result<Value, DriveError> {
        Ok(self.client.execute(script, arguments).await?)
    }

    /// Runs a script that answers through its last argument.
    ///
    /// # Errors
    /// [`DriveError::Command`]
    pub async fn script_async(&self, script: &str, arguments: Vec<Value>) -> Result<Value, DriveError> {
        Ok(self.client.execute_async(script, arguments).await?)
    }

    /// A command of the app, as its page would call it: `{"ok": …}` or `{"no": "why"}`.
    ///
    /// # Errors
    /// [`DriveError::Command`]
    pub async fn invoke(&self, command: &str, arguments: Value) -> Result<Value, DriveError> {
        let script = "const done = arguments[2];
            window.__TAURI_INTERNALS__.invoke(arguments[0], arguments[1])
                .then((ok) => done({ ok: ok ?? null }), (no) => done({ no: String(no) }));";
        self.script_async(script, vec![command.into(), arguments]).await
    }

    /// A request to the API through the app's own door: the status and the body.
    ///
    /// # Errors
    /// [`DriveError::Command`]; [`DriveError::Unexpected`] when the command was refused.
    pub async fn call(&self, method: &str, path: &str, body: Option<Value>) -> Result<(u64, Value), DriveError> {
        let body = body.map(|body| body.to_string());
        let request = json!({ "request": { "method": method, "path": path, "body": body } });
        let answer = self.invoke("call", request).await?;
        let Some(status) = answer["ok"]["status"].as_u64() else {
            return Err(DriveError::Unexpected {
                what: "the command `call`",
                expected: "an answer".into(),
                found: answer.to_string(),
            });
        };
        let body = answer["ok"]["body"].as_str().unwrap_or_default();
        Ok((status, serde_json::from_str(body).unwrap_or(Value::Null)))
    }

    pub(super) async fn close(&self) -> Result<(), DriveError> {
        Ok(self.client.clone().close().await?)
    }

    async fn late(&self, what: String, waited: Duration) -> DriveError {
        let said = self.client.execute("return document.body ? document.body.innerText : ''", Vec::new()).await;
        let said = said.ok().and_then(|text| text.as_str().map(str::to_owned)).unwrap_or_default();
        let page = said.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(600).collect();
        DriveError::Late { what, waited, page }
    }
}
