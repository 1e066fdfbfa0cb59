//! Answers that are remembered for a while, and asked for once however many want them.

use std::{
    any::Any,
    collections::HashMap,
    fmt,
    future::Future,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use jiff::Timestamp;
use serde::Serialize;

use crate::Error;

type Place = Option<(Timestamp, Arc<dyn Any + Send + Sync>)>;
type Kept = Arc<tokio::sync::Mutex<Place>>;

/// No question takes longer with all its tries: an answer of this age is that of a question which was under way.
const UNDER_WAY: Duration = Duration::from_secs(40);

/// One session's remembered answers. The engine gives each account and generation its own and forgets it with the
/// lock; clones share what is remembered.
#[derive(Clone, Default)]
pub struct Memory {
    inner: Arc<Inner>,
}

#[derive(Default)]
struct Inner {
    kept: Mutex<HashMap<String, Kept>>,
    hits: AtomicU64,
    asked: AtomicU64,
}

/// How well the memory served.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct MemoryFigures {
    /// Answers kept now, fresh or not.
    pub entries: u64,
    /// Questions answered from memory.
    pub hits: u64,
    /// Questions that went out.
    pub asked: u64,
}

impl Memory {
    /// The answer to `question`, if it is younger than `fresh` (and `fresh` is not zero), else what `ask` brings. Those who
    /// want the same answer at the same time wait for one question. An error is not remembered.
    ///
    /// # Errors
    /// As `ask`.
    pub async fn remember<T, F>(&self, question: &str, fresh: Duration, now: Timestamp, ask: F) -> Result<Arc<T>, Error>
    where
        T: Send + Sync + 'static,
        F: Future<Output = Result<T, Error>>,
    {
        let place = self.place(question);
        self.answered(place.lock().await, (fresh, now), ask).await
    }

    /// The same past the memory; but who comes while the question is under way waits for its answer.
    ///
    /// # Errors
    /// As `ask`.
    pub async fn join<T, F>(&self, question: &str, now: Timestamp, ask: F) -> Result<Arc<T>, Error>
    where
        T: Send + Sync + 'static,
        F: Future<Output = Result<T, Error>>,
    {
        let place = self.place(question);
        let (place, fresh) = match place.try_lock() {
            Ok(place) => (place, Duration::ZERO),
            // What is kept when the wait is over was asked for by those who came first.
            Err(_) => (place.lock().await, UNDER_WAY),
        };
        self.answered(place, (fresh, now), ask).await
    }

    fn place(&self, question: &str) -> Kept {
        let mut kept = self.inner.kept.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(kept.entry(question.to_owned()).or_default())
    }

    async fn answered<T, F>(
        &self,
        mut place: tokio::sync::MutexGuard<'_, Place>,
        (fresh, now): (Duration, Timestamp),
        ask: F,
    ) -> Result<Arc<T>, Error>
    where
        T: Send + Sync + 'static,
        F: Future<Output = Result<T, Error>>,
    {
        if let Some((at, value)) = place.as_ref()
            && young(*at, now, fresh)
            && let Ok(value) = Arc::clone(value).downcast::<T>()
        {
            self.inner.hits.fetch_add(1, Ordering::Relaxed);
            return Ok(value);
        }
        self.inner.asked.fetch_add(1, Ordering::Relaxed);
        let value = Arc::new(ask.await?);
        *place = Some((now, Arc::clone(&value) as Arc<dyn Any + Send + Sync>));
        Ok(value)
    }

    /// Forgets every answer; what is being asked now is not kept for anybody else either.
    pub fn forget(&self) {
        self.inner.kept.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// How many answers are younger than `fresh`. What is being asked at this moment does not count.
    pub fn young(&self, fresh: Duration, now: Timestamp) -> u64 {
        let kept = self.inner.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let is_young = |place: &&Kept| {
            place.try_lock().is_ok_and(|place| place.as_ref().is_some_and(|(at, _)| young(*at, now, fresh)))
        };
        kept.values().filter(is_young).count() as u64
    }

    /// How well it served.
    pub fn figures(&self) -> MemoryFigures {
        let kept = self.inner.kept.lock().unwrap_or_else(PoisonError::into_inner);
        // A question that failed has left its place empty.
        let entries = kept.values().filter(|place| place.try_lock().is_ok_and(|place| place.is_some())).count() as u64;
        let read = |number: &AtomicU64| number.load(Ordering::Relaxed);
        MemoryFigures { entries, hits: read(&self.inner.hits), asked: read(&self.inner.asked) }
    }
}

/// A clock that was set back makes no answer young for ever.
fn young(at: Timestamp, now: Timestamp, fresh: Duration) -> bool {
    let age = now.as_millisecond() - at.as_millisecond();
    u128::try_from(age).is_ok_and(|age| age < fresh.as_millis())
}

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Memory").field("figures", &self.figures()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    const FIVE: Duration = Duration::from_secs(300);

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("a time")
    }

    #[tokio::test]
    async fn an_answer_is_kept_for_its_time_and_no_longer() {
        let memory = Memory::default();
        let ask = async |now: i64, value: u32, fresh| {
            *memory.remember("info", fresh, at(now), async { Ok(value) }).await.expect("an answer")
        };
        assert_eq!(ask(1000, 1, FIVE).await, 1);
        assert_eq!(ask(1299, 2, FIVE).await, 1);
        assert_eq!(ask(1300, 3, FIVE).await, 3);
        assert_eq!(ask(1300, 4, Duration::ZERO).await, 4, "forced");
        assert_eq!(ask(900, 5, FIVE).await, 5, "the clock went back");
        assert_eq!(memory.figures(), MemoryFigures { entries: 1, hits: 1, asked: 4 });
        assert_eq!((memory.young(FIVE, at(1199)), memory.young(FIVE, at(1200))), (1, 0));
    }

    #[tokio::test]
    async fn many_who_ask_at_once_are_one_question() {
        let memory = Memory::default();
        let asked = AtomicU64::new(0);
        let one = || {
            memory.remember("info", FIVE, at(0), async {
                asked.fetch_add(1, Ordering::Relaxed);
                tokio::task::yield_now().await;
                Ok(7)
            })
        };
        let (a, b, c) = tokio::join!(one(), one(), one());
        assert_eq!((*a.expect("a"), *b.expect("b"), *c.expect("c")), (7, 7, 7));
        assert_eq!(asked.load(Ordering::Relaxed), 1);
    }

    #[tokio::test]
    async fn who_wants_a_new_answer_joins_the_question_under_way() {
        let memory = Memory::default();
        let asked = AtomicU64::new(0);
        let one = || {
            memory.join("info", at(10), async {
                tokio::task::yield_now().await;
                Ok(asked.fetch_add(1, Ordering::Relaxed))
            })
        };
        let (a, b, c) = tokio::join!(one(), one(), one());
        assert_eq!((*a.expect("a"), *b.expect("b"), *c.expect("c")), (0, 0, 0));
        assert_eq!(*one().await.expect("d"), 1, "what is over is asked anew");
    }

    #[tokio::test]
    async fn a_fault_is_asked_again() {
        let memory = Memory::default();
        let fault = memory.remember::<u8, _>("info", FIVE, at(0), async { Err(Error::new(ErrorKind::Network, "x")) });
        assert!(fault.await.is_err());
        assert_eq!(memory.figures().entries, 0, "nothing is kept of it");
        assert_eq!(*memory.remember("info", FIVE, at(0), async { Ok(2_u8) }).await.expect("an answer"), 2);
        assert_eq!(memory.figures().entries, 1);
    }
}
