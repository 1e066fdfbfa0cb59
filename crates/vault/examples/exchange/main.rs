//! Writes and reads vaults for the second, independent implementation of the format (`tests/vault_reader`).
//!
//! `exchange write DIR PASSWORD close|leave COUNT`: makes a vault with COUNT commits and a snapshot in the middle, closes
//! it or just ends, and prints its records.
//! `exchange read DIR KIND SECRET`: opens a vault, prints its records, and closes it. KIND is password, recovery, keychain
//! or key_file; SECRET is its text, or base64 of its bytes.
//! `exchange ways DIR PASSWORD HISTORY`: makes a vault, has it live through a history (steps with commas between them: see
//! `examples/exchange/history.rs`), closes it, and prints its records and what opens it and what does not any more.
//! `exchange seal FILE PASSWORD COUNT`, `exchange unseal FILE PASSWORD`: an export, and what is in one.

mod history;

use std::error::Error;
use std::io::Write;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use roster_domain::Secret;
use roster_vault::export::{self, Entry};
use roster_vault::{Change, Expect, KdfParams, Kind, Opener, Record, RecordId, SnapshotReason, Vault};
use serde_json::{Map, Value, json};

const KINDS: [Kind; 3] = [Kind::new("account"), Kind::new("account.secret"), Kind::new("pool")];
/// When all of this happens, in seconds since 1970.
const NOW: i64 = 1_795_180_000;

type Done = Result<(), Box<dyn Error>>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Done {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["write", dir, password, end, count] => write(Path::new(dir), password, end == "close", count.parse()?).await,
        ["read", dir, kind, secret] => read(Path::new(dir), kind, secret).await,
        ["ways", dir, password, steps] => history::live(Path::new(dir), password, steps).await,
        ["seal", file, password, count] => {
            let entries: Vec<Entry> = (0..count.parse()?).map(entry).collect();
            std::fs::write(file, export::seal(&entries, &Secret::from(password), KdfParams::floor())?)?;
            say(&json!({ "entries": listed(&entries) }))
        }
        ["unseal", file, password] => {
            let entries = export::open(&std::fs::read(file)?, &Secret::from(password))?;
            say(&json!({ "entries": listed(&entries) }))
        }
        _ => Err("usage: see the head of exchange.rs".into()),
    }
}

async fn write(dir: &Path, password: &str, closed: bool, count: usize) -> Done {
    let vault = Vault::create(dir, &Secret::from(password), KdfParams::floor())?;
    fill(&vault, 0..count / 2).await?;
    vault.snapshot(SnapshotReason::Owner, NOW).await?;
    fill(&vault, count / 2..count).await?;
    print(&vault)?;
    if closed {
        vault.close().await?;
    } else {
        std::process::exit(0);
    }
    Ok(())
}

async fn read(dir: &Path, kind: &str, secret: &str) -> Done {
    let text = Secret::from(secret);
    let bytes = match kind {
        "keychain" | "key_file" => STANDARD.decode(secret)?,
        _ => Vec::new(),
    };
    let bytes = Secret::new(bytes);
    let with = match kind {
        "password" => Opener::Password(&text),
        "recovery" => Opener::Recovery(&text),
        "keychain" => Opener::Keychain(&bytes),
        "key_file" => Opener::KeyFile(&bytes),
        _ => return Err("no such kind".into()),
    };
    let (vault, report) = Vault::open(dir, with)?;
    if report.lost.is_some() {
        return Err("something was lost".into());
    }
    print(&vault)?;
    vault.close().await?;
    Ok(())
}

/// The kind, id and body that some number stands for: lengths around the borders of chunks.
fn sample(number: usize) -> (Kind, RecordId, Vec<u8>) {
    let mut id = [(number % 251) as u8; 16];
    id[..8].copy_from_slice(&((number % 1_000) as u64).to_be_bytes());
    let length = [0, 1, 800, 5119, 5120, 5121, 20_000][number % 7];
    (KINDS[number % 3], RecordId::from(id), (0..length).map(|at| (at * 7 + number) as u8).collect())
}

fn entry(number: usize) -> Entry {
    let (kind, id, body) = sample(number);
    Entry { kind: kind.as_str().to_owned(), id, body: body.into() }
}

/// Records of every kind, written over and deleted, in enough commits for a checkpoint with a journal after it.
async fn fill(vault: &Vault, numbers: std::ops::Range<usize>) -> Done {
    for number in numbers {
        let (kind, id, body) = sample(number);
        vault.apply(vec![Change::Put { kind, id, body: body.into(), expect: Expect::Any }]).await?;
        if number % 11 == 10 {
            let (kind, id, _) = sample(number - 3);
            vault.apply(vec![Change::Delete { kind, id, expect: Expect::Any }]).await?;
        }
    }
    Ok(())
}

fn print(vault: &Vault) -> Done {
    let mut snapshots = Map::new();
    for info in vault.snapshots(KINDS[0])? {
        if !info.verified {
            return Err("a snapshot is not what it should be".into());
        }
        let snapshot = vault.read_snapshot(info.id)?;
        snapshots.insert(info.id.to_string(), records(|kind| Ok(snapshot.load(kind)?))?);
    }
    let hash = STANDARD.encode(vault.keyed_hash("exchange", b"data"));
    say(&json!({ "records": all_records(vault)?, "hash": hash, "snapshots": snapshots }))
}

fn all_records(vault: &Vault) -> Result<Value, Box<dyn Error>> {
    records(|kind| Ok(vault.load(kind)?))
}

fn records(load: impl Fn(Kind) -> Result<Vec<Record>, Box<dyn Error>>) -> Result<Value, Box<dyn Error>> {
    let mut listed = Vec::new();
    for kind in KINDS {
        for record in load(kind)? {
            let id = STANDARD.encode(record.id.as_bytes());
            let body = STANDARD.encode(&record.body);
            listed.push(json!({ "kind": kind.as_str(), "id": id, "version": record.version, "body": body }));
        }
    }
    Ok(Value::Array(listed))
}

fn listed(entries: &[Entry]) -> Vec<Value> {
    let one = |entry: &Entry| {
        json!({
            "kind": entry.kind,
            "id": STANDARD.encode(entry.id.as_bytes()),
            "body": STANDARD.encode(&entry.body),
        })
    };
    entries.iter().map(one).collect()
}

fn say(value: &Value) -> Done {
    writeln!(std::io::stdout(), "{value}")?;
    Ok(())
}
