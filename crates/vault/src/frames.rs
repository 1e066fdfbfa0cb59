//! Frames: the one way records are written to journal and checkpoint, and read back from damaged ones.
//!
//! ```text
//! file  = magic 8 | format u16 | vault id 16 | stamp 50 | mac 32 | frame…
//! frame = length u32 of what follows | sort u8 | stamp 50 | mac of the frame (or file head) before 32
//!       | op count u32 | op… | mac 32
//! op    = 1 | kind tag 8 | id 16 | version u64 | chunk count u32 | (length u32 | envelope)…
//!       | 2 | kind tag 8 | id 16
//! ```
//!
//! The macs are made with the journal's or the checkpoint's key of the stamp's epoch. Each covers everything
//! before it in its frame, and through the mac carried along the whole file before it.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read as _};

use crate::bytes::{Reader, length, put_prefixed};
use crate::crypto::{self, Key};
use crate::header::FORMAT;
use crate::keys::{EpochKeys, Keys};
use crate::manifest::Stamp;
use crate::sealed::{RecordKey, SealedRecord};

const MAC: usize = 32;
/// Length of what comes before the first frame, in bytes.
pub(crate) const FILE_HEAD: usize = 8 + 2 + 16 + Stamp::LEN + MAC;
/// Length of a frame without ops, in bytes.
pub(crate) const EMPTY_FRAME: usize = 4 + 1 + Stamp::LEN + MAC + 4 + MAC;
const PUT: u8 = 1;
const DELETE: u8 = 2;

/// Which file frames belong to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Volume {
    Journal,
    Checkpoint,
}

impl Volume {
    fn magic(self) -> &'static [u8; 8] {
        match self {
            Self::Journal => b"RosterJn",
            Self::Checkpoint => b"RosterCp",
        }
    }

    fn key(self, epoch: &EpochKeys) -> &Key {
        match self {
            Self::Journal => &epoch.journal,
            Self::Checkpoint => &epoch.checkpoint,
        }
    }
}

/// What a frame is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sort {
    /// One commit; its stamp is the state after it.
    Commit,
    /// Some records of a checkpoint.
    Part,
    /// The checkpoint has no more records.
    End,
}

impl Sort {
    fn code(self) -> u8 {
        match self {
            Self::Commit => 1,
            Self::Part => 2,
            Self::End => 3,
        }
    }

    fn read(code: u8) -> Option<Self> {
        [Self::Commit, Self::Part, Self::End].into_iter().find(|sort| sort.code() == code)
    }
}

/// One record of a frame: what is there afterwards, `None` for nothing.
pub(crate) type FrameOp = (RecordKey, Option<SealedRecord>);

/// A frame that was read and is authentic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) sort: Sort,
    pub(crate) stamp: Stamp,
    pub(crate) ops: Vec<FrameOp>,
}

/// Writes frames, each chained to the one before.
#[derive(Debug, Clone)]
pub(crate) struct Chain {
    volume: Volume,
    last: [u8; MAC],
}

impl Chain {
    /// Appends the head of a file to `out` and starts its chain.
    pub(crate) fn start(volume: Volume, keys: &Keys, stamp: &Stamp, out: &mut Vec<u8>) -> Self {
        let start = out.len();
        out.extend_from_slice(volume.magic());
        out.extend_from_slice(&FORMAT.to_be_bytes());
        out.extend_from_slice(&keys.vault_id);
        stamp.put(out);
        let last = authenticate(volume, keys, stamp, &out[start..]);
        out.extend_from_slice(&last);
        Self { volume, last }
    }

