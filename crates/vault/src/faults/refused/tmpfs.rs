//! A disk that is really full: a small file system in memory, where this process may mount one.
