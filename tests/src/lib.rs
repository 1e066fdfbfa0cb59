//! Whole-app tests.

pub mod window;
