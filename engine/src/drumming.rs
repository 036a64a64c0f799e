//! Drums: a part for a rhythm or a bass line, and a drummer's loudness and timing, with the drummer network.

mod drumify;
mod groove;
mod player;
mod slots;
mod stray;
mod strokes;

pub use drumify::{DrumifyError, DrumifyRequest, Rhythm, drumify};
pub use groove::{GrooveRequest, groove};
