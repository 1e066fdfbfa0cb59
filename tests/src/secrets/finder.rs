//! All canaries in all forms, looked for at once.

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
};

use super::{Canary, Form};

/// How many bytes of a pattern are compared first. No form is shorter.
const HEAD: usize = 8;
/// A bit for each hash of a head, few enough to stay in the processor's cache.
const SIEVE_BITS: u32 = 18;

/// Looks for canaries in bytes.
pub struct Finder {
    canaries: Vec<Canary>,
    /// Which heads may be ones of ours: nearly all others are told apart by one bit.
    sieve: Vec<u64>,
    patterns: HashMap<[u8; HEAD], Vec<Pattern>>,
    longest: usize,
}

struct Pattern {
    bytes: Vec<u8>,
    canary: usize,
    form: Form,
}

/// Canaries that were found, and where.
#[derive(Debug, Default, Clone)]
pub struct Found {
    /// By canary: the places, in words.
    pub places: BTreeMap<usize, Vec<String>>,
    /// How many bytes were looked at.
    pub bytes: u64,
}

impl Finder {
    /// A finder of these. A form shorter than eight bytes is not looked for.
    pub fn new(canaries: Vec<Canary>) -> Self {
        let mut sieve = vec![0; (1 << SIEVE_BITS) / 64];
        let mut patterns: HashMap<[u8; HEAD], Vec<Pattern>> = HashMap::new();
        let mut longest = HEAD;
        for (canary, forms) in canaries.iter().map(Canary::forms).enumerate() {
            for (form, bytes) in forms {
                let Some(head) = bytes.first_chunk::<HEAD>().copied() else { continue };
                let (word, bit) = sieve_place(head);
                sieve[word] |= 1 << bit;
                longest = longest.max(bytes.len());
                patterns.entry(head).or_default().push(Pattern { bytes, canary, form });
            }
        }
        Self { canaries, sieve, patterns, longest }
    }

    /// What it looks for.
    pub fn canaries(&self) -> &[Canary] {
        &self.canaries
    }

    /// By how much two parts of one text must overlap so that nothing is missed between them.
    pub(super) fn overlap(&self) -> usize {
        self.longest - 1
    }

    /// Looks through `bytes`; `place` says where a thing at an offset stands.
    pub(super) fn look(&self, bytes: &[u8], found: &mut Found, place: impl Fn(usize) -> String) {
        found.bytes += bytes.len() as u64;
        let mut rest = bytes;
        while let Some(head) = rest.first_chunk::<HEAD>() {
            let (word, bit) = sieve_place(*head);
            if self.sieve[word] >> bit & 1 == 1 {
                for pattern in self.patterns.get(head).into_iter().flatten() {
                    if rest.starts_with(&pattern.bytes) {
                        let at = bytes.len() - rest.len();
                        let places = found.places.entry(pattern.canary).or_default();
                        places.push(format!("{:?} {}", pattern.form, place(at)));
                    }
                }
            }
            rest = &rest[1..];
        }
    }
}

fn sieve_place(head: [u8; HEAD]) -> (usize, u64) {
    let hash = u64::from_le_bytes(head).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - SIEVE_BITS);
    ((hash / 64) as usize, hash % 64)
}

impl Found {
    /// How many different canaries.
    pub fn count(&self) -> usize {
        self.places.len()
    }

    /// The first few, with where they are.
    pub fn tell(&self, finder: &Finder) -> String {
        let mut lines = vec![self.to_string()];
        for (number, places) in self.places.iter().take(12) {
            let first: Vec<&str> = places.iter().take(3).map(String::as_str).collect();
            lines.push(format!("{} ×{}: {}", finder.canaries()[*number], places.len(), first.join(" | ")));
        }
        lines.join("\n")
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} canaries in {} MiB", self.count(), self.bytes >> 20)
    }
}