    /// Appends a frame to `out`.
    pub(crate) fn frame<'a>(
        &mut self,
        keys: &Keys,
        (sort, stamp): (Sort, &Stamp),
        ops: impl IntoIterator<Item = (&'a RecordKey, Option<&'a SealedRecord>)>,
        out: &mut Vec<u8>,
    ) {
        let start = out.len();
        out.extend_from_slice(&[0; 4]);
        out.push(sort.code());
        stamp.put(out);
        out.extend_from_slice(&self.last);
        let count_at = out.len();
        out.extend_from_slice(&[0; 4]);
        let mut count = 0;
        for (key, put) in ops {
            put_op(out, key, put);
            count += 1;
        }
        out[count_at..count_at + 4].copy_from_slice(&length(count).to_be_bytes());
        let following = length(out.len() + MAC - start - 4);
        out[start..start + 4].copy_from_slice(&following.to_be_bytes());
        self.last = authenticate(self.volume, keys, stamp, &out[start..]);
        out.extend_from_slice(&self.last);
    }
}

fn put_op(out: &mut Vec<u8>, key: &RecordKey, put: Option<&SealedRecord>) {
    out.push(if put.is_some() { PUT } else { DELETE });
    out.extend_from_slice(&key.to_bytes());
    if let Some(record) = put {
        out.extend_from_slice(&record.version.to_be_bytes());
        out.extend_from_slice(&length(record.chunks.len()).to_be_bytes());
        record.chunks.iter().for_each(|chunk| put_prefixed(out, chunk));
    }
}

fn authenticate(volume: Volume, keys: &Keys, stamp: &Stamp, covered: &[u8]) -> [u8; MAC] {
    let epoch = keys.epoch(stamp.epoch).unwrap_or(keys.current());
    crypto::hmac(&**volume.key(epoch), &[covered])
}

/// A file whose head and frames carry the macs of this vault over whatever stands in `inside`: after two bytes, which choose
/// sort and length, the ops of a frame, and so on.
#[cfg(any(test, fuzzing))]
pub(crate) fn forge(volume: Volume, keys: &Keys, stamp: &Stamp, mut inside: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut chain = Chain::start(volume, keys, stamp, &mut out);
    while let Some(([sort, size], rest)) = inside.split_first_chunk::<2>() {
        let (ops, rest) = rest.split_at(rest.len().min(usize::from(*size) * 16));
        inside = rest;
        let start = out.len();
        out.extend_from_slice(&length(EMPTY_FRAME - 8 + ops.len()).to_be_bytes());
        out.push(sort % 5);
        stamp.put(&mut out);
        out.extend_from_slice(&chain.last);
        out.extend_from_slice(ops);
        chain.last = authenticate(volume, keys, stamp, &out[start..]);
        out.extend_from_slice(&chain.last);
    }
    out
}

/// What reading a whole file gave.
#[derive(Debug)]
pub(crate) struct Scan {
    /// What the head of the file says; `None` when it is not authentic.
    pub(crate) start: Option<Stamp>,
    /// Every authentic frame, in order.
    pub(crate) frames: Vec<Frame>,
    /// Bytes up to the end of the last authentic frame.
    pub(crate) whole: u64,
    /// Something before `whole` is not authentic, or out of order.
    pub(crate) damaged: bool,
    /// There are bytes after `whole`.
    pub(crate) tail: bool,
    /// Where writing goes on.
    pub(crate) chain: Chain,
}

/// How much may be authenticated while frames are looked for: so many times the length of the file …
const SEARCH_FACTOR: u64 = 4;
/// … and so many bytes. Honest damage hardly ever looks like a frame; who fills a file with what does, so that each of its
/// bytes would have to be read once for each place, finds that reading ends early. By removing the rest they could have had
/// the same.
const SEARCH_BYTES: u64 = 1 << 20;

impl Scan {
    /// Reads what can be read: after a damaged stretch, the next authentic frame is looked for, at a cost that grows with
    /// the file's length and no faster.
    pub(crate) fn read(volume: Volume, keys: &Keys, bytes: &[u8]) -> Self {
        Self::read_paying(volume, keys, bytes).0
    }

