//! Whole-app tests.

pub mod app;
pub mod window;
