//! The fuzzer of the vault's decoders: `cargo xtask soak --only fuzz` builds and runs it, coverage-guided, on stable Rust. Which
//! decoder is meant says the variable `ROSTER_FUZZ`; inputs that are worth keeping are in `corpus/<decoder>`.
#![cfg_attr(fuzzing, no_main)]

#[cfg(fuzzing)]
mod target {
    use std::sync::LazyLock;

    use roster_vault::fuzzing::TARGETS;

    static CHOSEN: LazyLock<fn(&[u8])> = LazyLock::new(|| {
        let name = std::env::var("ROSTER_FUZZ").unwrap_or_default();
        match TARGETS.iter().find(|(known, _)| *known == name) {
            Some((_, target)) => *target,
            None => std::process::exit(64),
        }
    });

    libfuzzer_sys::fuzz_target!(|bytes: &[u8]| CHOSEN(bytes));
}

/// Without `cfg(fuzzing)` there is nothing to do.
#[cfg(not(fuzzing))]
fn main() {}
