//! Vaults whose headers have lived through something.
//!
//! Steps: `costs:M:T:P` (first: how the vault is made), `password`, `recovery`, `keychain`, `key_file` (a slot is added),
//! `remove` (the last one added goes), `change` (another password), `rotate` (new keys, and everything sealed anew),
//! `snapshot` (keeps the keys of now in use).

use std::error::Error;
use std::path::Path;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use roster_domain::Secret;
use roster_vault::{KdfParams, NewSlot, RecoveryWords, SlotId, SnapshotReason, Vault, slot_key};
use serde_json::{Map, Value, json};

use super::{Done, NOW, all_records, fill, say};

/// A secret as the reader gets it, and the slot it opens.
struct Way {
    kind: &'static str,
    text: String,
    slot: SlotId,
}

/// A vault under way, with what opens it and what did once.
struct Life {
    vault: Vault,
    kdf: KdfParams,
    password: Secret<String>,
    open: Vec<Way>,
    closed: Vec<Way>,
}

/// Makes a vault, goes through the steps, closes it and prints what became of it.
pub(super) async fn live(dir: &Path, password: &str, steps: &str) -> Done {
    let mut steps = steps.split(',').filter(|step| !step.is_empty()).peekable();
    let costs = steps.next_if(|step| step.starts_with("costs:"));
    let kdf = costs.map(costs_of).transpose()?.unwrap_or(KdfParams::floor());
    let password = Secret::from(password);
    let vault = Vault::create_at(dir, &password, kdf, NOW)?;
    fill(&vault, 0..12).await?;
    let slot = vault.slots()?.first().ok_or("no slot")?.id;
    let own = Way { kind: "password", text: password.expose().clone(), slot };
    let mut life = Life { vault, kdf, password, open: vec![own], closed: Vec::new() };
    for (at, step) in steps.enumerate() {
        life.step(at, step).await?;
    }
    let records = all_records(&life.vault)?;
    life.vault.close().await?;
    // The test is over when this has been read: these secrets open nothing of anybody's.
    say(&json!({ "records": records, "open": listed(&life.open), "closed": listed(&life.closed) }))
}

impl Life {
    async fn step(&mut self, at: usize, step: &str) -> Done {
        match step {
            "remove" => {
                let gone = self.open.pop().ok_or("nothing to remove")?;
                self.vault.remove_slot(gone.slot)?;
                self.closed.push(gone);
                self.settled().await?;
            }
            "change" => {
                let new = Secret::from(format!("changed at step {at}"));
                self.vault.change_password(&self.password, &new)?;
                let slot = self.open.first().ok_or("no password")?.slot;
                let own = Way { kind: "password", text: new.expose().clone(), slot };
                self.closed.push(std::mem::replace(&mut self.open[0], own));
                self.password = new;
            }
            "rotate" => {
                self.vault.rotate()?;
                self.settled().await?;
            }
            "snapshot" => drop(self.vault.snapshot(SnapshotReason::Owner, NOW).await?),
            kind => self.add(at, kind)?,
        }
        fill(&self.vault, 12 + at..14 + at).await
    }

    fn add(&mut self, at: usize, kind: &str) -> Done {
        let made_at = Some(NOW + 1);
        let (kind, text, slot) = match kind {
            "password" => {
                let other = Secret::from(format!("another of step {at}"));
                let slot = self.vault.add_slot(NewSlot::Password(&other, self.kdf), made_at)?;
                ("password", other.expose().clone(), slot)
            }
            "recovery" => {
                let words = RecoveryWords::make();
                let slot = self.vault.add_slot(NewSlot::Recovery(&words), made_at)?;
                ("recovery", words.expose().clone(), slot)
            }
            "keychain" => {
                let key = slot_key();
                let slot = self.vault.add_slot(NewSlot::Keychain(&key), made_at)?;
                ("keychain", STANDARD.encode(key.expose()), slot)
            }
            "key_file" => {
                let file = self.vault.make_key_file()?;
                let slot = self.vault.add_slot(NewSlot::KeyFile(&file), made_at)?;
                ("key_file", STANDARD.encode(file.expose()), slot)
            }
            _ => return Err("no such step".into()),
        };
        self.open.push(Way { kind, text, slot });
        Ok(())
    }

    /// Everything is sealed under the new keys, and the old ones are gone where nothing needs them.
    async fn settled(&self) -> Done {
        for _ in 0..30_000 {
            if self.vault.rotation().is_none() {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        Err("sealing anew never ended".into())
    }
}

/// `costs:M:T:P`.
fn costs_of(step: &str) -> Result<KdfParams, Box<dyn Error>> {
    let numbers = step.split(':').skip(1).map(str::parse).collect::<Result<Vec<u32>, _>>()?;
    match numbers[..] {
        [m_kib, t, p] => Ok(KdfParams { m_kib, t, p }),
        _ => Err("costs are three numbers".into()),
    }
}

fn listed(ways: &[Way]) -> Value {
    let of_kind = |kind: &str| ways.iter().filter(|way| way.kind == kind).map(|way| json!(way.text)).collect();
    let kinds = ["password", "recovery", "keychain", "key_file"];
    Value::Object(Map::from_iter(kinds.map(|kind| (kind.to_owned(), of_kind(kind)))))
}