    /// [`read`](Self::read), and how many bytes were authenticated for it.
    fn read_paying(volume: Volume, keys: &Keys, bytes: &[u8]) -> (Self, u64) {
        let start = file_head(volume, keys, bytes);
        let last = start.map_or([0; MAC], |(_, mac)| mac);
        let mut scan = Self {
            start: start.map(|(stamp, _)| stamp),
            frames: Vec::new(),
            whole: if start.is_some() { FILE_HEAD as u64 } else { 0 },
            damaged: start.is_none(),
            tail: false,
            chain: Chain { volume, last },
        };
        let mut at = if start.is_some() { FILE_HEAD } else { 0 };
        let (mut paid, affordable) = (0, SEARCH_FACTOR * bytes.len() as u64 + SEARCH_BYTES);
        while at < bytes.len() {
            match find_frame(volume, keys, &bytes[at..], (&mut paid, affordable)) {
                Some((skipped, found)) => {
                    let from = at + skipped;
                    scan.damaged |= from != at || found.before != scan.chain.last;
                    at = from + found.length;
                    scan.whole = at as u64;
                    scan.chain.last = found.mac;
                    scan.frames.push(found.frame);
                }
                None => {
                    scan.tail = true;
                    break;
                }
            }
        }
        (scan, paid)
    }
}

impl Scan {
    /// The epochs that anything in the file is authentic or sealed under.
    pub(crate) fn epochs(&self) -> BTreeSet<u16> {
        let stamps = self.frames.iter().map(|frame| frame.stamp).chain(self.start).map(|stamp| stamp.epoch);
        let records = self.frames.iter().flat_map(|frame| &frame.ops).filter_map(|(_, put)| put.as_ref());
        stamps.chain(records.flat_map(|record| record.epochs().flatten())).collect()
    }
}

/// Reads a file frame by frame, to see whether it is whole without holding it in memory.
#[derive(Debug)]
pub(crate) struct Check {
    file: File,
    volume: Volume,
    last: [u8; MAC],
}

/// What a step of a [`Check`] came upon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// A whole frame of this sort.
    Whole(Sort),
    /// The end of the file.
    End,
    /// Bytes that are no frame, or not the one that follows.
    Damaged,
}

impl Check {
    /// Opens a file and reads its head; `None` when that is not authentic.
    pub(crate) fn open(volume: Volume, keys: &Keys, mut file: File) -> io::Result<Option<Self>> {
        let mut head = Vec::with_capacity(FILE_HEAD);
        (&mut file).take(FILE_HEAD as u64).read_to_end(&mut head)?;
        Ok(file_head(volume, keys, &head).map(|(_, last)| Self { file, volume, last }))
    }

    /// Reads the next frame.
    pub(crate) fn step(&mut self, keys: &Keys) -> io::Result<Step> {
        let mut bytes = Vec::new();
        (&mut self.file).take(4).read_to_end(&mut bytes)?;
        if bytes.is_empty() {
            return Ok(Step::End);
        }
        let Ok(following) = <[u8; 4]>::try_from(&bytes[..]) else { return Ok(Step::Damaged) };
        (&mut self.file).take(u64::from(u32::from_be_bytes(following))).read_to_end(&mut bytes)?;
        Ok(match read_frame(self.volume, keys, &bytes, &mut 0) {
            Some(found) if found.before == self.last => {
                self.last = found.mac;
                Step::Whole(found.frame.sort)
            }
            _ => Step::Damaged,
        })
    }
}

fn file_head(volume: Volume, keys: &Keys, bytes: &[u8]) -> Option<(Stamp, [u8; MAC])> {
    let (covered, mac) = bytes.get(..FILE_HEAD)?.split_last_chunk::<MAC>()?;
    let mut reader = Reader::new(covered);
    let named = reader.take(8)? == volume.magic() && reader.u16()? == FORMAT && reader.array::<16>()? == keys.vault_id;
    let stamp = Stamp::read(&mut reader)?;
    keys.epoch(stamp.epoch)?;
    (named && crypto::same(&authenticate(volume, keys, &stamp, covered), mac)).then_some((stamp, *mac))
}

struct Found {
    frame: Frame,
    before: [u8; MAC],
    mac: [u8; MAC],
    length: usize,
}

