//! Answers of another shape: the platform has changed, and that is all that may be concluded.

use std::sync::Arc;

use roster_domain::Verdict;
use serde_json::{Value, json};

use super::{Asked, Findings, Host, Reply, Subject, Unable, context, health};
use crate::ProbeDepth;

/// Changes every part of every answer of a probe, one at a time.
pub(super) async fn shapes(subject: &Subject, host: &Host, findings: &mut Findings) -> Result<(), Unable> {
    for (path, vital) in &subject.vital {
        let asked = Asked { method: String::from("GET"), path: (*path).to_owned(), ..Asked::default() };
        let Reply::Http { body, .. } = (subject.alive)(&asked) else { continue };
        let Ok(good) = serde_json::from_slice::<Value>(&body) else {
            findings.broken.push(format!("{path}: the good answer is not JSON"));
            continue;
        };
        for pointer in pointers(&good) {
            for (how, changed) in variants(&good, &pointer) {
                let name = format!("{path} with {pointer} {how}");
                one(subject, host, findings, (path, changed, vital.contains(&pointer.as_str())), &name).await?;
            }
        }
    }
    Ok(())
}

async fn one(
    subject: &Subject,
    host: &Host,
    findings: &mut Findings,
    (path, changed, vital): (&'static str, Value, bool),
    name: &str,
) -> Result<(), Unable> {
    let alive = Arc::clone(&subject.alive);
    let body = changed.to_string();
    host.play(Arc::new(move |asked| if asked.path == path { Reply::json(body.clone()) } else { alive(asked) }));
    let probe = subject.adapter.probe(&context(host)?, &subject.credential, ProbeDepth::Light).await;
    findings.tried += 1;
    findings.silent(name, &probe);
    // What is not vital is an ornament: a session is not in doubt because one has changed its form.
    let kept = match probe.verdict {
        Verdict::PlatformChanged => vital,
        Verdict::Alive => !vital && health::is_named(&probe, subject),
        Verdict::Unknown | Verdict::Expired | Verdict::Restricted | Verdict::IdentityMismatch => false,
    };
    findings.rule(kept, || format!("{name}: called {:?}", probe.verdict));
    Ok(())
}

fn pointers(value: &Value) -> Vec<String> {
    let Value::Object(fields) = value else { return Vec::new() };
    let mut found = Vec::new();
    for (name, inner) in fields {
        found.push(format!("/{name}"));
        found.extend(pointers(inner).into_iter().map(|rest| format!("/{name}{rest}")));
    }
    found
}

/// The value with the part taken away, and with the part of each other type.
fn variants(good: &Value, pointer: &str) -> Vec<(&'static str, Value)> {
    let mut made = Vec::new();
    let Some((parent, name)) = pointer.rsplit_once('/') else { return made };
    let mut without = good.clone();
    if let Some(fields) = without.pointer_mut(parent).and_then(Value::as_object_mut) {
        fields.remove(name);
        made.push(("taken away", without));
    }
    let others = [
        ("null", json!(null)),
        ("a text", json!("x")),
        ("a list", json!([[]])),
        ("an object", json!({"x": {}})),
        ("a fraction", json!(0.5)),
    ];
    for (how, other) in others {
        let mut changed = good.clone();
        let Some(slot) = changed.pointer_mut(pointer) else { continue };
        if std::mem::discriminant(slot) != std::mem::discriminant(&other) || slot.is_number() {
            *slot = other;
            made.push((how, changed));
        }
    }
    made
}
