//! A model of a disk: what the process sees, what is certainly on the platter, and what may or may not be.
//!
//! File content is durable after `fsync` or `fdatasync` of the file; `sync_file_range` promises nothing. A name is
//! durable after `fsync` of its folder, and a rename happens as a whole. What is left of the rest: nothing, or the
//! oldest of the names that were not synced, and any of the 512-byte sectors.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::super::Dice;
use super::log::Event;

const SECTOR: usize = 512;

#[derive(Debug, Clone)]
enum Change {
    Write(usize, Vec<u8>),
    Length(usize),
}

impl Change {
    fn apply(&self, to: &mut Vec<u8>) {
        match self {
            Self::Write(at, bytes) => {
                to.resize(to.len().max(at + bytes.len()), 0);
                to[*at..at + bytes.len()].copy_from_slice(bytes);
            }
            Self::Length(length) => to.resize(*length, 0),
        }
    }
}

#[derive(Debug, Default)]
struct Inode {
    folder: bool,
    live: Vec<u8>,
    durable: Vec<u8>,
    /// Changes of the content that were not synced, oldest first.
    pending: Vec<(u64, Change)>,
    names: BTreeMap<String, usize>,
    durable_names: BTreeMap<String, usize>,
}

/// A change of names and when it was: in which folders, and what each name stands for afterwards.
#[derive(Debug)]
struct Renaming(u64, Vec<(usize, String, Option<usize>)>);

#[derive(Debug, Clone, Copy)]
struct OpenFile {
    inode: usize,
    at: u64,
}

pub(super) struct Disk {
    root: PathBuf,
    inodes: Vec<Inode>,
    open: BTreeMap<i64, OpenFile>,
    /// Changes of names that were not synced, oldest first.
    renamings: Vec<Renaming>,
    /// By thread: the file or folder a sync under way is of, and when it began.
    syncs: BTreeMap<String, (usize, u64)>,
    /// Changes so far: the time of this disk.
    now: u64,
}

impl Disk {
    /// An empty folder, everything above which is durable.
    pub(super) fn new(root: &Path) -> Self {
        let top = Inode { folder: true, ..Inode::default() };
        Self {
            root: root.to_owned(),
            inodes: vec![top],
            open: BTreeMap::new(),
            renamings: Vec::new(),
            syncs: BTreeMap::new(),
            now: 0,
        }
    }

    pub(super) fn happens(&mut self, event: &Event) {
        // What is not under the root is none of this disk's business.
        let _ = self.change(event);
    }

    fn change(&mut self, event: &Event) -> Option<()> {
        match event {
            Event::Open { fd, dir, path, truncate } => {
                self.open.remove(fd);
                let inode = self.find_or_make(*dir, path)?;
                self.open.insert(*fd, OpenFile { inode, at: 0 });
                if *truncate && !self.inodes[inode].live.is_empty() {
                    self.alter(inode, Change::Length(0));
                }
            }
            Event::Close { fd } => drop(self.open.remove(fd)),
            Event::Write { fd, at, bytes } => {
                let file = self.open.get_mut(fd)?;
                let start = at.unwrap_or(file.at);
                if at.is_none() {
                    file.at += bytes.len() as u64;
                }
                let inode = file.inode;
                self.alter(inode, Change::Write(start as usize, bytes.clone()));
            }
            Event::Seek { fd, to } => self.open.get_mut(fd)?.at = *to,
            Event::Truncate { fd, length } => {
                let inode = self.open.get(fd)?.inode;
                self.alter(inode, Change::Length(*length as usize));
            }
            Event::Copy { from, to, length } => {
                let source = *self.open.get(from)?;
                let start = source.at as usize;
                let bytes = self.inodes[source.inode].live[start..start + *length as usize].to_vec();
                self.open.get_mut(from)?.at += length;
                self.change(&Event::Write { fd: *to, at: None, bytes })?;
            }
            Event::SyncBegins { thread, fd } => {
                let inode = self.open.get(fd)?.inode;
                self.syncs.insert(thread.clone(), (inode, self.now));
            }
            Event::SyncEnds { thread } => {
                let (inode, began) = self.syncs.remove(thread)?;
                self.synced(inode, began);
            }
            Event::Rename { from, to } => {
                let (from, to) = (self.place(None, from)?, self.place(None, to)?);
                let inode = *self.inodes[from.0].names.get(&from.1)?;
                self.rename(vec![(from.0, from.1, None), (to.0, to.1, Some(inode))]);
            }
            Event::Remove { dir, path } => {
                let (folder, name) = self.place(*dir, path)?;
                self.rename(vec![(folder, name, None)]);
            }
            Event::MakeDir { path } => {
                let (folder, name) = self.place(None, path)?;
                self.inodes.push(Inode { folder: true, ..Inode::default() });
                self.rename(vec![(folder, name, Some(self.inodes.len() - 1))]);
            }
            Event::Said(_) => {}
        }
        Some(())
    }

