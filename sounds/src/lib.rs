//! Continuo's sounds: a General MIDI player, to hear the parts at once and to write them as sound.
//!
//! | module | what it holds |
//! |---|---|
//! | `font` | SoundFonts: the built-in one, or a file, checked before it is used |
//! | `player` | notes in, stereo sound out; for the audio thread |
//! | `rider` | brings sound that is heard while it is played to the usual loudness |
//! | `limiter` | keeps whole songs below full scale; `instant_limiter`: sound while it is played |
//! | `mixer` | how loud each part is, so that the melody stands in front |
//! | `programs` | General MIDI's instruments by name |
//! | `performance` | a song as timed messages |
//! | `render`, `loudness` | a whole song as sound, at the usual loudness |
//! | `stereo`, `audio_file` | sound in memory, and as WAV and FLAC |
//!
//! [`Player`] and the limiters belong to one thread at a time. Once they are made, they allocate nothing, take no lock and
//! call no system.

pub mod audio_file;
pub mod font;
pub mod instant_limiter;
pub mod limiter;
pub mod loudness;
pub mod mixer;
pub mod performance;
pub mod player;
pub mod programs;
pub mod render;
pub mod rider;
pub mod stereo;

pub use font::{Font, FontError};
pub use instant_limiter::InstantLimiter;
pub use limiter::Limiter;
pub use performance::Performance;
pub use player::{Message, Player};
pub use rider::Rider;
pub use stereo::Stereo;
