//! Whole-app tests.

pub mod app;
pub mod soak;
pub mod window;
