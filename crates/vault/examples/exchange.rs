//! Writes and reads vaults for the second, independent implementation of the format (`tests/vault_reader`).
//!
//! `exchange write DIR PASSWORD close|leave`: makes a vault, fills it, closes it or just ends, and prints its records.
//! `exchange read DIR PASSWORD`: opens a vault, prints its records, and closes it.

use std::error::Error;
use std::io::Write;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use roster_domain::Secret;
use roster_vault::{Change, Expect, KdfParams, Kind, RecordId, Vault};
use serde_json::{Value, json};

const KINDS: [Kind; 3] = [Kind::new("account"), Kind::new("account.secret"), Kind::new("pool")];

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["write", dir, password, end] => {
            let vault = Vault::create(Path::new(dir), &Secret::from(password), KdfParams::floor())?;
            fill(&vault).await?;
            print(&vault)?;
            if end == "close" {
                vault.close().await?;
            } else {
                std::process::exit(0);
            }
        }
        ["read", dir, password] => {
            let (vault, report) = Vault::open(Path::new(dir), &Secret::from(password))?;
            if report.lost.is_some() {
                return Err("something was lost".into());
            }
            print(&vault)?;
            vault.close().await?;
        }
        _ => return Err("usage: exchange write DIR PASSWORD close|leave | exchange read DIR PASSWORD".into()),
    }
    Ok(())
}

/// Records of every kind and of lengths around the borders of chunks, written over and deleted, in enough commits
/// for a checkpoint with a journal after it.
async fn fill(vault: &Vault) -> Result<(), Box<dyn Error>> {
    for number in 0..260_usize {
        let kind = KINDS[number % 3];
        let id = RecordId::from([(number % 90) as u8; 16]);
        let length = [0, 1, 800, 5119, 5120, 5121, 20_000][number % 7];
        let body: Vec<u8> = (0..length).map(|at| (at * 7 + number) as u8).collect();
        vault.apply(vec![Change::Put { kind, id, body: body.into(), expect: Expect::Any }]).await?;
        if number % 11 == 10 {
            let id = RecordId::from([((number - 3) % 90) as u8; 16]);
            vault.apply(vec![Change::Delete { kind, id, expect: Expect::Any }]).await?;
        }
    }
    Ok(())
}

fn print(vault: &Vault) -> Result<(), Box<dyn Error>> {
    let mut records = Vec::new();
    for kind in KINDS {
        for record in vault.load(kind)? {
            let id = STANDARD.encode(record.id.as_bytes());
            let body = STANDARD.encode(&record.body);
            records.push(json!({ "kind": kind.as_str(), "id": id, "version": record.version, "body": body }));
        }
    }
    let hash = STANDARD.encode(vault.keyed_hash("exchange", b"data"));
    let all: Value = json!({ "records": records, "hash": hash });
    writeln!(std::io::stdout(), "{all}")?;
    Ok(())
}
