//! The process that is killed and watched: it opens a vault and saves as fast as it can, and says on its standard
//! output what was acknowledged. It is this test binary, started again for one test.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use roster_domain::Secret;
use zeroize::Zeroizing;

use super::{MUTATION, Mutation};
use crate::{Change, Expect, Kind, RecordId, Vault};

pub(super) const NOTE: Kind = Kind::new("note");
const DIR: &str = "ROSTER_VAULT_CHILD_DIR";
const SAVES: &str = "ROSTER_VAULT_CHILD_SAVES";
const FIRST: &str = "ROSTER_VAULT_CHILD_FIRST";

/// Records the child writes to, over and over.
pub(super) const RECORDS: u64 = 256;
/// Saves under way at the same time.
pub(super) const WRITERS: u64 = 64;

pub(super) fn password() -> Secret<String> {
    Secret::from("under a hail of signals")
}

/// One save the child was told is safe: `ack <record> <count> <version>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ack {
    pub(super) record: u64,
    pub(super) count: u64,
    pub(super) version: u64,
}

impl Ack {
    /// Finds an acknowledgement in a line of output.
    pub(super) fn parse(line: &str) -> Option<Self> {
        let mut words = line
            .split_once("ack ")?
            .1
            .split_ascii_whitespace()
            .map(|word| word.split(|c: char| !c.is_ascii_digit()).next().and_then(|digits| digits.parse().ok()));
        Some(Self { record: words.next()??, count: words.next()??, version: words.next()?? })
    }
}

/// What the child stores under a record for a count: from a few bytes to three chunks, and recognisable.
pub(super) fn content(record: u64, count: u64) -> Vec<u8> {
    let length = 16 + (record * 977 + count * 131) as usize % if record.is_multiple_of(8) { 12_000 } else { 700 };
    let mut bytes = [record.to_be_bytes(), count.to_be_bytes()].concat();
    bytes.resize(length, (count % 251) as u8);
    bytes
}

pub(super) fn record_id(record: u64) -> RecordId {
    let mut bytes = [0x5a; 16];
    bytes[..8].copy_from_slice(&record.to_be_bytes());
    RecordId::from(bytes)
}

/// The command that starts the child on a vault; counts start at `first`, and it ends after `saves` per writer.
pub(super) fn command(dir: &Path, first: u64, saves: u64, mutation: Option<Mutation>) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([
        "--exact",
        "faults::child::writes_until_it_is_killed",
        "--ignored",
        "--nocapture",
        "--test-threads=1",
    ]);
    command.env(DIR, dir).env(FIRST, first.to_string()).env(SAVES, saves.to_string());
    if let Some(mutation) = mutation {
        command.env(MUTATION, (mutation as u8).to_string());
    }
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    command
}

#[test]
#[ignore = "it is the child process of the kill and strace tests"]
fn writes_until_it_is_killed() {
    let number = |name| std::env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
    let dir = std::env::var_os(DIR).expect("started by a fault test");
    let (first, saves) = (number(FIRST).unwrap(), number(SAVES).unwrap());
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let (vault, _) = Vault::open(Path::new(&dir), &password()).unwrap();
        let mut writers = tokio::task::JoinSet::new();
        for writer in 0..WRITERS {
            writers.spawn(save(vault.clone(), writer, first, saves));
        }
        writers.join_all().await;
    });
    // Not closed: the strace test looks at the journal this leaves.
    std::process::exit(0);
}

async fn save(vault: Vault, writer: u64, first: u64, saves: u64) {
    for count in first..first + saves {
        let record = writer + WRITERS * (count % (RECORDS / WRITERS));
        let body = Zeroizing::new(content(record, count));
        let change = Change::Put { kind: NOTE, id: record_id(record), body, expect: Expect::Any };
        let version = vault.apply(vec![change]).await.unwrap()[0];
        let line = format!("ack {record} {count} {version}\n");
        std::io::stdout().write_all(line.as_bytes()).unwrap();
    }
}
