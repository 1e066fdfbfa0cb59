//! The order that test and library share: which call is refused and how. The library is `tests/shim/refuse.c`.

use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

const SOURCE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/shim/refuse.c");
const ORDER: &str = "ROSTER_REFUSE";
const UNDER: &str = "ROSTER_REFUSE_UNDER";

/// What is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Refusal {
    /// Number of the first call that fails, from 1.
    pub(super) first: u64,
    /// And every later one, until [`Order::lift`].
    pub(super) lasting: bool,
    /// The system's number for the error; 0 for writes that take half.
    pub(super) error: i32,
}

/// The shared numbers, in the order of the library's `struct order`.
#[derive(Debug)]
pub(super) struct Order(File);

impl Order {
    /// Builds the library once, and has `command` load it for files under `under`.
    pub(super) fn attach(command: &mut Command, place: &Path, under: &Path) {
        let file = place.join("order");
        fs::write(&file, [0; 64]).unwrap();
        command.env("LD_PRELOAD", library()).env(ORDER, file).env(UNDER, under);
    }

    /// The order of this process, which was started with [`attach`](Self::attach).
    pub(super) fn of_this_process() -> (Self, PathBuf) {
        let path = std::env::var_os(ORDER).expect("started with the library");
        let order = Self(File::options().read(true).write(true).open(path).unwrap());
        assert_eq!(order.number(7), 1, "the library is loaded");
        (order, std::env::var_os(UNDER).unwrap().into())
    }

    pub(super) fn place(&self, refusal: Refusal) {
        // EACCES, EMFILE and EIO meet whoever reads as well.
        let readers = u64::from([5, 13, 24].contains(&refusal.error));
        let numbers = [refusal.first, u64::from(refusal.lasting), refusal.error as u64, 0, 0, readers];
        for (at, number) in (1..).zip(numbers) {
            self.set(at, number);
        }
        self.set(0, 1);
    }

    /// Nothing is refused any more.
    pub(super) fn lift(&self) {
        self.set(0, 0);
    }

    /// Calls counted since it was placed.
    pub(super) fn seen(&self) -> u64 {
        self.number(4)
    }

    /// Calls refused since it was placed.
    pub(super) fn refused(&self) -> u64 {
        self.number(5)
    }

    fn number(&self, at: u64) -> u64 {
        let mut bytes = [0; 8];
        self.0.read_exact_at(&mut bytes, at * 8).unwrap();
        u64::from_ne_bytes(bytes)
    }

    fn set(&self, at: u64, number: u64) {
        self.0.write_all_at(&number.to_ne_bytes(), at * 8).unwrap();
    }
}

/// Where the built library is. Whoever has cargo has a C compiler: cargo links with it.
fn library() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let folder = std::env::temp_dir().join(format!("roster-refuse-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let library = folder.join("refuse.so");
        let built =
            Command::new("cc").args(["-O2", "-shared", "-fPIC", "-o"]).arg(&library).arg(SOURCE).arg("-ldl").status();
        assert!(
            built.is_ok_and(|status| status.success()),
            "this test needs a C compiler (apt-get install build-essential)"
        );
        library
    })
}
