//! The system calls of a writing process: each acknowledgement comes after a sync of the journal that covers its
//! frame.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};

use super::Mutation;
use super::child::{Ack, WRITERS, command, password};
use crate::frames::{FILE_HEAD, Scan, Volume};
use crate::{KdfParams, Vault, files, opening};

/// Saves of each of the child's writers: enough for a checkpoint and a second journal in between.
const SAVES: u64 = 6;

/// What the log of a run says.
#[derive(Debug, Default, PartialEq, Eq)]
struct Verdict {
    acks: u64,
    syncs: u64,
    /// Acknowledgements written before their frame was synced.
    early: Vec<u64>,
}

/// One journal as the log shows it: bytes written, and bytes a finished sync covers.
#[derive(Debug, Default, Clone, Copy)]
struct Extent {
    written: u64,
    synced: u64,
}

/// Runs the child under strace and returns the log.
fn trace(dir: &Path, log: &Path, mutation: Option<Mutation>) -> String {
    let child = command(dir, 1, SAVES, mutation);
    let mut strace = Command::new("strace");
    strace.args(["-f", "-y", "-s", "64", "-e", "trace=write,pwrite64,fdatasync,fsync,rename,close", "-o"]).arg(log);
    strace.arg("--").arg(child.get_program()).args(child.get_args());
    strace.envs(child.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let status = strace.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    match status {
        Ok(status) => assert!(status.success(), "strace or its child failed: {status}"),
        Err(error) => panic!("this test needs strace (apt-get install strace): {error}"),
    }
    String::from_utf8_lossy(&std::fs::read(log).unwrap()).into_owned()
}

/// Where each commit's frame ends, by version: journal and offset.
fn frame_ends(dir: &Path) -> BTreeMap<u64, (String, u64)> {
    let keys = opening::keys_of(dir, &password()).unwrap();
    let mut ends = BTreeMap::new();
    for (_, path) in files::Folder::new(dir).journals().unwrap() {
        let bytes = std::fs::read(&path).unwrap();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let mut end = FILE_HEAD;
        for frame in Scan::read(Volume::Journal, &keys, &bytes).frames {
            end += 4 + u32::from_be_bytes(bytes[end..end + 4].try_into().unwrap()) as usize;
            ends.insert(frame.stamp.generation, (name.clone(), end as u64));
        }
    }
    ends
}

/// Follows the log. A write counts when it has returned; a sync covers what had been written when it began, from
/// the moment it has returned; an acknowledgement counts from the moment its write begins.
fn judge(log: &str, ends: &BTreeMap<u64, (String, u64)>) -> Verdict {
    let mut journals: BTreeMap<String, Extent> = BTreeMap::new();
    let mut begun: BTreeMap<String, String> = BTreeMap::new();
    let mut covers: BTreeMap<String, u64> = BTreeMap::new();
    let mut verdict = Verdict::default();
    for line in log.lines() {
        let Some((thread, event)) = line.split_once(' ') else { continue };
        let (thread, event) = (thread.to_owned(), event.trim_start());
        let resumed = event.starts_with("<... ");
        let unfinished = event.ends_with("<unfinished ...>");
        let call = if resumed { begun.remove(&thread).unwrap_or_default() } else { event.to_owned() };
        if !resumed && unfinished {
            begun.insert(thread.clone(), call.clone());
        }
        let journal = journal_of(&call);
        if !resumed && call.starts_with("write(1<") {
            for ack in call.split("\\n").filter_map(Ack::parse) {
                verdict.acks += 1;
                let synced = |(name, end): &(String, u64)| journals.get(name).is_some_and(|file| file.synced >= *end);
                if !ends.get(&ack.version).is_some_and(synced) {
                    verdict.early.push(ack.version);
                }
            }
        }
        let Some(journal) = journal else { continue };
        let file = journals.entry(journal).or_insert(Extent { written: 0, synced: 0 });
        let sync = call.starts_with("fdatasync(") || call.starts_with("fsync(");
        if sync && !resumed {
            covers.insert(thread.clone(), file.written);
        }
        if unfinished && !resumed || !event.contains(" = ") || event.contains(" = -1 ") {
            continue;
        }
        if sync {
            verdict.syncs += 1;
            file.synced = file.synced.max(covers.remove(&thread).unwrap_or(0));
        } else if call.starts_with("pwrite64(") {
            file.written = file.written.max(written_to(&call, event));
        }
    }
    verdict
}

/// The journal a call is about: `fdatasync(9</tmp/…/journal-0000000000000000>`, as strace -y shows files.
fn journal_of(call: &str) -> Option<String> {
    let path = call.split_once('<')?.1.split_once('>')?.0;
    let name = path.rsplit('/').next()?;
    (name.starts_with("journal-") && !name.ends_with(".tmp")).then(|| name.to_owned())
}

/// The end of a `pwrite64(fd, "…"..., length, offset) = written`.
fn written_to(call: &str, event: &str) -> u64 {
    let number = |text: &str| text.trim().parse::<u64>().ok();
    let written = event.rsplit_once(" = ").and_then(|(_, count)| number(count)).unwrap_or(0);
    // The last argument, of the whole call or of its second half when it was interrupted.
    let arguments = if event.starts_with("<... ") && event.contains(',') { event } else { call };
    let offset = arguments.rsplit_once(") = ").map_or(arguments, |(before, _)| before);
    let offset = offset.trim_end_matches("<unfinished ...>").trim_end().trim_end_matches(')');
    offset.rsplit_once(',').and_then(|(_, offset)| number(offset)).map_or(0, |offset| offset + written)
}

fn run(mutation: Option<Mutation>) -> Verdict {
    let place = tempfile::tempdir().unwrap();
    let (dir, log) = (place.path().join("vault"), place.path().join("strace.log"));
    let vault = Vault::create(&dir, &password(), KdfParams::floor()).unwrap();
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(vault.close()).unwrap();
    let log = trace(&dir, &log, mutation);
    let verdict = judge(&log, &frame_ends(&dir));
    println!(
        "{mutation:?}: {} acknowledgements, {} syncs of a journal, {} early",
        verdict.acks,
        verdict.syncs,
        verdict.early.len()
    );
    assert_eq!(verdict.acks, WRITERS * SAVES, "every acknowledgement is in the log");
    verdict
}

#[test]
fn no_acknowledgement_without_a_sync() {
    let verdict = run(None);
    assert_eq!(verdict.early, Vec::<u64>::new());
    assert!(verdict.syncs > 0 && verdict.syncs < verdict.acks, "commits share syncs: {}", verdict.syncs);
}

#[test]
fn a_missing_sync_is_noticed() {
    assert!(!run(Some(Mutation::NoSync)).early.is_empty());
}

#[test]
fn an_acknowledgement_before_the_journal_is_noticed() {
    assert!(!run(Some(Mutation::AckFirst)).early.is_empty());
}

#[test]
fn the_log_is_read_as_strace_writes_it() {
    let ends = BTreeMap::from([(1, ("journal-0".to_owned(), 110)), (2, ("journal-0".to_owned(), 120))]);
    let log = "\
7 pwrite64(9</v/journal-0>, \"\\0\\1\"..., 10, 100) = 10
7 fdatasync(9</v/journal-0> <unfinished ...>
8 write(1<pipe:[5]>, \"ack 3 1 1\\n\", 10) = 10
7 <... fdatasync resumed>) = 0
8 write(1<pipe:[5]>, \"ack 3 1 1\\n\", 10 <unfinished ...>
7 pwrite64(9</v/journal-0>, \"\\0\\1\"..., 10, 110 <unfinished ...>
8 <... write resumed>) = 10
7 <... pwrite64 resumed>) = 10
8 write(1<pipe:[5]>, \"ack 3 2 2\\n\", 10) = 10
7 fdatasync(9</v/journal-0>) = -1 EIO (Input/output error)
8 write(1<pipe:[5]>, \"ack 3 2 2\\n\", 10) = 10
7 fdatasync(9</v/journal-0>) = 0
8 write(1<pipe:[5]>, \"ack 3 2 2\\n\", 10) = 10
";
    assert_eq!(judge(log, &ends), Verdict { acks: 5, syncs: 2, early: vec![1, 2, 2] });
}
