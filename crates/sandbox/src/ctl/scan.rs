//! The phone's camera: the text of a code, or a picture with a code in it.

use axum::Json;
use axum::extract::{FromRequest, Multipart, Request, State};
use axum::http::header;
use serde::Deserialize;
use serde_json::json;

use super::Answered;
use super::body::Order;
use super::problem::Problem;
use crate::control::{CodeView, Control, ControlError};
use crate::picture::screenshot;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ByText {
    text: String,
    person: String,
}

/// `{text, person}` as JSON, or `person` and `image` as a form.
pub(super) async fn scan(State(control): State<Control>, request: Request) -> Answered {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let code = if kind.is_some_and(|kind| kind.starts_with("multipart/form-data")) {
        by_picture(&control, request).await?
    } else {
        let Order(ByText { text, person }) = Order::from_request(request, &()).await?;
        control.scan(&text, &person)?
    };
    Ok(Json(json!(code)))
}

async fn by_picture(control: &Control, request: Request) -> Result<CodeView, Problem> {
    let (mut person, mut picture) = (None, None);
    let unreadable = |problem: String| Problem::bad("body", &problem);
    let mut form = Multipart::from_request(request, &()).await.map_err(|problem| unreadable(problem.body_text()))?;
    while let Some(field) = form.next_field().await.map_err(|problem| unreadable(problem.body_text()))? {
        match field.name() {
            Some("person") => person = Some(field.text().await.map_err(|problem| unreadable(problem.body_text()))?),
            Some("image") => picture = Some(field.bytes().await.map_err(|problem| unreadable(problem.body_text()))?),
            _ => return Err(Problem::bad("body", "the form has two fields: person and image")),
        }
    }
    let person = person.ok_or_else(|| Problem::bad("person", "missing"))?;
    let picture = picture.ok_or_else(|| Problem::bad("image", "missing"))?;
    let texts = tokio::task::spawn_blocking(move || screenshot::texts(&picture)).await;
    let texts = texts
        .map_err(|_| Problem::bad("image", "the picture could not be read"))?
        .map_err(|problem| Problem::bad("image", &problem.to_string()))?;
    first_known(control, &texts, &person)
}

/// A screenshot may show other codes too: the first one that a platform knows counts.
fn first_known(control: &Control, texts: &[String], person: &str) -> Result<CodeView, Problem> {
    let mut last = ControlError::Bad { field: "image", problem: "no QR code in the picture".to_owned() };
    for text in texts {
        match control.scan(text, person) {
            Ok(code) => return Ok(code),
            Err(problem) => last = problem,
        }
    }
    Err(last.into())
}
