//! Whole-app tests.

pub mod app;
#[cfg(target_os = "linux")]
pub mod secrets;
pub mod soak;
pub mod window;
