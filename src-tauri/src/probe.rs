//! For tests that need a process of their own, with its own environment: the test program starts itself again with one
//! of its tests, talks to it by lines, and ends it.

use std::{
    io::{BufRead, BufReader, Lines, Stdin, Write},
    process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio},
};

/// Set in such a process.
const MARK: &str = "ROSTER_TEST_PROBE";
/// Before each line that is meant for the test.
const WORD: &str = "PROBE ";

/// The other process.
#[derive(Debug)]
pub(crate) struct Probe {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    /// Where it works: a crash may leave something there.
    _folder: tempfile::TempDir,
}

impl Probe {
    /// Starts the test of this name (its whole path) in a process of its own; a variable without a value is taken out.
    pub(crate) fn start(test: &str, environment: &[(&str, Option<&str>)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.current_dir(folder.path());
        command.args(["--exact", test, "--ignored", "--nocapture"]).env(MARK, "1");
        for (name, value) in environment {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (to, from) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        Self { child, to, from, _folder: folder }
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Says a line to it.
    pub(crate) fn tell(&mut self, line: &str) {
        writeln!(self.to, "{line}").unwrap();
    }

    /// The next line that it says to the test.
    pub(crate) fn hear(&mut self) -> String {
        let mut line = String::new();
        loop {
            line.clear();
            assert_ne!(self.from.read_line(&mut line).unwrap(), 0, "the probe ended without a word");
            if let Some((_, said)) = line.trim_end().split_once(WORD) {
                return said.to_owned();
            }
        }
    }

    /// Says a line and hears the answer.
    pub(crate) fn ask(&mut self, line: &str) -> String {
        self.tell(line);
        self.hear()
    }

    pub(crate) fn wait(mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }
}

impl Drop for Probe {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// In the other process: what the test says.
pub(crate) struct Told(Lines<BufReader<Stdin>>);

impl Told {
    /// Nothing when the test was started by somebody else, who asked for ignored tests.
    pub(crate) fn by_a_test() -> Option<Self> {
        std::env::var_os(MARK).map(|_| Self(BufReader::new(std::io::stdin()).lines()))
    }

    /// The next line; none when the test is over.
    pub(crate) fn next(&mut self) -> Option<String> {
        self.0.next().and_then(Result::ok)
    }
}

/// In the other process: a line to the test.
pub(crate) fn say(line: &str) {
    println!("{WORD}{line}");
}

/// One line for the table of `cargo xtask soak`.
pub(crate) fn soak(what: &str, tried: u64, failed: u64, note: &str) {
    println!("SOAK {}", serde_json::json!({ "what": what, "tried": tried, "failed": failed, "note": note }));
}