    fn alter(&mut self, inode: usize, change: Change) {
        change.apply(&mut self.inodes[inode].live);
        self.now += 1;
        self.inodes[inode].pending.push((self.now, change));
    }

    fn rename(&mut self, names: Vec<(usize, String, Option<usize>)>) {
        for (folder, name, inode) in &names {
            set(&mut self.inodes[*folder].names, name, *inode);
        }
        self.now += 1;
        self.renamings.push(Renaming(self.now, names));
    }

    /// A sync that began then has ended: what was changed before it began is on the platter.
    fn synced(&mut self, inode: usize, began: u64) {
        let file = &mut self.inodes[inode];
        for (_, change) in file.pending.extract_if(.., |(at, _)| *at <= began) {
            change.apply(&mut file.durable);
        }
        let of_folder =
            |renaming: &mut Renaming| renaming.0 <= began && renaming.1.iter().any(|(folder, _, _)| *folder == inode);
        for Renaming(_, names) in self.renamings.extract_if(.., of_folder) {
            for (folder, name, inode) in &names {
                set(&mut self.inodes[*folder].durable_names, name, *inode);
            }
        }
    }

    /// The folder and the name a path means; `None` outside of this disk.
    fn place(&self, dir: Option<i64>, path: &str) -> Option<(usize, String)> {
        let path = Path::new(path);
        let (mut folder, below) = if path.is_absolute() {
            (0, path.strip_prefix(&self.root).ok()?)
        } else {
            (self.open.get(&dir?)?.inode, path)
        };
        let mut parts: Vec<String> = below.iter().map(|part| part.to_string_lossy().into_owned()).collect();
        let name = parts.pop()?;
        for part in parts {
            folder = *self.inodes[folder].names.get(&part)?;
        }
        Some((folder, name))
    }

    fn find_or_make(&mut self, dir: Option<i64>, path: &str) -> Option<usize> {
        if Path::new(path) == self.root {
            return Some(0);
        }
        let (folder, name) = self.place(dir, path)?;
        if let Some(inode) = self.inodes[folder].names.get(&name) {
            return Some(*inode);
        }
        // The call succeeded, so it made the file.
        self.inodes.push(Inode::default());
        let inode = self.inodes.len() - 1;
        self.rename(vec![(folder, name, Some(inode))]);
        Some(inode)
    }

    /// Everything as the process sees it.
    pub(super) fn live(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut found = Vec::new();
        let mut folders = vec![(0, PathBuf::new())];
        while let Some((folder, path)) = folders.pop() {
            for (name, inode) in &self.inodes[folder].names {
                if self.inodes[*inode].folder {
                    folders.push((*inode, path.join(name)));
                } else {
                    found.push((path.join(name), self.inodes[*inode].live.clone()));
                }
            }
        }
        found.sort();
        found
    }

    /// Writes what is left to a folder; with dice, some of what was not synced is left as well.
    pub(super) fn after_power_cut(&self, to: &Path, mut rest: Option<&mut Dice>) {
        let mut names: Vec<_> = self.inodes.iter().map(|inode| inode.durable_names.clone()).collect();
        // A file system keeps changes of names in their order.
        let kept = rest.as_mut().map_or(0, |dice| dice.next(self.renamings.len() + 1));
        for renaming in &self.renamings[..kept] {
            for (folder, name, inode) in &renaming.1 {
                set(&mut names[*folder], name, *inode);
            }
        }
        self.write_out(0, &names, to, &mut rest);
    }

    fn write_out(&self, folder: usize, names: &[BTreeMap<String, usize>], to: &Path, rest: &mut Option<&mut Dice>) {
        std::fs::create_dir_all(to).unwrap();
        for (name, inode) in &names[folder] {
            if self.inodes[*inode].folder {
                self.write_out(*inode, names, &to.join(name), rest);
            } else {
                std::fs::write(to.join(name), left_of(&self.inodes[*inode], rest)).unwrap();
            }
        }
    }
}

fn left_of(file: &Inode, rest: &mut Option<&mut Dice>) -> Vec<u8> {
    let mut left = file.durable.clone();
    let Some(dice) = rest else { return left };
    for (_, change) in &file.pending {
        match change {
            Change::Length(_) if dice.next(2) == 0 => change.apply(&mut left),
            Change::Length(_) => {}
            Change::Write(at, bytes) => {
                let mut start = *at;
                while start < at + bytes.len() {
                    let end = ((start / SECTOR + 1) * SECTOR).min(at + bytes.len());
                    if dice.next(2) == 0 {
                        Change::Write(start, bytes[start - at..end - at].to_vec()).apply(&mut left);
                    }
                    start = end;
                }
            }
        }
    }
    left
}

fn set(names: &mut BTreeMap<String, usize>, name: &str, inode: Option<usize>) {
    match inode {
        Some(inode) => drop(names.insert(name.to_owned(), inode)),
        None => drop(names.remove(name)),
    }
}
