/*
 * Refuses file operations on order: loaded into a test with LD_PRELOAD, built by the test with `cc -shared -fPIC`.
 *
 * ROSTER_REFUSE        a file of eight 64-bit numbers that test and library share (see `struct order`)
 * ROSTER_REFUSE_UNDER  only calls about files under this folder count
 *
 * Counted are the calls that change files: open (to write, or any for the errors that meet readers too), write, pwrite
 * and their kin, fsync, fdatasync, sync_file_range, rename, ftruncate, mkdir. While armed, call number `first` fails,
 * or every one from there on; `error` 0 means a short write: half of what was asked, the other calls go through.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

struct order {
    _Atomic uint64_t armed;   /* 1: refuse */
    _Atomic uint64_t first;   /* number of the first call to refuse, from 1 */
    _Atomic uint64_t lasting; /* 1: and every later one */
    _Atomic uint64_t error;   /* errno, or 0 for short writes */
    _Atomic uint64_t seen;    /* calls counted since it was armed */
    _Atomic uint64_t refused; /* calls refused since it was armed */
    _Atomic uint64_t readers; /* 1: opening a file to read counts too */
    _Atomic uint64_t loaded;  /* set to 1 by the library */
};

static struct order *order;
static char under[PATH_MAX];
static size_t under_length;

static int raw_open(const char *path) {
    int (*real)(const char *, int, ...) = dlsym(RTLD_NEXT, "open64");
    return real(path, O_RDWR | O_CLOEXEC);
}

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("ROSTER_REFUSE");
    const char *folder = getenv("ROSTER_REFUSE_UNDER");
    if (path == NULL || folder == NULL || strlen(folder) >= sizeof under) {
        return;
    }
    int file = raw_open(path);
    if (file < 0) {
        return;
    }
    void *memory = mmap(NULL, sizeof *order, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    if (memory == MAP_FAILED) {
        return;
    }
    strcpy(under, folder);
    under_length = strlen(under);
    order = memory;
    atomic_store(&order->loaded, 1);
}

static int concerns_path(const char *path) {
    return order != NULL && path != NULL && strncmp(path, under, under_length) == 0;
}

static int concerns(int file) {
    char link[64], path[PATH_MAX];
    if (order == NULL || !atomic_load(&order->armed)) {
        return 0;
    }
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) {
        return 0;
    }
    path[length] = 0;
    return concerns_path(path);
}

/* Counts a call; answers whether it is to be refused. */
static int refused(void) {
    if (!atomic_load(&order->armed)) {
        return 0;
    }
    uint64_t number = atomic_fetch_add(&order->seen, 1) + 1;
    uint64_t first = atomic_load(&order->first);
    if (number != first && !(number > first && atomic_load(&order->lasting))) {
        return 0;
    }
    atomic_fetch_add(&order->refused, 1);
    return 1;
}

/* For calls that have no half: refused only when there is an error to give. */
static int fails(int concerned) {
    if (concerned && refused()) {
        int error = (int)atomic_load(&order->error);
        if (error != 0) {
            errno = error;
            return 1;
        }
    }
    return 0;
}

#define REAL(name) ((__typeof__(&name))real_##name())
#define FIND(name)                                          \
    static void *real_##name(void) {                        \
        static _Atomic(void *) found;                       \
        void *known = atomic_load(&found);                  \
        if (known == NULL) {                                \
            known = dlsym(RTLD_NEXT, #name);                \
            atomic_store(&found, known);                    \
        }                                                   \
        return known;                                       \
    }

/* How many bytes of a write go through: all, half, or none with errno set. */
static ssize_t allowed(int file, size_t length) {
    if (!concerns(file) || !refused()) {
        return (ssize_t)length;
    }
    int error = (int)atomic_load(&order->error);
    if (error != 0) {
        errno = error;
        return -1;
    }
    return length < 2 ? (ssize_t)length : (ssize_t)(length / 2);
}

FIND(write)
ssize_t write(int file, const void *bytes, size_t length) {
    ssize_t part = allowed(file, length);
    return part < 0 ? -1 : REAL(write)(file, bytes, (size_t)part);
}

FIND(pwrite)
ssize_t pwrite(int file, const void *bytes, size_t length, off_t at) {
    ssize_t part = allowed(file, length);
    return part < 0 ? -1 : REAL(pwrite)(file, bytes, (size_t)part, at);
}

FIND(pwrite64)
ssize_t pwrite64(int file, const void *bytes, size_t length, off64_t at) {
    ssize_t part = allowed(file, length);
    return part < 0 ? -1 : REAL(pwrite64)(file, bytes, (size_t)part, at);
}

FIND(writev)
ssize_t writev(int file, const struct iovec *parts, int count) {
    if (count > 0 && concerns(file)) {
        /* One part at a time is a short write anyway, which the caller has to take. */
        return write(file, parts[0].iov_base, parts[0].iov_len);
    }
    return REAL(writev)(file, parts, count);
}

FIND(copy_file_range)
ssize_t copy_file_range(int from, off64_t *from_at, int to, off64_t *to_at, size_t length, unsigned flags) {
    ssize_t part = allowed(to, length);
    return part < 0 ? -1 : REAL(copy_file_range)(from, from_at, to, to_at, (size_t)part, flags);
}

FIND(fsync)
int fsync(int file) { return fails(concerns(file)) ? -1 : REAL(fsync)(file); }

FIND(fdatasync)
int fdatasync(int file) { return fails(concerns(file)) ? -1 : REAL(fdatasync)(file); }

FIND(sync_file_range)
int sync_file_range(int file, off64_t at, off64_t length, unsigned flags) {
    return fails(concerns(file)) ? -1 : REAL(sync_file_range)(file, at, length, flags);
}

FIND(ftruncate)
int ftruncate(int file, off_t length) { return fails(concerns(file)) ? -1 : REAL(ftruncate)(file, length); }

FIND(ftruncate64)
int ftruncate64(int file, off64_t length) { return fails(concerns(file)) ? -1 : REAL(ftruncate64)(file, length); }

FIND(rename)
int rename(const char *from, const char *to) {
    return fails(concerns_path(to)) ? -1 : REAL(rename)(from, to);
}

FIND(mkdir)
int mkdir(const char *path, mode_t mode) { return fails(concerns_path(path)) ? -1 : REAL(mkdir)(path, mode); }

static int open_fails(const char *path, int flags) {
    if (!concerns_path(path)) {
        return 0;
    }
    int to_write = (flags & (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC)) != 0;
    return (to_write || atomic_load(&order->readers)) && fails(1);
}

/* `mode` is there only when a file may be made. */
#define OPEN(name)                                          \
    FIND(name)                                              \
    int name(const char *path, int flags, ...) {            \
        mode_t mode = 0;                                    \
        if ((flags & O_CREAT) != 0) {                       \
            va_list rest;                                   \
            va_start(rest, flags);                          \
            mode = va_arg(rest, mode_t);                    \
            va_end(rest);                                   \
        }                                                   \
        if (open_fails(path, flags)) {                      \
            return -1;                                      \
        }                                                   \
        return REAL(name)(path, flags, mode);               \
    }

OPEN(open)
OPEN(open64)
