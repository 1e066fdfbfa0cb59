//! A program and everything it started.

use std::{collections::BTreeMap, fs, path::PathBuf};

/// A running process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Process {
    /// Its id.
    pub id: u32,
    /// Its name, as the system shortens it.
    pub name: String,
}

impl Process {
    pub(super) fn file(&self, name: &str) -> PathBuf {
        PathBuf::from(format!("/proc/{}/{name}", self.id))
    }
}

/// The process and all its descendants, itself first.
pub fn family(first: u32) -> Vec<Process> {
    let mut children: BTreeMap<u32, Vec<Process>> = BTreeMap::new();
    let mut root = None;
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Some(id) = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else { continue };
        // A process may end while it is looked at: then it is none of them.
        let Some((parent, name)) = fs::read_to_string(entry.path().join("stat")).ok().and_then(|stat| parent_of(&stat))
        else {
            continue;
        };
        let process = Process { id, name };
        if id == first {
            root = Some(process.clone());
        }
        children.entry(parent).or_default().push(process);
    }
    let mut all: Vec<Process> = root.into_iter().collect();
    let mut next = 0;
    while let Some(process) = all.get(next) {
        all.extend(children.remove(&process.id).unwrap_or_default());
        next += 1;
    }
    all
}

/// The parent and the name, out of `ID (NAME) STATE PARENT …`; the name may hold anything.
fn parent_of(stat: &str) -> Option<(u32, String)> {
    let (before, after) = stat.rsplit_once(") ")?;
    let name = before.split_once(" (")?.1.to_owned();
    Some((after.split(' ').nth(1)?.parse().ok()?, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_look_like_anything() {
        assert_eq!(parent_of("12 (a) b (c)) S 7 12 12"), Some((7, String::from("a) b (c)"))));
    }

    #[test]
    fn children_of_children_belong_to_the_family() {
        let mut shell = std::process::Command::new("sh").args(["-c", "sleep 60 & wait"]).spawn().unwrap();
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(5);
        while !family(std::process::id()).iter().any(|process| process.name == "sleep") {
            assert!(std::time::Instant::now() < deadline, "{:?}", family(std::process::id()));
        }
        for process in family(shell.id()).into_iter().rev() {
            std::process::Command::new("kill").arg(process.id.to_string()).status().unwrap();
        }
        shell.wait().unwrap();
    }
}
