//! What a login asks its person to fill in.

use roster_engine::{AskedForm, Field, FieldKind, Filled, FormProblem, Text};

use crate::wire::login_form::{
    ChoiceView, FieldKindWord, FormProblemView, LoginFieldView, LoginFieldsRequest, LoginFormView, TextView,
};

impl From<Text> for TextView {
    fn from(text: Text) -> Self {
        Self { zh: text.zh.to_owned(), en: text.en.to_owned() }
    }
}

impl From<AskedForm> for LoginFormView {
    fn from(asked: AskedForm) -> Self {
        Self {
            id: asked.form.id.to_owned(),
            title: asked.form.title.into(),
            fields: asked.form.fields.into_iter().map(LoginFieldView::from).collect(),
            problem: asked.problem.map(FormProblemView::from),
        }
    }
}

impl From<Field> for LoginFieldView {
    fn from(field: Field) -> Self {
        let (kind, choices, other) = match field.kind {
            FieldKind::Text => (FieldKindWord::Text, None, false),
            FieldKind::Secret => (FieldKindWord::Secret, None, false),
            FieldKind::LongSecret => (FieldKindWord::LongSecret, None, false),
            FieldKind::Email => (FieldKindWord::Email, None, false),
            FieldKind::Url => (FieldKindWord::Url, None, false),
            FieldKind::Code => (FieldKindWord::Code, None, false),
            FieldKind::Choice { choices, other } => (FieldKindWord::Choice, Some(choices), other),
        };
        let choices = choices.map(|choices| {
            let view = |choice: &roster_engine::Choice| ChoiceView {
                value: choice.value.to_owned(),
                name: choice.name.into(),
            };
            choices.iter().map(view).collect()
        });
        Self {
            id: field.id.to_owned(),
            label: field.label.into(),
            hint: field.hint.map(TextView::from),
            kind,
            choices,
            other,
            required: field.required,
            default: field.default.map(str::to_owned),
        }
    }
}

impl From<FormProblem> for FormProblemView {
    fn from(problem: FormProblem) -> Self {
        Self {
            field: problem.field.map(str::to_owned),
            text: problem.text.map(TextView::from),
            reason: problem.reason.into(),
            code: problem.evidence.code,
            message: problem.evidence.message,
        }
    }
}

impl From<LoginFieldsRequest> for Filled {
    fn from(request: LoginFieldsRequest) -> Self {
        request.fields.into_iter().map(|(id, value)| (id, value.into_secret())).collect()
    }
}
