//! What exists beyond login and probe: what the descriptor promises is there, what it does not is refused, and no
//! fault is taken for success.

use std::sync::Arc;

use super::{Findings, Host, Subject, Unable, context, faults, health::always};
use crate::{Context, Error, ErrorKind};

/// Each capability works on a living session or is *unsupported*; on a dead one it says so.
pub(super) async fn capabilities(subject: &Subject, host: &Host, findings: &mut Findings) -> Result<(), Unable> {
    let can = subject.adapter.descriptor().capabilities;
    host.play(Arc::clone(&subject.alive));
    let ctx = context(host)?;
    let numbers = subject.adapter.numbers(&ctx, &subject.credential).await;
    promised("numbers", can.numbers, numbers.as_ref().map(|_| ()), findings);
    if let Ok(numbers) = &numbers {
        let sane =
            !numbers.items.is_empty() && numbers.items.iter().all(|item| !item.key.is_empty() && item.value >= 0.0);
        findings.rule(sane, || String::from("numbers: nothing in them"));
    }
    let quotas = subject.adapter.quotas(&ctx, &subject.credential).await;
    promised("quotas", can.quotas, quotas.as_ref().map(|_| ()), findings);
    if let Ok(quotas) = &quotas {
        let sane = !quotas.items.is_empty() && quotas.items.iter().all(|item| !item.key.is_empty());
        findings.rule(sane, || String::from("quotas: nothing in them"));
    }
    let renewal = subject.adapter.renew(&ctx, &subject.credential).await;
    promised("renew", can.renew, renewal.as_ref().map(|_| ()), findings);
    let confirmed = subject.adapter.confirm_renewal(&ctx, &subject.credential).await;
    promised("confirm_renewal", can.renew, confirmed.as_ref().map(|_| ()), findings);
    let logout = subject.adapter.logout(&ctx, &subject.credential).await;
    promised("logout", can.logout && subject.can_be_ended, logout.as_ref().copied(), findings);
    findings.tried += 5;
    for (name, reply) in &subject.out {
        host.play(always(reply.clone()));
        let ctx = context(host)?;
        findings.tried += 1;
        if can.numbers {
            let kind = subject.adapter.numbers(&ctx, &subject.credential).await.err().map(|error| error.kind);
            findings.rule(kind == Some(ErrorKind::NotLoggedIn), || format!("numbers, {name}: {kind:?}"));
        }
        if can.quotas {
            let kind = subject.adapter.quotas(&ctx, &subject.credential).await.err().map(|error| error.kind);
            findings.rule(kind == Some(ErrorKind::NotLoggedIn), || format!("quotas, {name}: {kind:?}"));
        }
        if can.logout {
            let outcome = subject.adapter.logout(&ctx, &subject.credential).await;
            findings.rule(outcome.is_ok(), || format!("logout, {name}: a dead session counts as ended: {outcome:?}"));
        }
    }
    Ok(())
}

fn promised(what: &str, can: bool, outcome: Result<(), &Error>, findings: &mut Findings) {
    if let Err(error) = outcome {
        findings.silent_error(what, error);
    }
    let kept = match outcome {
        Ok(()) => can,
        Err(error) => !can && error.kind == ErrorKind::Unsupported,
    };
    findings.rule(kept, || format!("{what}: {outcome:?} although the descriptor says {can}"));
}

/// No fault makes numbers, a new session or a logout, and none is taken for "not logged in".
pub(super) async fn faults(subject: &Subject, host: &Host, findings: &mut Findings) -> Result<(), Unable> {
    let can = subject.adapter.descriptor().capabilities;
    for fault in faults::table(&subject.out) {
        let (alive, make) = (Arc::clone(&subject.alive), fault.make);
        host.play(Arc::new(move |asked| make(&alive(asked))));
        findings.tried += 1;
        let mut check = |what: &str, outcome: Result<(), Error>| {
            let name = format!("{what}, {}", fault.name);
            match outcome {
                Ok(()) => findings.broken.push(format!("{name}: taken for success")),
                Err(error) => {
                    findings.silent_error(&name, &error);
                    let said = matches!(error.kind, ErrorKind::NotLoggedIn | ErrorKind::Restricted);
                    findings.rule(!said, || format!("{name}: taken for the platform's word"));
                }
            }
        };
        if can.numbers {
            check("numbers", subject.adapter.numbers(&fresh(host)?, &subject.credential).await.map(|_| ()));
        }
        if can.quotas {
            check("quotas", subject.adapter.quotas(&fresh(host)?, &subject.credential).await.map(|_| ()));
        }
        if can.renew {
            let renewal = subject.adapter.renew(&fresh(host)?, &subject.credential).await;
            check("renew", renewal.map(|_| ()));
        }
        if can.logout && !fault.hollow {
            check("logout", subject.adapter.logout(&fresh(host)?, &subject.credential).await);
        }
    }
    Ok(())
}

fn fresh(host: &Host) -> Result<Context, Unable> {
    Ok(context(host)?)
}
