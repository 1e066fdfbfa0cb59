//! The memory of running processes: everything that is mapped, and the shared memory they hold.
//!
//! Reading another process's memory needs the same user and a process that allows it; one that is "not dumpable",
//! as a release of the app is, can be read by root alone.

use std::{
    fs::{self, File},
    io,
    os::unix::fs::FileExt,
};

use super::{Finder, Found, Process};

const PART: usize = 4 << 20;
const PAGE: u64 = 4096;
/// Pages of the system itself, which no file reads.
const UNREADABLE: [&str; 3] = ["[vvar]", "[vvar_vclock]", "[vsyscall]"];

/// Looks through the memory of these processes. One that has ended in the meantime has no memory.
///
/// # Errors
/// When the memory of a running process cannot be read at all.
pub fn search_memory(processes: &[Process], finder: &Finder) -> io::Result<Found> {
    let mut found = Found::default();
    for process in processes {
        match search(process, finder, &mut found) {
            Err(error) if process.file("stat").exists() && !is_gone(&error) => return Err(error),
            _ => {}
        }
    }
    Ok(found)
}

/// What the system says of a process that ended while it was read.
fn is_gone(error: &io::Error) -> bool {
    const NO_SUCH_PROCESS: i32 = 3;
    error.kind() == io::ErrorKind::NotFound || error.raw_os_error() == Some(NO_SUCH_PROCESS)
}

fn search(process: &Process, finder: &Finder, found: &mut Found) -> io::Result<()> {
    let maps = fs::read_to_string(process.file("maps"))?;
    let memory = File::open(process.file("mem"))?;
    let present = File::open(process.file("pagemap"))?;
    for mapping in maps.lines().filter_map(Mapping::parse) {
        let place = |at: u64| format!("in {} ({}) at {at:#x} {}", process.name, process.id, mapping.name);
        // Untouched pages of a private mapping hold nothing of this process; a web view reserves very many of them.
        for (from, to) in if mapping.shared { vec![(mapping.from, mapping.to)] } else { touched(&present, &mapping)? } {
            read_parts(&memory, (from, to), finder, found, &place);
        }
    }
    search_held_memory(process, finder, found)
}

/// Shared memory that a process holds without having mapped it, such as a message that nobody has read yet.
fn search_held_memory(process: &Process, finder: &Finder, found: &mut Found) -> io::Result<()> {
    for entry in fs::read_dir(process.file("fd"))?.flatten() {
        let path = entry.path();
        let Ok(target) = fs::read_link(&path) else { continue };
        let name = target.to_string_lossy().into_owned();
        if !name.starts_with("/memfd:") && !name.starts_with("/dev/shm/") {
            continue;
        }
        let (Ok(file), Ok(facts)) = (File::open(&path), fs::metadata(&path)) else { continue };
        let place = |at: u64| format!("in {} ({}) at {at:#x} of {name}", process.name, process.id);
        read_parts(&file, (0, facts.len()), finder, found, &place);
    }
    Ok(())
}

fn read_parts(
    memory: &File,
    (from, to): (u64, u64),
    finder: &Finder,
    found: &mut Found,
    place: &dyn Fn(u64) -> String,
) {
    let mut at = from;
    let mut part = vec![0; PART + finder.overlap()];
    while at < to {
        let wanted = usize::try_from(to - at).unwrap_or(usize::MAX).min(part.len());
        // What cannot be read (a device's memory, a mapping that has just gone) cannot be found by anybody else.
        let Ok(read @ 1..) = memory.read_at(&mut part[..wanted], at) else { return };
        finder.look(&part[..read], found, |offset| place(at + offset as u64));
        if at + read as u64 >= to {
            return;
        }
        at += read.saturating_sub(finder.overlap()).max(1) as u64;
    }
}

/// One line of `/proc/ID/maps`.
struct Mapping {
    from: u64,
    to: u64,
    shared: bool,
    name: String,
}

impl Mapping {
    /// `FROM-TO rwxp OFFSET DEVICE INODE NAME`; none when it cannot be read.
    fn parse(line: &str) -> Option<Self> {
        let mut words = line.split_ascii_whitespace();
        let (from, to) = words.next()?.split_once('-')?;
        let rights = words.next()?;
        let name = words.nth(3).unwrap_or("anonymous").to_owned();
        if !rights.starts_with('r') || UNREADABLE.contains(&name.as_str()) {
            return None;
        }
        let number = |text| u64::from_str_radix(text, 16).ok();
        Some(Self { from: number(from)?, to: number(to)?, shared: rights.ends_with('s'), name })
    }
}

/// The parts of a mapping whose pages are in memory or swapped out.
fn touched(pagemap: &File, mapping: &Mapping) -> io::Result<Vec<(u64, u64)>> {
    const PRESENT_OR_SWAPPED: u8 = 0xc0;
    let pages = usize::try_from((mapping.to - mapping.from) / PAGE).unwrap_or(usize::MAX);
    let mut parts: Vec<(u64, u64)> = Vec::new();
    let mut entries = vec![0; pages.min(1 << 16) * 8];
    let mut page = 0;
    while page < pages {
        let wanted = (pages - page).min(entries.len() / 8) * 8;
        let read = pagemap.read_at(&mut entries[..wanted], (mapping.from / PAGE + page as u64) * 8)?;
        if read < 8 {
            break;
        }
        for (number, entry) in entries[..read].chunks_exact(8).enumerate() {
            if entry[7] & PRESENT_OR_SWAPPED == 0 {
                continue;
            }
            let from = mapping.from + (page + number) as u64 * PAGE;
            match parts.last_mut() {
                Some((_, to)) if *to == from => *to = from + PAGE,
                _ => parts.push((from, from + PAGE)),
            }
        }
        page += read / 8;
    }
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secrets::{Kind, family, flock};

    #[test]
    fn what_this_process_holds_is_found_and_what_it_does_not_hold_is_not() {
        let held = flock(Kind::Note, 11, 3);
        let finder = Finder::new(flock(Kind::Token, 11, 3));
        // The finder holds its own canaries, so they are there to be found, in every form.
        let me: Vec<_> = family(std::process::id()).into_iter().take(1).collect();
        let found = search_memory(&me, &finder).unwrap();
        assert_eq!(found.count(), 3, "{}", found.tell(&finder));
        let mut other = std::process::Command::new("sleep").arg("30").spawn().unwrap();
        let finder = Finder::new(held);
        let found = search_memory(&[Process { id: other.id(), name: "sleep".into() }], &finder).unwrap();
        other.kill().unwrap();
        other.wait().unwrap();
        assert!(found.bytes > 100_000, "{found}");
        assert_eq!(found.count(), 0, "{}", found.tell(&finder));
    }

    #[test]
    fn lines_of_a_map_are_read() {
        let line = "7f00-8f00 rw-s 00000000 00:01 12    /memfd:x (deleted)";
        let mapping = Mapping::parse(line).unwrap();
        assert_eq!(
            (mapping.from, mapping.to, mapping.shared, mapping.name.as_str()),
            (0x7f00, 0x8f00, true, "/memfd:x")
        );
        assert!(Mapping::parse("7f00-8f00 ---p 00000000 00:00 0").is_none());
    }
}
