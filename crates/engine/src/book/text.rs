//! Text search: all searchable text in one piece of memory, so that one pass of a vectorised search goes over it.

use memchr::memmem::Finder;
use parking_lot::Mutex;
use roaring::RoaringBitmap;

/// Ends each text, and fills the place of those that are gone. A needle never holds it.
const GAP: u8 = b'\n';

/// The texts by slot.
#[derive(Debug, Default)]
pub(super) struct TextIndex {
    arena: Vec<u8>,
    /// Start and length by slot.
    spans: Vec<(u32, u32)>,
    /// Starts in the arena in ascending order, with the slot; those of texts that are gone are among them.
    starts: Vec<(u32, u32)>,
    dead: usize,
    version: u64,
    /// The last answer: paging and ordering ask the same again.
    last: Mutex<Option<(u64, String, RoaringBitmap)>>,
}

/// The form in which texts and needles are compared.
pub(super) fn needle(text: &str) -> Option<String> {
    let folded = text.trim().to_lowercase().replace('\n', " ");
    (!folded.is_empty()).then_some(folded)
}

impl TextIndex {
    /// Gives a slot a text, lower case already.
    pub(super) fn set(&mut self, slot: u32, text: &str) {
        self.clear(slot);
        if self.spans.len() <= slot as usize {
            self.spans.resize(slot as usize + 1, (0, 0));
        }
        let start = u32::try_from(self.arena.len()).unwrap_or(u32::MAX);
        let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
        self.arena.extend_from_slice(text.as_bytes());
        self.arena.push(GAP);
        self.spans[slot as usize] = (start, length);
        self.starts.push((start, slot));
        if self.dead > 64 * 1024 && self.dead > self.arena.len() / 2 {
            self.compact();
        }
    }

    /// Takes a slot's text away.
    pub(super) fn clear(&mut self, slot: u32) {
        self.version += 1;
        let Some(span) = self.spans.get_mut(slot as usize) else { return };
        let (start, length) = (span.0 as usize, span.1 as usize);
        if length > 0 {
            self.arena[start..start + length].fill(GAP);
            self.dead += length + 1;
        }
        *span = (0, 0);
    }

    fn compact(&mut self) {
        let old = std::mem::take(&mut self.arena);
        self.starts.clear();
        for (slot, span) in self.spans.iter_mut().enumerate().filter(|(_, span)| span.1 > 0) {
            let (start, length) = (span.0 as usize, span.1 as usize);
            span.0 = u32::try_from(self.arena.len()).unwrap_or(u32::MAX);
            self.starts.push((span.0, u32::try_from(slot).unwrap_or(u32::MAX)));
            self.arena.extend_from_slice(&old[start..start + length]);
            self.arena.push(GAP);
        }
        self.dead = 0;
    }

    /// The slots whose text holds the needle.
    pub(super) fn search(&self, needle: &str) -> RoaringBitmap {
        let mut last = self.last.lock();
        if let Some((version, text, found)) = last.as_ref()
            && *version == self.version
            && text == needle
        {
            return found.clone();
        }
        let found = self.scan(needle);
        *last = Some((self.version, needle.to_owned(), found.clone()));
        found
    }

    fn scan(&self, needle: &str) -> RoaringBitmap {
        let finder = Finder::new(needle);
        let mut slots = Vec::new();
        let (mut from, mut place) = (0_usize, 0_usize);
        while let Some(offset) = self.arena.get(from..).and_then(|rest| finder.find(rest)) {
            let hit = from + offset;
            place = self.text_at(hit, place);
            slots.push(self.starts[place].1);
            // One hit a text is enough.
            place += 1;
            match self.starts.get(place) {
                Some((next, _)) => from = *next as usize,
                None => break,
            }
        }
        slots.sort_unstable();
        slots.dedup();
        RoaringBitmap::from_sorted_iter(slots).unwrap_or_default()
    }

    /// Which text a place in the arena belongs to, looking from `place` on: mostly one of the next few.
    fn text_at(&self, hit: usize, mut place: usize) -> usize {
        for _ in 0..8 {
            match self.starts.get(place + 1) {
                Some((next, _)) if *next as usize <= hit => place += 1,
                _ => return place,
            }
        }
        place + self.starts[place..].partition_point(|(start, _)| *start as usize <= hit) - 1
    }

    /// Whether one slot's text holds the needle.
    pub(super) fn holds(&self, slot: u32, finder: &Finder<'_>) -> bool {
        let Some((start, length)) = self.spans.get(slot as usize) else { return false };
        let (start, length) = (*start as usize, *length as usize);
        self.arena.get(start..start + length).is_some_and(|text| finder.find(text).is_some())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn finds_what_a_plain_search_finds(
            steps in proptest::collection::vec((0_u32..12, proptest::option::of("[ab小 ]{0,6}")), 0..60),
            wanted in "[ab小]{1,2}",
        ) {
            let mut index = TextIndex::default();
            let mut model = BTreeMap::new();
            for (slot, text) in steps {
                match text {
                    Some(text) => {
                        index.set(slot, &text);
                        model.insert(slot, text);
                    }
                    None => {
                        index.clear(slot);
                        model.remove(&slot);
                    }
                }
                let expected: Vec<u32> =
                    model.iter().filter(|(_, text)| text.contains(&wanted)).map(|(slot, _)| *slot).collect();
                prop_assert_eq!(index.search(&wanted).iter().collect::<Vec<_>>(), expected.clone());
                let finder = Finder::new(&wanted);
                let one_by_one: Vec<u32> = (0..12).filter(|slot| index.holds(*slot, &finder)).collect();
                prop_assert_eq!(one_by_one, expected);
            }
        }
    }

    #[test]
    fn changing_one_text_for_ever_does_not_grow_for_ever() {
        let mut index = TextIndex::default();
        index.set(1, "stays");
        for round in 0..20_000 {
            index.set(0, &format!("round {round} and some more text"));
        }
        assert!(index.arena.len() < 300_000, "{}", index.arena.len());
        assert!(index.starts.len() < 20_000, "{}", index.starts.len());
        assert_eq!(index.search("stays").iter().collect::<Vec<_>>(), [1]);
        assert_eq!(index.search("round 19999").iter().collect::<Vec<_>>(), [0]);
        assert!(index.search("round 19998").is_empty());
    }
}
