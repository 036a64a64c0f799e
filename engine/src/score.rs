//! The score: melody, phrases and takes, what the player does to them, and their files.

pub(crate) mod choosing_takes;
pub(crate) mod edit;
pub(crate) mod export;
pub(crate) mod history;
pub(crate) mod phrase;
pub(crate) mod recipe;
pub(crate) mod saved;
#[expect(clippy::module_inception, reason = "the room is named after its centre")]
pub(crate) mod score;
pub(crate) mod takes;

pub use edit::{Edit, WholeSong};
pub use export::{Export, ExportError, Extent, export, phrase_file};
pub use history::{History, MOST_STEPS, Move, Step};
pub use phrase::Phrase;
pub use recipe::Recipe;
pub use saved::{SAVED_VERSION, ScoreError};
pub use score::Score;
pub use takes::{Drawn, MOST_KEPT, MOST_KEPT_IN_ALL, Take, TakeChange, Takes};
