//! What is on the page, found as a person or a screen reader would find it.

use std::time::{Duration, Instant};

use fantoccini::{Client, Locator, elements::Element, error::CmdError};
use serde_json::{Value, json};

use super::{DriveError, What, session::Session};

const PATIENCE: Duration = Duration::from_secs(10);
const LOOK_EVERY: Duration = Duration::from_millis(40);

/// The app's page: the one that is there, and after the vault's door has opened or closed the one that came then.
pub struct Page {
    session: Session,
}

impl Page {
    pub(super) fn new(session: Session) -> Self {
        Self { session }
    }

    /// Carries out what can as well be carried out on the page that came in the meantime.
    async fn ask<T>(&self, question: impl AsyncFn(Client) -> Result<T, CmdError>) -> Result<T, DriveError> {
        match question(self.session.client().await).await {
            Err(error) if self.session.renewed(&error).await? => Ok(question(self.session.client().await).await?),
            done => Ok(done?),
        }
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
        let xpath = what.xpath();
        for element in self.ask(async |client: Client| client.find_all(Locator::XPath(&xpath)).await).await? {
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

    /// Waits for it and presses it, again when the page changes under the finger. A page that ends while it is
    /// pressed has been pressed.
    ///
    /// # Errors
    /// [`DriveError::Late`] when it is not there or cannot be pressed.
    pub async fn press(&self, what: &What) -> Result<(), DriveError> {
        let since = Instant::now();
        loop {
            let element = self.see(what).await?;
            if element.is_enabled().await.unwrap_or(false) {
                match element.click().await {
                    Ok(()) => return Ok(()),
                    Err(error) if self.session.renewed(&error).await? => return Ok(()),
                    Err(_) => {}
                }
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
        let focus = self.ask(async |client: Client| client.active_element().await).await?;
        match focus.send_keys(keys).await {
            Err(error) if self.session.renewed(&error).await? => Ok(()),
            done => Ok(done?),
        }
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
        self.ask(async |client: Client| client.execute(script, arguments.clone()).await).await
    }

    /// Runs a script that answers through its last argument.
    ///
    /// # Errors
    /// [`DriveError::Command`]
    pub async fn script_async(&self, script: &str, arguments: Vec<Value>) -> Result<Value, DriveError> {
        self.ask(async |client: Client| client.execute_async(script, arguments.clone()).await).await
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

    /// A request that opens or closes the vault, and the page that comes with it: answers when that page is there.
    ///
    /// # Errors
    /// [`DriveError::Late`] when no new page comes; [`DriveError::Command`].
    pub async fn turn(&self, path: &str, body: Option<Value>) -> Result<(), DriveError> {
        let body = body.map(|body| body.to_string());
        let request = json!({ "request": { "method": "POST", "path": path, "body": body } });
        self.turn_by(&format!("window.__TAURI_INTERNALS__.invoke('call', {request})")).await
    }

    /// The same, with whatever the page does to that end.
    ///
    /// # Errors
    /// As [`Page::turn`].
    pub async fn turn_by(&self, script: &str) -> Result<(), DriveError> {
        // Not waited for: the page that asks is not there any more when the answer comes.
        let begin = format!("window.pageBefore = true; {script}; return true");
        self.session.client().await.execute(&begin, Vec::new()).await?;
        self.see_new_page().await
    }

    /// Presses what opens or closes the vault, and answers when the page that comes with it is there: what is seen
    /// before that may still be the old page, which takes what is typed with it.
    ///
    /// # Errors
    /// As [`Page::press`] and [`Page::turn`].
    pub async fn press_and_turn(&self, what: &What) -> Result<(), DriveError> {
        self.script("window.pageBefore = true; return true", Vec::new()).await?;
        self.press(what).await?;
        self.see_new_page().await
    }

    async fn see_new_page(&self) -> Result<(), DriveError> {
        let since = Instant::now();
        let there = "return window.pageBefore !== true && document.readyState === 'complete'
            && document.querySelector('button, input, a') !== null";
        while self.script(there, Vec::new()).await? != Value::Bool(true) {
            if since.elapsed() > PATIENCE {
                return Err(self.late("no new page comes".to_owned(), since.elapsed()).await);
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
        Ok(())
    }

    async fn late(&self, what: String, waited: Duration) -> DriveError {
        let said = self.script("return document.body ? document.body.innerText : ''", Vec::new()).await;
        let said = said.ok().and_then(|text| text.as_str().map(str::to_owned)).unwrap_or_default();
        let page = said.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(600).collect();
        DriveError::Late { what, waited, page }
    }
}
