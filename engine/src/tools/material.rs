//! What a tool works with.

use super::error::ToolError;
use crate::score::{Score, Tool, ToolRequest, chords_of_phrase, laid_over};
use continuo_music::{
    chord::ChordSpan,
    key::Key,
    melody::begins_in,
    meter::MeterMap,
    note::Note,
    part::{Part, PartMap},
    settings::Settings,
    time::Tick,
};
use std::ops::Range;

/// A copy of the music, so that a tool works while the player goes on.
#[derive(Clone, Debug, PartialEq)]
pub struct Material {
    /// The whole melody, sorted.
    pub melody: Vec<Note>,
    /// The notes that begin in the selection, of the melody or of the part, sorted.
    pub selected: Vec<Note>,
    /// The song's meters.
    pub meters: MeterMap,
    /// Where the melody was heard.
    pub heard: Vec<Range<Tick>>,
    /// The chords that the parts keep to or play, for a melody that goes on.
    pub chords: Vec<ChordSpan>,
    /// The key that the player chose.
    pub key: Option<Key>,
    /// The genre's slot.
    pub genre: u8,
}

impl Material {
    /// What a tool needs of a score. The player plays the parts that are `own`.
    ///
    /// # Errors
    /// When there is nothing to work on, or the part that would change must stay.
    pub fn of(
        score: &Score,
        request: &ToolRequest,
        settings: &Settings,
        own: PartMap<bool>,
    ) -> Result<Self, ToolError> {
        let target = match (request.tool, request.part) {
            (Tool::Extend { .. }, Some(_)) => return Err(ToolError::NotTheMelody),
            (Tool::Drumify, Some(Part::Drums)) => return Err(ToolError::NoRhythmOfDrums),
            (Tool::Drumify, _) => Some(Part::Drums),
            (_, part) => part,
        };
        if let Some(part) = target {
            if settings.parts[part].lock {
                return Err(ToolError::Locked(part));
            }
            if own[part] {
                return Err(ToolError::Played(part));
            }
            if score.phrases_in(&request.bars).next().is_none() {
                return Err(ToolError::NoPhrase);
            }
        }
        let selected: Vec<Note> = match request.part {
            None => score.melody().iter().filter(|note| begins_in(note, &request.bars)).copied().collect(),
            Some(part) => {
                let notes = score.phrases_in(&request.bars).flat_map(|phrase| &phrase.parts[part]);
                notes.filter(|note| request.bars.contains(&note.start)).copied().collect()
            }
        };
        if selected.is_empty() {
            return Err(ToolError::NoNotes);
        }
        // Only a melody that goes on needs them.
        let chords = if matches!(request.tool, Tool::Extend { .. }) { chords_of_song(score) } else { vec![] };
        Ok(Self {
            melody: score.melody().to_vec(),
            selected,
            meters: score.meters.clone(),
            heard: score.heard().to_vec(),
            chords,
            key: settings.shape.key,
            genre: settings.shape.genre,
        })
    }
}

/// The chords that the parts keep to, and those that they play elsewhere.
fn chords_of_song(score: &Score) -> Vec<ChordSpan> {
    let keys = score.keys();
    let of_phrase = |phrase| chords_of_phrase(phrase, &score.meters, &keys);
    let played: Vec<ChordSpan> = score.phrases().iter().flat_map(of_phrase).collect();
    laid_over(score.given_chords(), &played)
}
