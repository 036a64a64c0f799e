//! The built VST3 in Ardour 7.3, headless: a melody on a MIDI track, Continuo on it, its output recorded.
//!
//! Ardour is a large package, so these tests are left out of `cargo test`; `cargo xtask test --hosts ardour` sees to it
//! that it is there and runs them. Ardour keeps its own pace: nothing here depends on how long it takes.

mod project;
mod recording;
mod scenarios;
mod session_file;
mod witness;
