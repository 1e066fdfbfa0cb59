//! Memory for keys: pages of their own that are not swapped out and not part of a core dump, where the system allows
//! it. The one module of this crate with unsafe code.
//!
//! The pages come from the system and hold nothing else, so locking and unlocking them touches nobody. A value is
//! moved in once, is read by reference only, and before the pages go back it is dropped and the pages are zeroed.

#![allow(unsafe_code, reason = "keys need pages of their own, and no safe way to lock memory exists")]

use std::fmt;
use std::ops::Deref;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicBool, Ordering};

use region::{LockGuard, Protection};
use zeroize::Zeroize;

/// Whether a refusal was written to the log already; once is enough.
static TOLD: AtomicBool = AtomicBool::new(false);

/// A value in pages of its own.
pub(crate) struct Locked<T> {
    value: NonNull<T>,
    /// Gives way before the pages do. `None` when the system refused to lock them.
    guard: Option<LockGuard>,
    pages: Pages,
}

/// Where the pages came from.
enum Pages {
    System(region::Allocation),
    /// The system gave none, which only happens when memory is short: the value is on the heap, not locked.
    Heap,
}

// SAFETY: `value` points to memory that only this value owns and that no other thread knows; it is never given out but
// by reference, under the usual rules of `&self`.
unsafe impl<T: Send> Send for Locked<T> {}
// SAFETY: as above; a shared `Locked<T>` gives shared references to `T` only.
unsafe impl<T: Sync> Sync for Locked<T> {}

impl<T> Locked<T> {
    /// Moves a value into pages of its own.
    pub(crate) fn new(value: T) -> Self {
        let size = size_of::<T>().max(1);
        let Ok(mut allocation) = region::alloc(size, Protection::READ_WRITE) else {
            tell("no pages were given");
            return Self { value: NonNull::from(Box::leak(Box::new(value))), guard: None, pages: Pages::Heap };
        };
        let start = allocation.as_mut_ptr::<T>();
        let guard = region::lock(start, allocation.len()).map_err(|error| tell(&error.to_string())).ok();
        leave_out_of_dumps(start.cast(), allocation.len());
        // SAFETY: the pages are readable and writable, at least `size_of::<T>()` long, aligned to a page, which is more
        // than any `T` of this crate asks for, and nobody else has them.
        unsafe { start.write(value) };
        match NonNull::new(start) {
            Some(value) => Self { value, guard, pages: Pages::System(allocation) },
            None => unreachable!("the system gives no pages at address zero"),
        }
    }

    /// Whether the pages stay in memory.
    pub(crate) fn is_locked(&self) -> bool {
        self.guard.is_some()
    }
}

impl<T> Deref for Locked<T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: `value` was written in `new` and is dropped in `drop` only.
        unsafe { self.value.as_ref() }
    }
}

impl<T> Drop for Locked<T> {
    fn drop(&mut self) {
        match &mut self.pages {
            Pages::System(allocation) => {
                // SAFETY: the value was written in `new`, nobody can have a reference any more, and it is not read again.
                unsafe { self.value.as_ptr().drop_in_place() };
                let (start, length) = (allocation.as_mut_ptr::<u8>(), allocation.len());
                // SAFETY: the pages are this allocation's, readable and writable, and hold no value any more.
                unsafe { std::slice::from_raw_parts_mut(start, length) }.zeroize();
                drop(self.guard.take());
            }
            // SAFETY: the value was leaked from a box in `new`.
            Pages::Heap => drop(unsafe { Box::from_raw(self.value.as_ptr()) }),
        }
    }
}

impl<T> fmt::Debug for Locked<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Locked([redacted])")
    }
}

/// Whether this system locks memory for this process: tried on a page of its own.
pub(crate) fn can_lock() -> bool {
    Locked::new([0_u8; 32]).is_locked()
}

fn tell(why: &str) {
    if !TOLD.swap(true, Ordering::Relaxed) {
        tracing::warn!(why, "memory with keys could not be locked: the system may write it to its swap file");
    }
}

#[cfg(target_os = "linux")]
fn leave_out_of_dumps(start: *mut u8, length: usize) {
    // SAFETY: the range is one allocation of whole pages; the advice changes nothing but what a core dump holds.
    let advised = unsafe { rustix::mm::madvise(start.cast(), length, rustix::mm::Advice::LinuxDontDump) };
    if let Err(error) = advised {
        tracing::debug!(%error, "a page with keys would be part of a core dump");
    }
}

/// Elsewhere the shell turns core dumps off for the whole process.
#[cfg(not(target_os = "linux"))]
fn leave_out_of_dumps(_start: *mut u8, _length: usize) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_what_it_was_and_is_dropped_once() {
        use std::sync::Arc;
        let witness = Arc::new(());
        let locked = Locked::new((Arc::clone(&witness), [7_u8; 5000]));
        assert_eq!((Arc::strong_count(&witness), locked.1), (2, [7; 5000]));
        let elsewhere = std::thread::spawn(move || drop(locked));
        elsewhere.join().unwrap();
        assert_eq!(Arc::strong_count(&witness), 1);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_pages_are_locked_and_left_out_of_core_dumps() {
        let locked = Locked::new([1_u8; 64]);
        let address = locked.as_ptr() as usize;
        let maps = std::fs::read_to_string("/proc/self/smaps").unwrap();
        let mut flags = None;
        let mut inside = false;
        for line in maps.lines() {
            let range = line.split_once(' ').and_then(|(range, _)| range.split_once('-'));
            if let Some((from, to)) = range
                && let (Ok(from), Ok(to)) = (usize::from_str_radix(from, 16), usize::from_str_radix(to, 16))
            {
                inside = (from..to).contains(&address);
            }
            if inside && let Some(found) = line.strip_prefix("VmFlags:") {
                flags = Some(found.to_owned());
            }
        }
        let flags = flags.expect("the page is mapped");
        assert!(flags.contains(" dd"), "not left out of dumps: {flags}");
        assert_eq!(flags.contains(" lo"), locked.is_locked(), "{flags}");
        assert!(can_lock() == locked.is_locked());
    }
}
