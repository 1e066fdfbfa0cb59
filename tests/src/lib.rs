//! Whole-app tests.

pub mod app;
#[cfg(target_os = "linux")]
pub mod secrets;
pub mod soak;
#[cfg(target_os = "linux")]
pub mod traffic;
pub mod window;
