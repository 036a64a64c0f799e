//! From a melody to the notes of the parts: one phrase at a time, or a whole song.

pub(crate) mod arranger;
pub(crate) mod bars_again;
pub(crate) mod chord_guesses;
pub(crate) mod context;
pub(crate) mod decode;
pub(crate) mod draw;
pub(crate) mod dynamics;
pub(crate) mod fills;
pub(crate) mod given_chords;
pub(crate) mod groove;
pub(crate) mod harmony;
pub(crate) mod home;
pub(crate) mod intensity;
pub(crate) mod knowledge;
#[cfg(all(test, feature = "runtimes"))]
pub(crate) mod melodies_for_tests;
pub(crate) mod over_bass;
pub(crate) mod own_parts;
pub(crate) mod place;
pub(crate) mod planned_chords;
pub(crate) mod played_chords;
pub(crate) mod polish;
pub(crate) mod random;
pub(crate) mod recall;
pub(crate) mod request;
pub(crate) mod rest;
pub(crate) mod song_knowledge;
#[cfg(all(test, feature = "runtimes"))]
pub(crate) mod songs_for_tests;
pub(crate) mod swung;
pub(crate) mod take_in_progress;
pub(crate) mod voicing;
pub(crate) mod whole_song;

pub use arranger::{Arranger, LoadError};
pub use bars_again::{BarsAgain, arrange_bars, sounds_in};
pub use chord_guesses::{ChordGuess, ChordGuesses};
pub use home::Home;
pub use own_parts::OwnInPhrase;
pub use place::{BarPlace, PhrasePlace};
pub use polish::Polish;
pub use recall::Recall;
pub use request::{Arrange, ArrangedPhrase, PhraseRequest};
pub use whole_song::{Arrangement, arrange_song};