/// The next frame and how many bytes come before it; `None` when there is none, or too much was paid for looking.
fn find_frame(
    volume: Volume,
    keys: &Keys,
    bytes: &[u8],
    (paid, affordable): (&mut u64, u64),
) -> Option<(usize, Found)> {
    for from in 0..bytes.len() {
        if *paid > affordable {
            return None;
        }
        if let Some(found) = read_frame(volume, keys, &bytes[from..], paid) {
            return Some((from, found));
        }
    }
    None
}

/// The frame that begins here; `None` when none does. What is authenticated to see that is added to `paid`, in bytes.
fn read_frame(volume: Volume, keys: &Keys, bytes: &[u8], paid: &mut u64) -> Option<Found> {
    let mut reader = Reader::new(bytes);
    let following = usize::try_from(reader.u32()?).ok()?;
    if 4 + following < EMPTY_FRAME || following > reader.remaining() {
        return None;
    }
    let sort = Sort::read(reader.u8()?)?;
    let stamp = Stamp::read(&mut reader)?;
    keys.epoch(stamp.epoch)?;
    let length = 4 + following;
    let (covered, mac) = bytes.get(..length)?.split_last_chunk::<MAC>()?;
    *paid += covered.len() as u64;
    if !crypto::same(&authenticate(volume, keys, &stamp, covered), mac) {
        return None;
    }
    let before = reader.array()?;
    let mut reader = Reader::new(&covered[4 + 1 + Stamp::LEN + MAC..]);
    let ops = (0..reader.u32()?).map(|_| read_op(&mut reader)).collect::<Option<_>>()?;
    reader.is_empty().then_some(Found { frame: Frame { sort, stamp, ops }, before, mac: *mac, length })
}

