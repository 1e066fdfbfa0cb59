//! What a person fills in on the way of a login.

use roster_domain::LoginId;
use roster_platform::{FieldKind, Filled, InputProblem};

use crate::{Clash, Engine, Error, LoginPhase, LoginView};

/// The most that one field takes, in bytes: a browser's whole export of cookies.
const MOST: usize = 512 * 1024;

impl Engine {
    /// Hands in what a login's form asks for. The answer comes through the login: the next form, the same one with what
    /// is wrong, or the account. One hand-in is under way at a time.
    ///
    /// # Errors
    /// [`Error::LoginNotFound`]; [`Error::Conflict`] unless the login is in phase `needs_input`; [`Error::Input`] for a
    /// field that is missing, unknown, too large or none of its choices, and then nothing was asked.
    pub async fn fill_login(&self, login: &LoginId, filled: Filled) -> Result<LoginView, Error> {
        let open = self.open()?;
        let login = open.logins.get(login)?;
        login.fill(&open.core, filled)?;
        Ok(login.view(open.now()))
    }
}

/// Whether these fields fit what the login asks for.
pub(super) fn fits(view: &LoginView, filled: &Filled) -> Result<(), Error> {
    let form = match &view.form {
        Some(asked) if view.phase == LoginPhase::NeedsInput => &asked.form,
        _ => return Err(Error::Conflict(Clash::LoginPhase)),
    };
    let wrong = |id: &str, problem| Error::Input { field: format!("fields.{id}"), problem };
    let known = |name: &str| form.fields.iter().any(|field| field.id == name);
    if let Some(unknown) = filled.names().find(|name| !known(name)) {
        return Err(wrong(&unknown.chars().take(64).collect::<String>(), InputProblem::Unknown));
    }
    if let Some(missing) = filled.missing(form) {
        return Err(wrong(missing, InputProblem::Missing));
    }
    let foreign = form.fields.iter().find(|field| {
        let FieldKind::Choice { choices, other: false } = field.kind else { return false };
        filled.get(field.id).is_some_and(|chosen| choices.iter().all(|choice| choice.value != chosen))
    });
    if let Some(field) = foreign {
        return Err(wrong(field.id, InputProblem::Malformed));
    }
    let large = form.fields.iter().find(|field| filled.exact(field.id).is_some_and(|text| text.expose().len() > MOST));
    large.map_or(Ok(()), |field| Err(wrong(field.id, InputProblem::OutOfRange)))
}
