//! Ways to name something on the page, as a person or a screen reader would.

use std::fmt;

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

    pub(super) fn xpath(&self) -> String {
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
