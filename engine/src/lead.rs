//! Lead: a sixth voice that improvises with the melody network.
//!
//! Its notes are made beat by beat. What it knows of a beat ends a beat before: the *cut*, a place in the music, so that the
//! same playing gives the same notes at any block size and on any machine. Later in the song Lead may know more: the melody
//! of an earlier pass, and the chords that the band has in store.

mod closing;
mod harmony;
mod instrument;
mod key;
mod line;
mod request;
mod soloist;
mod song;
mod turns;

pub use instrument::lead_program;
pub use request::{Improvise, LeadRequest, Played};
pub use soloist::Soloist;
pub use song::{LeadSong, lead_of_song};
pub use turns::{Known, Turn, turn};

#[cfg(all(test, feature = "runtimes"))]
mod tests;
