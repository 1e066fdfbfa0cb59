//! How fast secrets may leave. A person copies a handful of cookies; whoever wants all of them, a script in the window
//! for one, needs hours and leaves a line in the log for each.

use std::time::Duration;

use parking_lot::Mutex;

use crate::Error;

/// So many at once …
const BURST: u32 = 12;
/// … and one more after each of these.
const REFILL: Duration = Duration::from_secs(10);

/// What is left of the ration.
#[derive(Debug)]
pub(crate) struct Ration(Mutex<Left>);

#[derive(Debug)]
struct Left {
    portions: u32,
    /// Waking time at which the last portion came back.
    since: Duration,
}

impl Ration {
    /// A full one at this waking time.
    pub(crate) fn full(awake: Duration) -> Self {
        Self(Mutex::new(Left { portions: BURST, since: awake }))
    }

    /// Takes one portion.
    ///
    /// # Errors
    /// [`Error::TooManySecrets`]
    pub(crate) fn take(&self, awake: Duration) -> Result<(), Error> {
        let mut left = self.0.lock();
        while left.portions < BURST && awake.saturating_sub(left.since) >= REFILL {
            left.portions += 1;
            left.since += REFILL;
        }
        if left.portions == BURST {
            left.since = awake;
        }
        if left.portions == 0 {
            return Err(Error::TooManySecrets { wait: REFILL.saturating_sub(awake.saturating_sub(left.since)) });
        }
        left.portions -= 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_had_at_once_and_the_rest_slowly() {
        let second = Duration::from_secs;
        let ration = Ration::full(second(100));
        for _ in 0..BURST {
            ration.take(second(100)).unwrap();
        }
        let refused = ration.take(second(103)).unwrap_err();
        assert!(matches!(refused, Error::TooManySecrets { wait } if wait == second(7)), "{refused:?}");
        ration.take(second(110)).unwrap();
        assert!(ration.take(second(110)).is_err(), "one came back, not two");
        for _ in 0..BURST {
            ration.take(second(100_000)).unwrap();
        }
        assert!(ration.take(second(100_000)).is_err(), "what was not used does not pile up");
    }
}
