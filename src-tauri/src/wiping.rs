//! Memory is wiped when it is given back, whoever gives it back.
//!
//! What passes between the page and the program passes through C and C++ as well: GLib copies it, WebKit packs it into
//! messages and keeps the text of requests. None of that wipes itself. So on Linux this program brings its own `free`
//! and `realloc`, which every library in the process is bound to, in front of those of the C library; and WebKit's own
//! allocator, which would keep freed memory as it was, is told to use them too.
//!
//! This is the one module with unsafe code: an allocator cannot be written without.

/// Memory of Rust is wiped with its exact size.
#[global_allocator]
static MEMORY: zeroizing_alloc::ZeroAlloc<std::alloc::System> = zeroizing_alloc::ZeroAlloc(std::alloc::System);

/// Has to come first in `main`, before there is a second thread.
pub(crate) fn start() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    web_view::use_system_memory();
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[allow(unsafe_code, reason = "the allocator of the whole process")]
mod system {
    use std::{
        ffi::c_void,
        ptr,
        sync::atomic::{Ordering, compiler_fence},
    };

    unsafe extern "C" {
        fn __libc_malloc(size: usize) -> *mut c_void;
        fn __libc_free(block: *mut c_void);
        fn malloc_usable_size(block: *mut c_void) -> usize;
    }

    /// Wipes a block and gives it back.
    ///
    /// # Safety
    /// As C's `free`.
    #[unsafe(no_mangle)]
    pub(crate) unsafe extern "C" fn free(block: *mut c_void) {
        if block.is_null() {
            return;
        }
        // SAFETY: the caller gives back a block of the C library's allocator, all of which is the caller's until then.
        unsafe {
            ptr::write_bytes(block.cast::<u8>(), 0, malloc_usable_size(block));
            compiler_fence(Ordering::SeqCst);
            __libc_free(block);
        }
    }

    /// Gives a block another size. Where it moves, the old one is wiped; the C library would leave it as it is.
    ///
    /// # Safety
    /// As C's `realloc`.
    #[unsafe(no_mangle)]
    pub(crate) unsafe extern "C" fn realloc(block: *mut c_void, size: usize) -> *mut c_void {
        // SAFETY: `block` is null or a block of the C library's allocator of at least `usable` bytes; the new block has
        // at least `size`, and the two do not overlap.
        unsafe {
            if block.is_null() {
                return __libc_malloc(size);
            }
            if size == 0 {
                free(block);
                return ptr::null_mut();
            }
            let usable = malloc_usable_size(block);
            if size <= usable && size >= usable / 2 {
                return block;
            }
            let moved = __libc_malloc(size);
            if !moved.is_null() {
                ptr::copy_nonoverlapping(block.cast::<u8>(), moved.cast::<u8>(), usable.min(size));
                free(block);
            }
            moved
        }
    }
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[allow(unsafe_code, reason = "the environment is changed before there are threads")]
mod web_view {
    use std::{env, os::unix::process::CommandExt, process::Command};

    /// WebKit looks whether this is set when its library is loaded, which is before `main`.
    const SWITCH: &str = "Malloc";

    /// Lets WebKit in this process take its memory from the system: where it does not yet, the program begins anew in
    /// its own place, with the switch set. Its other processes keep their own allocator: they hold what they hold
    /// until they end, and they are made to.
    pub(super) fn use_system_memory() {
        if env::var_os(SWITCH).is_some() {
            // SAFETY: `main` has just begun, and nothing has started a thread.
            unsafe { env::remove_var(SWITCH) };
            return;
        }
        let mut arguments = env::args_os();
        // By its own path, so that it keeps its name in lists of processes.
        let program = env::current_exe().unwrap_or_else(|_| "/proc/self/exe".into());
        let mut again = Command::new(program);
        if let Some(name) = arguments.next() {
            again.arg0(name);
        }
        // Comes back only where it did not work; the program then goes on without.
        let _ = again.args(arguments).env(SWITCH, "1").exec();
    }
}
