//! What the process does against its own memory reaching a disk or another program: the first thing in `main`, before
//! any secret is there.
//!
//! The limit for core dumps is inherited by the web view's processes. Not being dumpable is not: a program that is
//! started begins dumpable again.

/// What was achieved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Hardening {
    /// Whether a crash writes no memory to the disk.
    pub(crate) core_dumps_off: bool,
}

/// Whether this is a build for people. Developers' debuggers and the tests that look into the memory of a debug build
/// need it open.
const FOR_PEOPLE: bool = !cfg!(debug_assertions);

/// Turns core dumps off and, in a release, closes the process to other programs of the same user.
pub(crate) fn harden() -> Hardening {
    if FOR_PEOPLE {
        close_memory();
    }
    Hardening { core_dumps_off: turn_core_dumps_off() }
}

#[cfg(unix)]
fn turn_core_dumps_off() -> bool {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    let none = Rlimit { current: Some(0), maximum: Some(0) };
    // What counts is what holds afterwards.
    let _ = setrlimit(Resource::Core, none);
    getrlimit(Resource::Core).current == Some(0)
}

/// Windows keeps what its error reporting writes to itself; there is no limit that a program sets.
#[cfg(not(unix))]
fn turn_core_dumps_off() -> bool {
    false
}

/// No debugger of the same user gets in, and what the system shows of the process belongs to root.
#[cfg(target_os = "linux")]
fn close_memory() {
    use rustix::process::{DumpableBehavior, set_dumpable_behavior};

    // A kernel without it leaves the process as open as every other.
    let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
}

#[cfg(not(target_os = "linux"))]
fn close_memory() {}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use std::{fs, os::unix::fs::MetadataExt, os::unix::process::ExitStatusExt};

    use super::*;
    use crate::probe::Probe;

    const PROBE: &str = "hardening::tests::probe";

    /// A process that does what `main` does, waits to be looked at, and crashes.
    #[test]
    #[ignore = "a process that other tests start"]
    fn probe() {
        let Some(mut told) = crate::probe::Told::by_a_test() else { return };
        let soft = rustix::process::Rlimit { current: Some(1 << 20), maximum: Some(1 << 20) };
        rustix::process::setrlimit(rustix::process::Resource::Core, soft).unwrap();
        if told.next().as_deref() == Some("harden") {
            let hardened = harden();
            close_memory();
            crate::probe::say(&format!("core dumps off: {}", hardened.core_dumps_off));
        } else {
            crate::probe::say("as it is");
        }
        let mut child = std::process::Command::new("sleep").arg("60").spawn().unwrap();
        crate::probe::say(&child.id().to_string());
        let _ = told.next();
        child.kill().unwrap();
        child.wait().unwrap();
        std::process::abort();
    }

    fn core_limit(pid: u32) -> String {
        let limits = fs::read_to_string(format!("/proc/{pid}/limits")).unwrap();
        let line = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
        line.split_whitespace().skip(4).take(2).collect::<Vec<_>>().join(" ")
    }

    fn look(word: &str) -> (String, String, bool, bool) {
        let mut probe = Probe::start(PROBE, &[]);
        probe.tell(word);
        let first = probe.hear();
        let child: u32 = probe.hear().parse().unwrap();
        let (own, childs) = (core_limit(probe.id()), core_limit(child));
        // As root every file of every process is root's; what the process itself says counts then.
        let root_owned = fs::metadata(format!("/proc/{}/environ", probe.id())).unwrap().uid() == 0;
        let closed = root_owned || rustix::process::geteuid().is_root();
        assert!(first == "as it is" || first == "core dumps off: true", "{first}");
        assert_eq!(first == "as it is", word != "harden");
        probe.tell("end");
        let status = probe.wait();
        assert!(status.signal().is_some(), "it crashed: {status:?}");
        (own, childs, closed, status.core_dumped())
    }

    #[test]
    fn a_hardened_process_and_its_children_leave_no_core() {
        let (own, child, closed, dumped) = look("harden");
        assert_eq!((own.as_str(), child.as_str()), ("0 0", "0 0"));
        assert!(closed && !dumped);
        // The same look at a process that is not hardened sees the difference.
        let (own, child, _, _) = look("leave");
        assert_ne!((own.as_str(), child.as_str()), ("0 0", "0 0"));
    }

    #[test]
    fn closing_the_memory_holds() {
        // In a process of its own: this one stays open to whoever debugs the tests.
        let mut probe = Probe::start("hardening::tests::closed_probe", &[]);
        assert_eq!(probe.hear(), "Dumpable then NotDumpable");
        assert!(probe.wait().success());
    }

    #[test]
    #[ignore = "a process that other tests start"]
    fn closed_probe() {
        if crate::probe::Told::by_a_test().is_none() {
            return;
        }
        let before = rustix::process::dumpable_behavior().unwrap();
        close_memory();
        crate::probe::say(&format!("{before:?} then {:?}", rustix::process::dumpable_behavior().unwrap()));
    }
}
