//! Programs that end with whoever started them.

use std::{
    fs::File,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use super::DriveError;

/// How long a program may take to put its things away.
const PATIENCE: Duration = Duration::from_secs(10);

/// A child process that ends with its owner.
#[derive(Debug)]
pub(super) struct Ended(Child);

impl Ended {
    /// Starts it with its words in a file.
    pub(super) fn spawn(program: &Path, command: &mut Command, log: &Path) -> Result<Self, DriveError> {
        let failed = |source| DriveError::Program { program: program.into(), source };
        let out = File::options().create(true).append(true).open(log).map_err(failed)?;
        let err = out.try_clone().map_err(failed)?;
        let child = command.stdin(Stdio::null()).stdout(out).stderr(err).spawn().map_err(failed)?;
        Ok(Self(child))
    }

    /// Its process id.
    pub(super) fn id(&self) -> u32 {
        self.0.id()
    }

    /// Whether it has not ended yet.
    pub(super) fn is_running(&mut self) -> bool {
        matches!(self.0.try_wait(), Ok(None))
    }

    /// As the power going: no word is said to it.
    pub(super) fn kill(&mut self) {
        // It may have ended by itself; then there is nobody left to kill.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for Ended {
    /// Asks first, so that it can put its things away.
    fn drop(&mut self) {
        let asked = Command::new("kill").args(["-TERM", &self.0.id().to_string()]).stderr(Stdio::null()).status();
        let patience = if asked.is_ok_and(|status| status.success()) { PATIENCE } else { Duration::ZERO };
        let since = Instant::now();
        while since.elapsed() < patience {
            if !self.is_running() {
                return;
            }
            std::thread::yield_now();
        }
        self.kill();
    }
}
