//! The composer: a thread that decides which phrase to make when, makes it, and keeps the score.

mod around_edit;
mod chord_edits;
mod edits;
mod edits_around;
mod evidence;
mod following;
mod guarded_model;
mod knowledge;
mod known_form;
mod known_keys;
mod known_swing;
mod last_melody;
mod lead;
mod lead_again;
mod lead_desk;
mod loader;
mod making;
mod melody_edits;
mod origin;
mod part_edits;
mod part_rewrite;
mod pass;
mod planner;
mod playable;
mod policy;
mod processor_time;
mod repetition;
mod score_melody;
mod second_cut;
mod settings_timeline;
mod shared;
mod silence;
mod tool_edits;
mod worker;
mod workshop;

pub use loader::{Loaded, Loader, SoloistLoader};
pub use playable::playable;
pub use shared::{
    EditQueue, GuessBoard, HistoryStore, ScoreStore, Shared, Status, StatusBoard, StyleLibrary, ToolStatus,
};
pub use worker::Composer;

#[cfg(test)]
mod tests;
