//! Roster.
