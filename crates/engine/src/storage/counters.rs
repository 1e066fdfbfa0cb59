//! Use counters: they change far more often than anything else, so they live in records of their own, many accounts
//! to a record. A choice from a pool marks its shard, and marked shards are written together.

use std::collections::BTreeMap;

use jiff::Timestamp;
use roster_domain::{AccountId, UsageCounters};
use roster_vault::RecordId;
use serde::{Deserialize, Serialize};

/// How many records the counters are spread over.
pub(crate) const SHARDS: usize = 256;

/// Which record an account's counters are in: FNV-1a over its id, folded to a byte. Fixed for ever, since records
/// are found by it.
pub(crate) fn shard_of(id: &AccountId) -> u8 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in id.as_str().bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    (hash ^ (hash >> 32) ^ (hash >> 16) ^ (hash >> 8)).to_le_bytes()[0]
}

/// The id of a shard's record within `base`.
pub(super) fn shard_record(base: [u8; 16], shard: u8) -> RecordId {
    let mut bytes = base;
    bytes[15] ^= shard;
    RecordId::from(bytes)
}

/// One account's counters: uses, successes, failures, last use in milliseconds since 1970.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Row(u64, u64, u64, Option<i64>);

/// The counters of one shard.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct StoredCounters(BTreeMap<AccountId, Row>);

impl StoredCounters {
    /// Puts an account's counters in.
    pub(crate) fn insert(&mut self, id: AccountId, usage: UsageCounters) {
        let last = usage.last_used_at.map(Timestamp::as_millisecond);
        self.0.insert(id, Row(usage.use_count, usage.success_count, usage.fail_count, last));
    }

    /// The counters by account.
    pub(crate) fn into_iter(self) -> impl Iterator<Item = (AccountId, UsageCounters)> {
        self.0.into_iter().map(|(id, Row(use_count, success_count, fail_count, last))| {
            let last_used_at = last.and_then(|ms| Timestamp::from_millisecond(ms).ok());
            (id, UsageCounters { use_count, success_count, fail_count, last_used_at })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_are_where_they_have_always_been_and_evenly_filled() {
        let id = |text: &str| text.parse::<AccountId>().unwrap();
        let shards = ["acc_1", "acc_2", "acc_0000000000000000"].map(|text| shard_of(&id(text)));
        assert_eq!(shards, [12, 210, 47], "records are found by this; it may never change");
        let mut counts = [0_u32; SHARDS];
        for number in 0..25_600 {
            counts[usize::from(shard_of(&id(&format!("acc_{number}"))))] += 1;
        }
        assert!(counts.iter().all(|count| (40..=200).contains(count)), "{counts:?}");
    }

    #[test]
    fn counters_survive_the_trip_through_bytes() {
        let usage = UsageCounters {
            use_count: 3,
            success_count: 2,
            fail_count: 1,
            last_used_at: Timestamp::from_millisecond(1_700_000_000_123).ok(),
        };
        let id: AccountId = "acc_x".parse().unwrap();
        let mut shard = StoredCounters::default();
        shard.insert(id.clone(), usage);
        let bytes = serde_json::to_vec(&shard).unwrap();
        let back: StoredCounters = serde_json::from_slice(&bytes).unwrap();
        assert_eq!(back.into_iter().collect::<Vec<_>>(), vec![(id, usage)]);
    }
}
