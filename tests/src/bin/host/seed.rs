//! Sample accounts, written straight into the vault: 10,000 of them in seconds, in every state a list can show.
//! They have no session, so that nobody is asked about them.

use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use roster_domain::{
    Account, AccountId, AccountStatus, Evidence, HealthRecord, LastCheck, Priority, Profile, Reason, Secret,
    UsageCounters, UsageEntry, Verdict,
};
use roster_vault::{Change, Expect, Kind, RecordId, Vault};
use serde::Serialize;
use serde_json::json;

use crate::Fault;

const NAMES: [&str; 8] =
    ["林间小路", "Tea & Code", "老王修车", "厨房实验室", "Night Shift", "云上课堂", "山海旅记", "像素工坊"];
const PLATFORMS: [&str; 2] = ["bilibili", "toutiao"];
const REGIONS: [&str; 4] = ["beijing", "shanghai", "guangzhou", "chengdu"];
const BATCH: usize = 500;

/// Writes them into a vault that nobody has open.
pub(crate) async fn accounts(vault: &Path, password: &str, count: u32) -> Result<(), Fault> {
    let (dir, password) = (vault.to_path_buf(), Secret::from(password));
    let (vault, _) = tokio::task::spawn_blocking(move || Vault::open(&dir, &password)).await??;
    let now = now();
    let mut changes = Vec::new();
    for number in 1..=u64::from(count) {
        let id = RecordId::make();
        let account = sample(number, now)?;
        if number <= 40 {
            changes.push(put("health", id, &history(&account, now))?);
            changes.push(put("usage", id, &uses(now))?);
        }
        changes.push(put("account", id, &json!({ "account": account }))?);
        if changes.len() >= BATCH {
            vault.apply(std::mem::take(&mut changes)).await?;
        }
    }
    changes.push(put("ledger", RecordId::from([0; 16]), &json!({ "last_account": count }))?);
    vault.apply(changes).await?;
    vault.close().await?;
    Ok(())
}

#[allow(clippy::disallowed_methods, reason = "samples are as old as they look when somebody looks at them")]
fn now() -> Timestamp {
    Timestamp::now()
}

fn put(kind: &'static str, id: RecordId, body: &impl Serialize) -> Result<Change, Fault> {
    let body = serde_json::to_vec(body)?.into();
    Ok(Change::Put { kind: Kind::new(kind), id, body, expect: Expect::Any })
}

/// The same number always makes the same account.
fn sample(number: u64, now: Timestamp) -> Result<Account, Fault> {
    let pick = |list: &[&'static str], by: u64| list[usize::try_from(number / by).unwrap_or(0) % list.len()];
    let (status, verdict, reason) = match number % 10 {
        0 => (AccountStatus::Expired, Verdict::Expired, Reason::NotLoggedIn),
        1 => (AccountStatus::Inactive, Verdict::Restricted, Reason::RiskControl),
        2 => (AccountStatus::Pending, Verdict::Unknown, Reason::NoCredential),
        3 => (AccountStatus::Active, Verdict::Unknown, Reason::Timeout),
        _ => (AccountStatus::Active, Verdict::Alive, Reason::Ok),
    };
    let name = format!("{} {number:05}", pick(&NAMES, 1));
    let mut entropy = [0; 10];
    entropy[2..].copy_from_slice(&number.to_be_bytes());
    let ago = |minutes: u64| Ok::<_, Fault>(now.checked_sub(SignedDuration::from_mins(i64::try_from(minutes)?))?);
    Ok(Account {
        id: AccountId::from_entropy(entropy),
        number,
        platform: pick(&PLATFORMS, 3).parse()?,
        name: name.clone(),
        status,
        priority: Priority::try_from(u8::try_from(number % 10)? + 1)?,
        identity: Some(format!("{}", 100_000 + number)),
        profile: Some(Profile {
            user_id: format!("{}", 100_000 + number),
            name,
            level: Some(format!("LV{}", number % 7)),
            signature: Some(String::from("一个示例账号")),
            read_at: Some(ago(number % 600)?),
            ..Profile::default()
        }),
        last_check: Some(LastCheck { at: ago(number % 600)?, verdict, reason }),
        next_check_at: Some(now.checked_add(SignedDuration::from_hours(24 * 7))?),
        expires_at: Some(now.checked_add(SignedDuration::from_hours(i64::try_from(12 + number % 4_000)?))?),
        usage: UsageCounters {
            use_count: number % 200,
            success_count: number % 190,
            fail_count: number % 7,
            last_used_at: Some(ago(number % 10_000)?),
        },
        tags: [(String::from("region"), pick(&REGIONS, 7).to_owned())].into(),
        note: if number.is_multiple_of(25) { String::from("联系人:示例") } else { String::new() },
        created_at: ago(100_000)?,
        updated_at: ago(number % 600)?,
        ..Account::default()
    })
}

fn history(account: &Account, now: Timestamp) -> Vec<HealthRecord> {
    let last = account.last_check.as_ref();
    (0..20_i64)
        .rev()
        .filter_map(|step| {
            let (verdict, reason) = match (step, last) {
                (0, Some(check)) => (check.verdict, check.reason),
                (7, _) => (Verdict::Unknown, Reason::Timeout),
                _ => (Verdict::Alive, Reason::Ok),
            };
            Some(HealthRecord {
                at: now.checked_sub(SignedDuration::from_hours(6 * step)).ok()?,
                verdict,
                reason,
                evidence: Evidence { question: String::from("nav"), http_status: Some(200), ..Evidence::default() },
                duration_ms: 90 + step.unsigned_abs() * 7,
                generation: 1,
                status: account.status,
            })
        })
        .collect()
}

fn uses(now: Timestamp) -> Vec<UsageEntry> {
    (0..12_i64)
        .rev()
        .filter_map(|step| {
            Some(UsageEntry {
                action: String::from(if step % 3 == 0 { "publish" } else { "read_stats" }),
                success: step != 4,
                duration_ms: 800 + step.unsigned_abs() * 210,
                error: (step == 4).then(|| String::from("the upload was refused")),
                created_at: now.checked_sub(SignedDuration::from_mins(45 * step)).ok()?,
            })
        })
        .collect()
}
