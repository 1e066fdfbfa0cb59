//! What a probe may and may not conclude.

use std::{sync::Arc, time::Duration};

use roster_domain::{Credential, Verdict};

use super::{Findings, Host, Play, Subject, Unable, context, faults};
use crate::{Probe, ProbeDepth, Retry};

const DEPTHS: [ProbeDepth; 2] = [ProbeDepth::Light, ProbeDepth::Full];

/// A living session is alive and named, and one without cookies is not asked about.
pub(super) async fn lives(subject: &Subject, host: &Host, findings: &mut Findings) -> Result<(), Unable> {
    for depth in DEPTHS {
        host.play(Arc::clone(&subject.alive));
        let probe = subject.adapter.probe(&context(host)?, &subject.credential, depth).await;
        findings.tried += 1;
        findings.silent("alive", &probe);
        let named = probe.identity.as_ref().is_some_and(|identity| {
            identity.user_id == subject.user_id
                && identity.profile.user_id == subject.user_id
                && !identity.profile.name.is_empty()
        });
        findings.rule(probe.verdict == Verdict::Alive && named, || format!("alive, {depth:?}: {probe:?}"));
    }
    let asked = host.asked().len();
    let empty = subject.adapter.probe(&context(host)?, &Credential::default(), ProbeDepth::Light).await;
    findings.rule(empty.verdict == Verdict::Unknown, || format!("no cookies: {empty:?}"));
    findings.rule(host.asked().len() == asked, || String::from("no cookies: it asked all the same"));
    Ok(())
}

/// Nothing that a fault sends is taken for the platform's word, at the first question or at a later one.
pub(super) async fn faults(subject: &Subject, host: &Host, findings: &mut Findings) -> Result<(), Unable> {
    for fault in faults::table(&subject.out) {
        let make = Arc::new(fault.make);
        for (place, first) in [("every answer", true), ("all but the first answer", false)] {
            let (alive, make) = (Arc::clone(&subject.alive), Arc::clone(&make));
            let first_path = subject.vital.first().map(|(path, _)| *path).unwrap_or_default();
            host.play(Arc::new(move |asked| {
                let good = alive(asked);
                if first || asked.path != first_path { make(&good) } else { good }
            }));
            let probe = subject.adapter.probe(&context(host)?, &subject.credential, ProbeDepth::Full).await;
            let name = format!("{} in {place}", fault.name);
            findings.tried += 1;
            findings.silent(&name, &probe);
            let verdict = probe.verdict;
            let harmless = matches!(verdict, Verdict::Unknown | Verdict::PlatformChanged);
            let still_alive = !first && verdict == Verdict::Alive && is_named(&probe, subject);
            findings.rule(harmless || still_alive, || format!("{name}: called {verdict:?}"));
            let waits = !first || pause(&probe) >= Duration::from_secs(fault.pause_s);
            findings.rule(waits, || format!("{name}: asks again after {:?}", probe.retry));
        }
    }
    Ok(())
}

/// What the platform itself says is understood, and "not logged in" is never taken for life.
pub(super) async fn own_words(subject: &Subject, host: &Host, findings: &mut Findings) -> Result<(), Unable> {
    for (name, reply) in &subject.out {
        for depth in DEPTHS {
            host.play(always(reply.clone()));
            let probe = subject.adapter.probe(&context(host)?, &subject.credential, depth).await;
            findings.tried += 1;
            findings.silent(name, &probe);
            findings.rule(probe.verdict == Verdict::Expired, || format!("{name}: called {:?}", probe.verdict));
            findings.rule(probe.refreshed.is_none(), || format!("{name}: cookies of a dead session are kept"));
        }
    }
    for saying in &subject.sayings {
        host.play(always(saying.reply.clone()));
        let probe = subject.adapter.probe(&context(host)?, &subject.credential, ProbeDepth::Light).await;
        findings.tried += 1;
        findings.silent(&saying.name, &probe);
        let understood = probe.verdict == saying.verdict && probe.reason == saying.reason;
        findings.rule(understood, || format!("{}: called {:?} because {:?}", saying.name, probe.verdict, probe.reason));
        findings.rule(pause(&probe) >= saying.pause, || format!("{}: asks again after {:?}", saying.name, probe.retry));
        findings.rule(!probe.evidence.question.is_empty(), || format!("{}: without evidence", saying.name));
    }
    Ok(())
}

pub(super) fn is_named(probe: &Probe, subject: &Subject) -> bool {
    probe.identity.as_ref().is_some_and(|identity| identity.user_id == subject.user_id)
}

pub(super) fn always(reply: super::Reply) -> Play {
    Arc::new(move |_| reply.clone())
}

fn pause(probe: &Probe) -> Duration {
    match probe.retry {
        Retry::Never => Duration::MAX,
        Retry::After(wait) => wait,
        Retry::Soon => Duration::ZERO,
    }
}
