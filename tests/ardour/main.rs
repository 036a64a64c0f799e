//! The built VST3 in Ardour 7.3, headless: a melody on a MIDI track, Continuo on it, its output recorded.
//!
//! Ardour is a large package, so `cargo test` leaves these tests out; `cargo xtask test --hosts ardour` installs it where it
//! may and runs them. No test here depends on how long Ardour takes.

mod project;
mod recording;
mod scenarios;
mod session_file;
mod witness;
