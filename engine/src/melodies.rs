//! Melodies that go on: from a melody to the notes after it, event by event, with the melody network.

mod choice;
mod events;
mod extend;
mod feel;
mod restraint;

pub use extend::{ExtendError, ExtendRequest, Extension, FEWEST_NOTES, MOST_BARS, extend, next_bar};
