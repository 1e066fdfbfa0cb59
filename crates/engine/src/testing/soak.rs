//! What a proof says for the table of `cargo xtask soak`.

/// Says what was tried and how often it failed. `what` is a literal at each call: xtask reads it in the source, to
/// miss a proof that fell silent.
pub(crate) fn line(what: &str, tried: u64, failed: u64, note: &str) {
    println!("SOAK {}", serde_json::json!({ "what": what, "tried": tried, "failed": failed, "note": note }));
}
