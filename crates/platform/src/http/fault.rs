//! What kind of fault a failed exchange is, read from the types of the error's causes and never from its words.

use std::{error::Error as StdError, io};

use roster_domain::Reason;

use super::resolver::NameUnknown;
use crate::{Error, ErrorKind};

/// The error of an exchange without an answer. Nothing of the address or of the request is in it.
pub(super) fn classify(fault: &reqwest::Error, question: &'static str, proxied: bool) -> Error {
    let reason = reason(fault, proxied);
    Error::new(ErrorKind::Network, question).because(reason)
}

fn reason(fault: &reqwest::Error, proxied: bool) -> Reason {
    if any_cause(fault, &|cause| cause.is::<rustls::Error>()) {
        return Reason::Tls;
    }
    // With a proxy, whatever fails before the tunnel stands is the proxy's doing.
    if proxied && fault.is_connect() {
        return Reason::Proxy;
    }
    if any_cause(fault, &|cause| cause.is::<NameUnknown>()) {
        return Reason::Dns;
    }
    if fault.is_timeout() { Reason::Timeout } else { Reason::Connect }
}

/// Whether `test` holds for the error or one of its causes. `io::Error` hides what it wraps from `source`.
fn any_cause(error: &(dyn StdError + 'static), test: &dyn Fn(&(dyn StdError + 'static)) -> bool) -> bool {
    if test(error) {
        return true;
    }
    if let Some(inner) = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref)
        && any_cause(inner, test)
    {
        return true;
    }
    error.source().is_some_and(|cause| any_cause(cause, test))
}
