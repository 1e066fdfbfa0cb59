//! What adapters remember of each session's answers, for as long as the vault is open.

use std::collections::HashMap;

use parking_lot::Mutex;
use roster_domain::AccountId;
use roster_platform::{Memory, MemoryFigures};

/// One memory for each account's present session.
#[derive(Debug, Default)]
pub(crate) struct Memories(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    by_account: HashMap<AccountId, (u64, Memory)>,
    /// What sessions that are gone were asked.
    past: MemoryFigures,
}

impl Memories {
    /// The memory of an account's session. A newer session begins with an empty one; a question that still goes out for
    /// an older one is remembered by nobody.
    pub(crate) fn of(&self, account: &AccountId, generation: u64) -> Memory {
        let mut kept = self.0.lock();
        if let Some((known, memory)) = kept.by_account.get(account) {
            if *known == generation {
                return memory.clone();
            }
            if *known > generation {
                return Memory::default();
            }
        }
        let memory = Memory::default();
        if let Some((_, before)) = kept.by_account.insert(account.clone(), (generation, memory.clone())) {
            kept.past = add(kept.past, before.figures());
        }
        memory
    }

    /// Forgets an account's answers: something there has changed.
    pub(crate) fn forget(&self, account: &AccountId) {
        if let Some((_, memory)) = self.0.lock().by_account.get(account) {
            memory.forget();
        }
    }

    /// Forgets everything.
    pub(crate) fn clear(&self) {
        let kept = std::mem::take(&mut *self.0.lock());
        kept.by_account.into_values().for_each(|(_, memory)| memory.forget());
    }

    /// How well they all served since the vault was opened.
    pub(crate) fn figures(&self) -> MemoryFigures {
        let kept = self.0.lock();
        let present = kept.by_account.values().map(|(_, memory)| memory.figures());
        let sum = present.fold(kept.past, add);
        MemoryFigures { entries: sum.entries - kept.past.entries, ..sum }
    }
}

fn add(one: MemoryFigures, other: MemoryFigures) -> MemoryFigures {
    MemoryFigures { entries: one.entries + other.entries, hits: one.hits + other.hits, asked: one.asked + other.asked }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use jiff::Timestamp;

    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    #[tokio::test]
    async fn a_new_session_remembers_nothing_and_the_figures_go_on() {
        let memories = Memories::default();
        let id = AccountId::from_entropy([7; 10]);
        let ask = async |generation: u64, value: u32| {
            let memory = memories.of(&id, generation);
            *memory.remember("q", HOUR, Timestamp::UNIX_EPOCH, async { Ok(value) }).await.unwrap()
        };
        assert_eq!((ask(1, 1).await, ask(1, 2).await), (1, 1));
        assert_eq!((ask(2, 3).await, ask(2, 4).await), (3, 3), "another session");
        assert_eq!(ask(1, 5).await, 5, "an old one is remembered by nobody");
        assert_eq!(ask(2, 6).await, 3, "and does not push the new one out");
        assert_eq!(memories.figures(), MemoryFigures { entries: 1, hits: 3, asked: 2 });
        memories.forget(&id);
        assert_eq!(ask(2, 7).await, 7);
        memories.clear();
        assert_eq!(memories.figures().entries, 0);
    }
}
