//! The built VST3 in Ardour 7.3, headless: a melody on a MIDI track, Continuo on it, its output recorded.
//!
//! Ardour is a large package, so these tests are left out of `cargo test`; `cargo xtask test --hosts ardour` sees to it
//! that it is there and runs them. Ardour keeps its own pace: nothing here depends on how long it takes.

#[path = "ardour/project.rs"]
mod project;
#[path = "ardour/recording.rs"]
mod recording;
#[path = "ardour/scenarios.rs"]
mod scenarios;
#[path = "ardour/session_file.rs"]
mod session_file;
#[path = "ardour/witness.rs"]
mod witness;
