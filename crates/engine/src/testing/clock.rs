//! A clock that stands still until a test moves it.

use std::time::Duration;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use parking_lot::Mutex;
use tokio::sync::watch;

use crate::Clock;

#[derive(Debug)]
pub(crate) struct ManualClock {
    time: Mutex<(Timestamp, Duration)>,
    moved: watch::Sender<()>,
}

impl ManualClock {
    pub(crate) fn new() -> Self {
        let start = Timestamp::from_second(1_795_000_000).unwrap();
        Self { time: Mutex::new((start, Duration::from_secs(1_000))), moved: watch::Sender::new(()) }
    }

    /// Time passes.
    pub(crate) fn advance(&self, by: Duration) {
        self.shift(by, SignedDuration::try_from(by).unwrap());
    }

    /// The machine sleeps: the day goes on, waking time does not.
    pub(crate) fn suspend(&self, by: Duration) {
        self.shift(Duration::ZERO, SignedDuration::try_from(by).unwrap());
    }

    /// Somebody sets the time of day; waking time does not care.
    pub(crate) fn set(&self, to: Timestamp) {
        self.time.lock().0 = to;
        self.moved.send_replace(());
    }

    fn shift(&self, awake: Duration, wall: SignedDuration) {
        {
            let mut time = self.time.lock();
            time.0 = time.0.checked_add(wall).unwrap();
            time.1 += awake;
        }
        self.moved.send_replace(());
    }
}

#[async_trait]
impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        self.time.lock().0
    }

    fn awake(&self) -> Duration {
        self.time.lock().1
    }

    async fn sleep(&self, duration: Duration) {
        let mut moved = self.moved.subscribe();
        let until = self.awake() + duration;
        while self.awake() < until {
            if moved.changed().await.is_err() {
                return;
            }
        }
    }
}
