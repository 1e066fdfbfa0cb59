//! Everything that the app writes into its log while these tests run.

use std::{
    io,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

/// What was written.
#[derive(Debug, Clone, Default)]
struct Paper(Arc<Mutex<Vec<u8>>>);

impl io::Write for Paper {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn paper() -> &'static Paper {
    static PAPER: OnceLock<Paper> = OnceLock::new();
    PAPER.get_or_init(|| {
        let paper = Paper::default();
        let target = paper.clone();
        let lines = tracing_subscriber::fmt().with_writer(move || target.clone()).with_ansi(false);
        lines.with_env_filter("info,roster_engine=trace,roster_platform=trace,roster_platforms=trace").init();
        paper
    })
}

/// Begins to listen.
pub(crate) fn listen() {
    paper();
}

/// The log so far, of all tests of this program.
pub(crate) fn log() -> String {
    let bytes = paper().0.lock().unwrap_or_else(PoisonError::into_inner).clone();
    String::from_utf8(bytes).unwrap()
}