fn read_op(reader: &mut Reader<'_>) -> Option<FrameOp> {
    let op = reader.u8()?;
    let key = RecordKey::read(reader)?;
    match op {
        PUT => {
            let version = reader.u64()?;
            let chunks = (0..reader.u32()?).map(|_| Some(reader.prefixed()?.to_vec())).collect::<Option<_>>()?;
            Some((key, Some(SealedRecord { version, chunks })))
        }
        DELETE => Some((key, None)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::keys::Ring;
    use crate::manifest::Manifest;
    use crate::record::RecordId;

    fn ops() -> impl Strategy<Value = Vec<FrameOp>> {
        let chunk = prop::collection::vec(any::<u8>(), 0..40);
        let record = (any::<u64>(), prop::collection::vec(chunk, 0..4))
            .prop_map(|(version, chunks)| SealedRecord { version, chunks });
        let key = (any::<[u8; 8]>(), any::<[u8; 16]>()).prop_map(|(tag, id)| RecordKey { tag, id: RecordId::from(id) });
        prop::collection::vec((key, prop::option::of(record)), 0..5)
    }

    fn journal(keys: &Keys, commits: &[Vec<FrameOp>]) -> (Vec<u8>, Vec<Frame>, Vec<usize>) {
        let stamp = |generation| Stamp { generation, epoch: 0, manifest: Manifest::default() };
        let mut bytes = Vec::new();
        let mut chain = Chain::start(Volume::Journal, keys, &stamp(0), &mut bytes);
        let (mut frames, mut ends) = (Vec::new(), vec![bytes.len()]);
        for (ops, generation) in commits.iter().zip(1..) {
            let refs = ops.iter().map(|(key, put)| (key, put.as_ref()));
            chain.frame(keys, (Sort::Commit, &stamp(generation)), refs, &mut bytes);
            frames.push(Frame { sort: Sort::Commit, stamp: stamp(generation), ops: ops.clone() });
            ends.push(bytes.len());
        }
        (bytes, frames, ends)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn what_is_written_is_read_and_a_cut_takes_whole_frames_only(commits in prop::collection::vec(ops(), 0..5)) {
            let keys = Keys::new([1; 16], Ring::make());
            let (bytes, frames, ends) = journal(&keys, &commits);
            for cut in ends[0]..=bytes.len() {
                let scan = Scan::read(Volume::Journal, &keys, &bytes[..cut]);
                let whole = ends.iter().filter(|end| **end <= cut).count() - 1;
                prop_assert_eq!(&scan.frames, &frames[..whole]);
                prop_assert_eq!(scan.whole, ends[whole] as u64);
                prop_assert_eq!(scan.tail, cut != ends[whole]);
                prop_assert!(!scan.damaged);
            }
        }

        #[test]
        fn a_flipped_bit_costs_its_own_frame_at_most(commits in prop::collection::vec(ops(), 1..5), at: prop::sample::Index, bit in 0..8_u8) {
            let keys = Keys::new([1; 16], Ring::make());
            let (mut bytes, frames, ends) = journal(&keys, &commits);
            let at = at.index(bytes.len());
            bytes[at] ^= 1_u8 << bit;
            let scan = Scan::read(Volume::Journal, &keys, &bytes);
            let hit = ends.iter().position(|end| at < *end).unwrap();
            let rest: Vec<Frame> =
                frames.iter().enumerate().filter(|(index, _)| index + 1 != hit).map(|(_, frame)| frame.clone()).collect();
            prop_assert_eq!(scan.frames, rest);
            prop_assert!(scan.damaged || scan.tail);
        }
    }

    /// Each of many places says that a frame begins there and fills the rest of the file.
    #[test]
    fn a_file_made_to_be_slow_is_read_in_proportion_to_its_length() {
        let keys = Keys::new([1; 16], Ring::make());
        let (whole, frames, ends) = journal(&keys, &[vec![], vec![]]);
        let lure = |length: usize| {
            let mut bytes = Vec::with_capacity(length);
            while bytes.len() + 64 <= length {
                bytes.extend_from_slice(&super::length(length - bytes.len() - 4).to_be_bytes());
                bytes.push(Sort::Commit.code());
                bytes.resize(bytes.len() + 59, 0);
            }
            bytes
        };
        let with = |lure: &[u8]| [&whole[..ends[1]], lure, &whole[ends[1]..]].concat();
        // A small one costs nothing but itself: what comes behind it is found.
        let (scan, _) = Scan::read_paying(Volume::Journal, &keys, &with(&lure(4 << 10)));
        assert_eq!((scan.frames, scan.damaged), (frames.clone(), true));
        let (slow, began) = (with(&lure(1 << 20)), std::time::Instant::now());
        let (scan, paid) = Scan::read_paying(Volume::Journal, &keys, &slow);
        assert_eq!((&scan.frames[..], scan.tail), (&frames[..1], true), "it gives up, and says that there is more");
        let most = (SEARCH_FACTOR + 1) * slow.len() as u64 + SEARCH_BYTES;
        assert!(paid <= most, "{paid} bytes authenticated for a file of {}", slow.len());
        assert!(began.elapsed() < std::time::Duration::from_secs(30), "{:?}", began.elapsed());
    }

    #[test]
    fn frames_left_out_swapped_or_of_another_file_are_noticed() {
        let keys = Keys::new([1; 16], Ring::make());
        let (bytes, _, ends) = journal(&keys, &[vec![], vec![], vec![]]);
        let frame = |index: usize| &bytes[ends[index]..ends[index + 1]];
        let with = |order: &[usize]| {
            let mut file = bytes[..ends[0]].to_vec();
            order.iter().for_each(|index| file.extend_from_slice(frame(*index)));
            Scan::read(Volume::Journal, &keys, &file).damaged
        };
        assert!(!with(&[0, 1, 2]) && !with(&[0, 1]));
        assert!(with(&[0, 2]) && with(&[1, 0, 2]) && with(&[0, 0]) && with(&[1, 2]));
        let scan = Scan::read(Volume::Checkpoint, &keys, &bytes);
        assert!(scan.start.is_none() && scan.frames.is_empty());
        let other = Keys::new([1; 16], Ring::make());
        assert!(Scan::read(Volume::Journal, &other, &bytes).frames.is_empty());
    }
}
