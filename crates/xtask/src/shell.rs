//! Processes and the terminal.

use std::{
    ffi::OsStr,
    fmt::Display,
    fs::File,
    io,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

/// What kept a command of ours from being done.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// A program could not be started.
    #[error("cannot start `{program}`: {source}")]
    Start { program: String, source: io::Error },
    /// A program ended badly.
    #[error("`{line}` failed ({status})")]
    Status { line: String, status: ExitStatus },
    /// A file or folder could not be used.
    #[error("{path}: {source}", path = path.display())]
    File { path: PathBuf, source: io::Error },
    /// Something that only the person can put right; says how.
    #[error("{0}")]
    Needs(String),
}

/// Says something to whoever runs the command.
#[allow(clippy::print_stdout, reason = "a terminal is what xtask talks to")]
pub(crate) fn say(line: impl Display) {
    println!("{line}");
}

/// Says what went wrong.
#[allow(clippy::print_stderr, reason = "a terminal is what xtask talks to")]
pub(crate) fn complain(error: &dyn Display) {
    eprintln!("xtask: {error}");
}

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_path_buf()
}

/// Where cargo puts what it builds.
pub(crate) fn target_dir() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(dir) => root().join(dir),
        None => root().join("target"),
    }
}

/// The command, in the root of the repository.
pub(crate) fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root());
    command
}

/// `cargo`, the same one that runs us.
pub(crate) fn cargo() -> Command {
    command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Runs it with our terminal and waits.
///
/// # Errors
/// When it cannot be started or ends badly.
pub(crate) fn run(command: &mut Command) -> Result<(), Failure> {
    let line = line_of(command);
    say(format_args!("$ {line}"));
    let status = command.status().map_err(|source| start_failure(command, source))?;
    if status.success() { Ok(()) } else { Err(Failure::Status { line, status }) }
}

/// Runs it quietly and answers what it wrote; `None` when it is not there or ends badly.
pub(crate) fn ask(command: &mut Command) -> Option<String> {
    let output = command.stderr(Stdio::null()).stdin(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Whether a program of this name can be found.
pub(crate) fn is_installed(program: &str) -> bool {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&paths).chain([PathBuf::from("/usr/sbin"), PathBuf::from("/sbin")]).any(|folder| {
        folder.join(program).is_file() || folder.join(format!("{program}{}", std::env::consts::EXE_SUFFIX)).is_file()
    })
}

/// A process that goes when we go.
#[derive(Debug)]
pub(crate) struct Background(Child);

impl Background {
    /// Starts it with its words in a file.
    ///
    /// # Errors
    /// When the file cannot be made or the program not be started.
    pub(crate) fn start(command: &mut Command, log: &Path) -> Result<Self, Failure> {
        let file = |source| Failure::File { path: log.into(), source };
        let out = File::create(log).map_err(file)?;
        let err = out.try_clone().map_err(file)?;
        let child = command.stdin(Stdio::null()).stdout(out).stderr(err).spawn();
        child.map(Self).map_err(|source| start_failure(command, source))
    }

    /// Whether it is still there.
    pub(crate) fn is_running(&mut self) -> bool {
        matches!(self.0.try_wait(), Ok(None))
    }
}

impl Drop for Background {
    /// Asks it to end, and makes it end when it does not listen.
    fn drop(&mut self) {
        #[cfg(unix)]
        let _ = Command::new("kill").args(["-TERM", &self.0.id().to_string()]).stderr(Stdio::null()).status();
        let asked = Instant::now();
        while asked.elapsed() < Duration::from_secs(3) {
            if !self.is_running() {
                return;
            }
            pause();
        }
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Waits for `ready`, at most `limit`; answers whether it came.
pub(crate) fn wait_for(limit: Duration, mut ready: impl FnMut() -> bool) -> bool {
    let started = Instant::now();
    loop {
        if ready() {
            return true;
        }
        if started.elapsed() > limit {
            return false;
        }
        pause();
    }
}

#[allow(clippy::disallowed_methods, reason = "xtask has one thread and nothing else to do")]
fn pause() {
    std::thread::sleep(Duration::from_millis(30));
}

fn start_failure(command: &Command, source: io::Error) -> Failure {
    Failure::Start { program: command.get_program().to_string_lossy().into_owned(), source }
}

fn line_of(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}
