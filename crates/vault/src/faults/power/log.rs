//! What strace wrote, as events of a disk.

use std::collections::BTreeMap;

/// Every call that changes a file, a folder or what a number stands for.
pub(super) const CALLS: &str = "openat,close,write,pwrite64,lseek,ftruncate,fsync,fdatasync,rename,renameat,renameat2,\
                                unlink,unlinkat,mkdir,mkdirat,rmdir,copy_file_range,sendfile,dup,dup2,dup3,fcntl";

/// One finished call. Numbers of open files are as the process saw them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Event {
    Open {
        fd: i64,
        dir: Option<i64>,
        path: String,
        truncate: bool,
    },
    Close {
        fd: i64,
    },
    /// `at` is `None` for a write where the last one ended.
    Write {
        fd: i64,
        at: Option<u64>,
        bytes: Vec<u8>,
    },
    Seek {
        fd: i64,
        to: u64,
    },
    Truncate {
        fd: i64,
        length: u64,
    },
    /// A sync has begun: it will cover what was written by now.
    SyncBegins {
        thread: String,
        fd: i64,
    },
    SyncEnds {
        thread: String,
    },
    Rename {
        from: String,
        to: String,
    },
    Remove {
        dir: Option<i64>,
        path: String,
    },
    MakeDir {
        path: String,
    },
    Copy {
        from: i64,
        to: i64,
        length: u64,
    },
    /// Something was written to standard output.
    Said(String),
}

impl Event {
    /// Whether another disk may be left when the power goes right after it.
    pub(super) fn matters(&self) -> bool {
        !matches!(
            self,
            Self::Open { truncate: false, .. } | Self::Close { .. } | Self::Seek { .. } | Self::SyncBegins { .. }
        )
    }
}

/// The events of a log, in the order in which the calls ended; syncs also when they began.
pub(super) fn events(log: &str) -> Vec<Event> {
    let mut begun: BTreeMap<&str, String> = BTreeMap::new();
    let mut events = Vec::new();
    for line in log.lines() {
        let Some((thread, rest)) = line.split_once(' ') else { continue };
        let rest = rest.trim_start();
        let (call, first) = match rest.strip_prefix("<... ") {
            Some(second) => {
                let Some((_, second)) = second.split_once("resumed>") else { continue };
                (begun.remove(thread).unwrap_or_default() + second, false)
            }
            None => (rest.to_owned(), true),
        };
        let unfinished = call.strip_suffix("<unfinished ...>").map(|call| call.trim_end().to_owned());
        let name = call.split('(').next().unwrap_or_default();
        if first && ["fsync", "fdatasync"].contains(&name) {
            let fd = arguments(&call).first().and_then(|fd| fd.parse().ok()).unwrap_or(-1);
            events.push(Event::SyncBegins { thread: thread.to_owned(), fd });
        }
        if first && name == "write" && arguments(&call).first().map(String::as_str) == Some("1") {
            // A promise counts from the moment its writing begins.
            let said = arguments(&call).get(1).map(|text| String::from_utf8_lossy(&unhex(text)).into_owned());
            events.extend(said.map(Event::Said));
        }
        match unfinished {
            Some(call) => drop(begun.insert(thread, call)),
            None => events.extend(finished(thread, &call)),
        }
    }
    events
}

fn finished(thread: &str, call: &str) -> Option<Event> {
    let (_, answer) = call.rsplit_once(" = ")?;
    let answer: i64 = answer.split(' ').next()?.parse().ok()?;
    if answer < 0 {
        return None;
    }
    let arguments = arguments(call);
    let number = |at: usize| arguments.get(at).and_then(|text| text.parse::<i64>().ok());
    let text = |at: usize| arguments.get(at).map(|text| String::from_utf8_lossy(&unhex(text)).into_owned());
    let bytes = |at: usize| arguments.get(at).map(|text| unhex(text)[..answer as usize].to_vec());
    Some(match call.split('(').next()? {
        "openat" => {
            Event::Open { fd: answer, dir: number(0), path: text(1)?, truncate: arguments.get(2)?.contains("O_TRUNC") }
        }
        "close" => Event::Close { fd: number(0)? },
        "write" if number(0)? == 1 => return None,
        "write" => Event::Write { fd: number(0)?, at: None, bytes: bytes(1)? },
        "pwrite64" => Event::Write { fd: number(0)?, at: Some(number(3)? as u64), bytes: bytes(1)? },
        "lseek" => Event::Seek { fd: number(0)?, to: answer as u64 },
        "ftruncate" => Event::Truncate { fd: number(0)?, length: number(1)? as u64 },
        "fsync" | "fdatasync" => Event::SyncEnds { thread: thread.to_owned() },
        "rename" => Event::Rename { from: text(0)?, to: text(1)? },
        "renameat" | "renameat2" => Event::Rename { from: text(1)?, to: text(3)? },
        "unlink" | "rmdir" => Event::Remove { dir: None, path: text(0)? },
        "unlinkat" => Event::Remove { dir: number(0), path: text(1)? },
        "mkdir" => Event::MakeDir { path: text(0)? },
        "mkdirat" => Event::MakeDir { path: text(1)? },
        "copy_file_range" => Event::Copy { from: number(0)?, to: number(2)?, length: answer as u64 },
        "sendfile" => Event::Copy { from: number(1)?, to: number(0)?, length: answer as u64 },
        _ => return None,
    })
}

/// The arguments of a call; texts without their quotes.
fn arguments(call: &str) -> Vec<String> {
    let inner = call.split_once('(').map_or("", |(_, inner)| inner);
    let inner = inner.rsplit_once(" = ").map_or(inner, |(inner, _)| inner).trim_end();
    let inner = inner.strip_suffix("<unfinished ...>").unwrap_or(inner).trim_end();
    let inner = inner.strip_suffix(')').unwrap_or(inner);
    // With every byte in hex no text has a comma or a quote.
    inner.split(',').map(|argument| argument.trim().trim_matches('"').to_owned()).collect()
}

/// `\x2f\x74` to bytes.
fn unhex(text: &str) -> Vec<u8> {
    text.split("\\x").skip(1).filter_map(|digits| u8::from_str_radix(digits.get(..2)?, 16).ok()).collect()
}

#[test]
fn calls_are_read_as_strace_writes_them() {
    let log = r#"7 openat(AT_FDCWD, "\x2f\x61", O_RDWR|O_CREAT|O_TRUNC|O_CLOEXEC, 0600) = 9
7 fdatasync(9 <unfinished ...>
8 pwrite64(9, "\x00\x2c", 2, 100) = 2
7 <... fdatasync resumed>) = 0
8 write(1, "\x68\x69\x0a", 3 <unfinished ...>
8 <... write resumed>) = 3
8 unlinkat(9, "\x62", AT_REMOVEDIR) = -1 ENOENT (No such file or directory)
8 renameat2(AT_FDCWD, "\x61", AT_FDCWD, "\x62", 0) = 0
"#;
    let expected = [
        Event::Open { fd: 9, dir: None, path: "/a".into(), truncate: true },
        Event::SyncBegins { thread: "7".into(), fd: 9 },
        Event::Write { fd: 9, at: Some(100), bytes: vec![0, 0x2c] },
        Event::SyncEnds { thread: "7".into() },
        Event::Said("hi\n".into()),
        Event::Rename { from: "a".into(), to: "b".into() },
    ];
    assert_eq!(events(log), expected);
}
