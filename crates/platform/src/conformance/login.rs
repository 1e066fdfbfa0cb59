//! How a login goes, well and badly.

use std::{sync::Arc, time::Duration};

use super::{Findings, Host, Phone, Subject, Unable, context, faults};
use crate::{Context, LoginFlow, LoginInput, LoginMethod, LoginStep, RefusalReason};

/// A code, a scan, a confirmation, a session; a code that expires; another code; a method it does not have.
pub(super) async fn goes_through(subject: &Subject, host: &Host, findings: &mut Findings) -> Result<(), Unable> {
    if !by_qr(subject) {
        return Ok(());
    }
    let ctx = context(host)?;
    let Some(mut flow) = begin(subject, host, &ctx, findings).await else { return Ok(()) };
    for (phone, wanted) in [
        (Phone::Waiting, "Waiting"),
        (Phone::Scanned, "Scanned"),
        (Phone::Confirmed, "Done"),
        (Phone::Confirmed, "Expired"),
    ] {
        let step = poll(subject, host, &ctx, flow.as_mut(), (phone, findings)).await;
        let Some(step) = step else { continue };
        findings.rule(word(&step) == wanted, || format!("login, {phone:?}: {step:?}"));
        if let LoginStep::Done { credential, .. } = &step {
            let required = subject.adapter.descriptor().required_cookies;
            let whole = required.iter().all(|name| credential.cookies.value(name).is_some());
            let noted = credential.user_agent.is_some()
                && credential.obtained_at == Some(ctx.now)
                && credential.generation == 0;
            findings.rule(whole && noted, || String::from("login: the session is not complete"));
        }
    }
    let Some(mut flow) = begin(subject, host, &ctx, findings).await else { return Ok(()) };
    let step = poll(subject, host, &ctx, flow.as_mut(), (Phone::Expired, findings)).await;
    findings.rule(step.as_ref().map(word) == Some("Expired"), || format!("login, expired: {step:?}"));
    let again = flow.next(&ctx, LoginInput::Refresh).await;
    let shown = matches!(again, Ok(LoginStep::ShowQr { .. }));
    findings.rule(shown, || format!("login, another code: {again:?}"));
    // These need no flow, whether it has them or not.
    for method in [LoginMethod::Window, LoginMethod::Cookies] {
        let refused = subject.adapter.begin_login(&ctx, method).await.is_err();
        findings.rule(refused, || format!("login by {method:?} is not refused"));
    }
    Ok(())
}

/// A fault during a poll ends nothing, and a confirmation after it still gives the session.
pub(super) async fn survives_faults(subject: &Subject, host: &Host, findings: &mut Findings) -> Result<(), Unable> {
    if !by_qr(subject) {
        return Ok(());
    }
    for fault in faults::table(&subject.out) {
        let ctx = context(host)?;
        let Some(mut flow) = begin(subject, host, &ctx, findings).await else { return Ok(()) };
        let (good, make) = ((subject.login)(Phone::Confirmed), fault.make);
        host.play(Arc::new(move |asked| make(&good(asked))));
        let step = flow.next(&ctx, LoginInput::Poll).await;
        findings.tried += 1;
        let name = format!("login, {}", fault.name);
        findings.silent(&name, &step);
        findings.silent(&name, &flow);
        let unmoved = match &step {
            Err(error) => {
                findings.silent_error(&name, error);
                true
            }
            Ok(step) => matches!(step, LoginStep::Waiting { .. } | LoginStep::Scanned { .. }),
        };
        findings.rule(unmoved, || format!("{name}: {step:?}"));
        // Another client, since this one keeps the pause that the fault asked for.
        let later = context(host)?;
        host.play((subject.login)(Phone::Confirmed));
        let step = flow.next(&later, LoginInput::Poll).await;
        findings.rule(matches!(step, Ok(LoginStep::Done { .. })), || format!("after {name}: {step:?}"));
    }
    Ok(())
}

fn by_qr(subject: &Subject) -> bool {
    subject.adapter.descriptor().login_methods.contains(&LoginMethod::Qr)
}

async fn begin(subject: &Subject, host: &Host, ctx: &Context, findings: &mut Findings) -> Option<Box<dyn LoginFlow>> {
    host.play((subject.login)(Phone::Waiting));
    match subject.adapter.begin_login(ctx, LoginMethod::Qr).await {
        Ok((flow, step)) => {
            findings.silent("login, first step", &step);
            findings.silent("login, flow", &flow);
            let LoginStep::ShowQr { text, expires_at, poll_after } = &step else {
                findings.broken.push(format!("login, first step: {step:?}"));
                return None;
            };
            let sane = !text.is_empty() && *expires_at > ctx.now && *poll_after >= Duration::from_secs(1);
            findings.rule(sane, || format!("login, first step: {step:?}"));
            Some(flow)
        }
        Err(error) => {
            findings.broken.push(format!("login does not begin: {error}"));
            None
        }
    }
}

async fn poll(
    subject: &Subject,
    host: &Host,
    ctx: &Context,
    flow: &mut dyn LoginFlow,
    (phone, findings): (Phone, &mut Findings),
) -> Option<LoginStep> {
    host.play((subject.login)(phone));
    findings.tried += 1;
    match flow.next(ctx, LoginInput::Poll).await {
        Ok(step) => {
            findings.silent("login", &step);
            findings.silent("login, flow", &flow);
            Some(step)
        }
        Err(error) => {
            findings.broken.push(format!("login, {phone:?}: {error}"));
            None
        }
    }
}

fn word(step: &LoginStep) -> &'static str {
    match step {
        LoginStep::ShowQr { .. } => "ShowQr",
        LoginStep::AskFields { .. } => "AskFields",
        LoginStep::Waiting { .. } => "Waiting",
        LoginStep::Scanned { .. } => "Scanned",
        LoginStep::Expired => "Expired",
        LoginStep::Refused { why: RefusalReason::Person, .. } => "Refused by the person",
        LoginStep::Refused { .. } => "Refused",
        LoginStep::Done { .. } => "Done",
    }
}
