//! `cargo xtask soak`: the long proofs, on release builds, in one table.
//!
//! A proof says `SOAK {"what": …, "tried": …, "failed": …, "note": …}` on its standard output. The long ones are tests
//! named `long_*` that are marked `#[ignore = "long: …"]`, or `"long window: …"` when they need a display; the quick
//! tests beside them say such lines as well. What a proof can say is found in its source, so that one that fell
//! silent is missed. A part run with `--only` renews its lines in the table of before; each line names the commit it was
//! measured at.

mod build;
mod campaigns;
mod fuzz;
mod program;
mod table;

use std::{
    collections::BTreeSet,
    fs,
    path::PathBuf,
    time::{Duration, Instant},
};

use clap::Args;

use crate::{
    demo::{self, Stage},
    python, setup,
    shell::{self, Failure},
};
use campaigns::{Campaign, Campaigns};
use program::Program;
pub(crate) use program::watch;
pub(crate) use table::Outcome;
use table::Table;

/// How much of it is run.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Only tests whose full name contains this text
    #[arg(long, value_name = "TEXT")]
    only: Option<String>,
    /// Start no further test after so many minutes
    #[arg(long, value_name = "N")]
    minutes: Option<u64>,
    /// Run nothing: print the table as it is, and what is missing in it
    #[arg(long, conflicts_with_all = ["only", "minutes"])]
    table: bool,
}

/// The comparison with the second reader, which is no test program.
const READER: &str = "the second reader of the vault";

/// Runs the long proofs, prints the table and writes `target/soak.json`.
///
/// # Errors
/// When a proof failed, or one that should have spoken did not.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let mut found = campaigns::find()?;
    let decoders = fuzz::targets()?;
    found.lines.extend(decoders.iter().map(|target| fuzz::line_of(target)));
    if options.table {
        return show(&Table::read(&file())?, &found, true);
    }
    setup::ensure(setup::For::Proofs)?;
    let wanted: Vec<&Campaign> = found.long.iter().filter(|campaign| options.wants(campaign)).collect();
    let programs = build::release(&found, &wanted, options.only.is_none())?;
    let stage = wanted.iter().any(|campaign| campaign.window).then(demo::stage_for_soak).transpose()?;
    let mut table = Table::at(commit());
    let started = Instant::now();
    let late = || options.minutes.is_some_and(|minutes| started.elapsed() > Duration::from_secs(60 * minutes));
    let mut all_ran = options.only.is_none();

    for program in &programs {
        if late() {
            all_ran = false;
            break;
        }
        table.take(&options.name_of_quick(program), program.quick(options.only.as_deref()));
    }
    for campaign in &wanted {
        let Some(program) = programs.iter().find(|program| program.holds(campaign)) else {
            table.fail(&campaign.name, "its program was not built");
            continue;
        };
        if late() {
            shell::say(format_args!("  left out: {}", campaign.name));
            all_ran = false;
            continue;
        }
        let stage = stage.as_ref().filter(|_| campaign.window).map(Stage::desktop);
        table.take(&campaign.name, program.long(campaign, stage));
    }
    let fed: Vec<&String> = decoders.iter().filter(|target| options.matches(&fuzz::line_of(target))).collect();
    if !fed.is_empty() && !late() {
        let fuzzer = fuzz::Fuzzer::build()?;
        fed.iter().for_each(|target| table.take(&fuzz::line_of(target), fuzzer.feed(target)));
    }
    if options.matches(READER) && !late() {
        table.take(READER, python::vault_reader_at_length());
    }
    if !all_ran {
        table.keep_from(Table::read(&file())?);
    }
    fs::write(file(), table.json()).map_err(|source| Failure::File { path: file(), source })?;
    show(&table, &found, all_ran)
}

impl Options {
    fn wants(&self, campaign: &Campaign) -> bool {
        self.matches(&campaign.name)
    }

    /// What the quick tests run here are called: another selection is another thing, that says nothing about this one.
    fn name_of_quick(&self, program: &Program) -> String {
        let of = self.only.as_ref().map(|text| format!(", chosen by \"{text}\"")).unwrap_or_default();
        format!("the quick tests of {}{of}", program.name())
    }

    fn matches(&self, name: &str) -> bool {
        self.only.as_deref().is_none_or(|text| name.contains(text))
    }
}

/// Where the table is kept.
fn file() -> PathBuf {
    shell::target_dir().join("soak.json")
}

/// What is measured: the commit, with a `+` when something in the tree is not in it.
fn commit() -> String {
    let git = |words: &[&str]| shell::ask(shell::command("git").args(words));
    let Some(name) = git(&["rev-parse", "--short=8", "HEAD"]) else { return String::new() };
    let changed = git(&["status", "--porcelain", "--untracked-files=no"]).is_none_or(|files| !files.is_empty());
    if changed { name + "+" } else { name }
}

fn show(table: &Table, found: &Campaigns, complete: bool) -> Result<(), Failure> {
    shell::say(format_args!("\n{table}\n\nThe same in {}", file().display()));
    let said: BTreeSet<&str> = table.names().collect();
    let missing: Vec<&str> = found.lines.iter().map(String::as_str).filter(|line| !said.contains(line)).collect();
    if table.failed() > 0 {
        return Err(Failure::Needs(String::from("a proof failed; its words stand above")));
    }
    if complete && !missing.is_empty() {
        return Err(Failure::Needs(format!("these should have spoken and did not: {}", missing.join("; "))));
    }
    Ok(())
}
