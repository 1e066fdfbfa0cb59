//! What is on the page, found as a person or a screen reader would find it.

use std::{
    fmt,
    time::{Duration, Instant},
};

use fantoccini::{Client, Locator, elements::Element};
use serde_json::{Value, json};

use super::DriveError;

const PATIENCE: Duration = Duration::from_secs(10);
const LOOK_EVERY: Duration = Duration::from_millis(40);

/// Something on the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// An element by its test id.
    TestId(String),
    /// A button, link, menu entry or choice by its name.
    Button(String),
    /// An entry of the open menu.
    Entry(String),
    /// An input by its label.
    Field(String),
    /// A link to this path of the app.
    Link(String),
    /// Any element that shows this text itself.
    Text(String),
    /// The open dialog.
    Dialog,
    /// A row of a list that says this.
    Row(String),
    /// The second inside the first.
    Inside(Box<What>, Box<What>),
}

impl What {
    /// By test id.
    pub fn id(id: impl Into<String>) -> Self {
        Self::TestId(id.into())
    }

    /// A button by its name.
    pub fn button(name: impl Into<String>) -> Self {
        Self::Button(name.into())
    }

    /// A menu entry by its name.
    pub fn entry(name: impl Into<String>) -> Self {
        Self::Entry(name.into())
    }

    /// An input by its label.
    pub fn field(label: impl Into<String>) -> Self {
        Self::Field(label.into())
    }

    /// Text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// The open dialog.
    pub fn dialog() -> Self {
        Self::Dialog
    }

    /// A link to a path of the app.
    pub fn link(path: impl Into<String>) -> Self {
        Self::Link(path.into())
    }

    /// A row of a list.
    pub fn row(says: impl Into<String>) -> Self {
        Self::Row(says.into())
    }

    /// This, but inside `outer`.
    pub fn inside(self, outer: Self) -> Self {
        Self::Inside(Box::new(outer), Box::new(self))
    }

    fn xpath(&self) -> String {
        const PRESSABLE: &str = "self::button or self::a or self::label or @role='button' or @role='menuitem' or \
            @role='menuitemradio' or @role='option' or @role='radio' or @role='checkbox' or @role='switch' or @role='tab'";
        let named = |name: &str| {
            let name = quoted(name);
            format!("//*[{PRESSABLE}][normalize-space(.)={name} or @aria-label={name} or @title={name}]")
        };
        match self {
            Self::TestId(id) => format!("//*[@data-testid={}]", quoted(id)),
            Self::Button(name) => named(name),
            Self::Entry(name) => format!("//*[@role='menuitem'][starts-with(normalize-space(.), {})]", quoted(name)),
            Self::Field(label) => {
                let label = quoted(label);
                format!(
                    "//*[self::input or self::textarea or self::select]\
                     [@id=//label[normalize-space(.)={label}]/@for or @aria-label={label}]"
                )
            }
            Self::Text(text) => {
                format!("//*[not(self::script or self::title)][text()[contains(normalize-space(.), {})]]", quoted(text))
            }
            Self::Dialog => "//*[@role='dialog' or @role='alertdialog']".to_owned(),
            Self::Link(path) => format!("//a[@href={}]", quoted(path)),
            Self::Row(says) => {
                format!(
                    "//*[@role='row' or self::li or self::tr][.//text()[contains(normalize-space(.), {})]]",
                    quoted(says)
                )
            }
            // Every path begins with `//`, so one after the other means "somewhere inside".
            Self::Inside(outer, inner) => format!("{}{}", outer.xpath(), inner.xpath()),
        }
    }
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TestId(id) => write!(f, "the element “{id}”"),
            Self::Button(name) => write!(f, "the button “{name}”"),
            Self::Entry(name) => write!(f, "the menu entry “{name}”"),
            Self::Field(label) => write!(f, "the field “{label}”"),
            Self::Text(text) => write!(f, "the text “{text}”"),
            Self::Dialog => write!(f, "the dialog"),
            Self::Link(path) => write!(f, "the link to {path}"),
            Self::Row(says) => write!(f, "the row “{says}”"),
            Self::Inside(outer, inner) => write!(f, "{inner} in {outer}"),
        }
    }
}

/// XPath has no escapes: text with both kinds of quotes is put together.
fn quoted(text: &str) -> String {
    if !text.contains('"') {
        return format!("\"{text}\"");
    }
    let parts: Vec<String> = text.split('"').map(|part| format!("\"{part}\"")).collect();
    format!("concat({})", parts.join(", '\"', "))
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_quotes_are_put_together() {
        assert_eq!(quoted("保存"), "\"保存\"");
        assert_eq!(quoted("it's"), "\"it's\"");
        assert_eq!(quoted("say \"x\""), "concat(\"say \", '\"', \"x\", '\"', \"\")");
    }
}
