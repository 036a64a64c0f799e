//! The score: melody, phrases and takes, the player's edits, and the files.

pub(crate) mod choosing_takes;
pub(crate) mod chords;
pub(crate) mod edit;
pub(crate) mod export;
pub(crate) mod hand_chords;
pub(crate) mod history;
pub(crate) mod lead_line;
pub(crate) mod lead_passage;
pub(crate) mod lead_takes;
pub(crate) mod melody_edit;
pub(crate) mod own_part;
pub(crate) mod passage;
pub(crate) mod phrase;
pub(crate) mod recipe;
pub(crate) mod resting;
pub(crate) mod saved;
#[expect(clippy::module_inception, reason = "the module is named after its main type")]
pub(crate) mod score;
mod setting_aside;
pub(crate) mod takes;
pub(crate) mod tool_request;

pub use chords::{chords_of, chords_of_phrase};
pub use edit::{Edit, WholeSong};
pub use export::{Export, ExportError, Extent, export, finished_song, phrase_file};
pub use hand_chords::{ChordEdit, HandChord, chord_place, laid_over, nearest_chord_border};
pub use history::{History, MAX_STEPS, Move, Step};
pub use lead_line::LeadLine;
pub use lead_passage::LeadPassage;
pub use lead_takes::LeadTakes;
pub use melody_edit::MelodyEdit;
pub use own_part::{OwnPart, OwnParts};
pub use passage::Passage;
pub use phrase::Phrase;
pub use recipe::{DrawnTake, Recalled, Recipe, SecondCut};
pub use resting::Resting;
pub use saved::{SAVED_VERSION, ScoreError};
pub use score::Score;
pub use takes::{Drawn, MAX_TAKES, MAX_TAKES_PER_PHRASE, Take, TakeChange, Takes};
pub use tool_request::{Keep, Tool, ToolRequest};
