//! Operations.

use roster_engine::{Operated, Operation};

use crate::wire::operation::{OperatedView, OperationView};

impl From<Operation> for OperationView {
    fn from(operation: Operation) -> Self {
        Self {
            operation: operation.id.to_owned(),
            title: operation.title.into(),
            about: operation.about.into(),
            risk: operation.risk.into(),
            audience: operation.audience.into(),
            warning: operation.warning.map(Into::into),
            input: operation.input,
            output: operation.output,
        }
    }
}

impl From<Operated> for OperatedView {
    fn from(operated: Operated) -> Self {
        Self {
            operation: operated.operation,
            value: operated.value,
            at: operated.at,
            open_url: operated.open_url,
            secrets: operated.secrets,
            session_changed: operated.session_changed,
            session_ended: operated.session_ended,
        }
    }
}
