//! The plugin's real window on a screen: a session opens it, plays it, and has hands on it.
//!
//! For tests and pictures: an error ends the program with a sentence.

mod hands;
mod probe;
mod session;
mod state;

pub use {probe::Control, session::WindowSession};
