//! Fuzzing the vault's decoders: coverage-guided by libFuzzer, on stable Rust. The compiler passes that count coverage are
//! ordinary options; the fuzzer itself is C++ and built with the compiler that links everything else.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::Stdio,
    time::Instant,
};

use super::table::{Line, Outcome};
use crate::shell::{self, Failure};

/// How long each decoder is fed, in seconds.
const SECONDS: u32 = 20;
const COVERAGE: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Cdebug-assertions=on -Coverflow-checks=on";
/// One input takes at most so many seconds, and all memory at most so many MiB.
const LIMITS: [&str; 3] = ["-timeout=10", "-rss_limit_mb=1024", "-malloc_limit_mb=256"];

/// The fuzzer with its targets.
pub(super) struct Fuzzer {
    program: PathBuf,
}

/// The names of the decoders: each has a folder of inputs worth keeping.
///
/// # Errors
/// When the folders cannot be listed.
pub(super) fn targets() -> Result<Vec<String>, Failure> {
    let corpus = corpus();
    let failure = |source| Failure::File { path: corpus.clone(), source };
    let mut names = Vec::new();
    for entry in fs::read_dir(&corpus).map_err(failure)? {
        names.push(entry.map_err(failure)?.file_name().to_string_lossy().into_owned());
    }
    names.sort_unstable();
    Ok(names)
}

/// The line a decoder's run says.
pub(super) fn line_of(target: &str) -> String {
    format!("fuzz: {target}")
}

fn corpus() -> PathBuf {
    shell::root().join("crates/fuzz/corpus")
}

impl Fuzzer {
    /// Builds it, apart from everything else.
    ///
    /// # Errors
    /// When cargo cannot build it.
    pub(super) fn build() -> Result<Self, Failure> {
        let host = shell::ask(shell::command("rustc").arg("-vV")).unwrap_or_default();
        let host = host.lines().find_map(|line| line.strip_prefix("host: ")).unwrap_or_default().to_owned();
        let folder = folder();
        let mut build = shell::cargo();
        build.args(["build", "--release", "--quiet", "--package", "roster-fuzz", "--target", &host]);
        // What runs at build time is not instrumented: the flags are for the target named above only.
        build.arg("--target-dir").arg(&folder).env("RUSTFLAGS", COVERAGE).env("CARGO_PROFILE_RELEASE_LTO", "off");
        shell::run(&mut build)?;
        Ok(Self { program: folder.join(host).join("release/roster-fuzz") })
    }

    /// Feeds one decoder.
    ///
    /// # Errors
    /// When the fuzzer cannot be started.
    pub(super) fn feed(&self, target: &str) -> Result<Outcome, Failure> {
        shell::say(format_args!("── {}", line_of(target)));
        let (grown, found) = (folder().join("corpus").join(target), folder().join("found"));
        for place in [&grown, &found] {
            fs::create_dir_all(place).map_err(|source| Failure::File { path: place.clone(), source })?;
        }
        let log = found.join(format!("{target}.log"));
        let file = File::create(&log).map_err(|source| Failure::File { path: log.clone(), source })?;
        let started = Instant::now();
        let mut command = shell::command(&self.program);
        command.env("ROSTER_FUZZ", target).args(LIMITS).args(["-print_final_stats=1", "-max_len=16384"]);
        command
            .arg(format!("-max_total_time={SECONDS}"))
            .arg(format!("-artifact_prefix={}/{target}-", found.display()));
        command.arg(&grown).arg(corpus().join(target)).stdin(Stdio::null()).stdout(Stdio::null()).stderr(file);
        let status = command.status().map_err(|source| Failure::Start { program: line_of(target), source })?;
        let said = fs::read_to_string(&log).unwrap_or_default();
        let tried = said.lines().find_map(|line| line.strip_prefix("stat::number_of_executed_units:"));
        let tried = tried.and_then(|number| number.trim().parse().ok()).unwrap_or(0);
        if !status.success() {
            said.lines().rev().take(30).collect::<Vec<_>>().into_iter().rev().for_each(shell::say);
        }
        let line = Line::new(&line_of(target), tried, u64::from(!status.success()), &note(&log, &said));
        Ok(Outcome { lines: vec![line], passed: status.success(), late: false, took: started.elapsed() })
    }
}

/// Everything of the fuzzer's own.
fn folder() -> PathBuf {
    shell::target_dir().join("fuzz")
}

/// How much of the decoder was reached, or where to look.
fn note(log: &Path, said: &str) -> String {
    let reached = said.lines().rev().find_map(|line| line.split_once(" cov: ")?.1.split_ascii_whitespace().next());
    match reached {
        Some(edges) => format!("{SECONDS} s, {edges} edges reached"),
        None => format!("see {}", log.display()),
    }
}
