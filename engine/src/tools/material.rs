//! What a tool works with.

use super::error::ToolError;
use crate::score::{Keep, Score, Tool, ToolRequest, chords_of_phrase, laid_over};
use continuo_music::{
    chord::ChordSpan,
    key::Key,
    melody::begins_in,
    meter::{Meter, MeterMap},
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
    /// The chords that the parts keep to or play, for a melody that goes on or is revised.
    pub chords: Vec<ChordSpan>,
    /// The key that the player chose; for a melody from nothing and the way between two, else the one that the song has
    /// there.
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
            (tool, Some(_)) if tool.writes_melody() => return Err(ToolError::NotTheMelody(tool.name())),
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
        let may_be_empty = matches!(request.tool, Tool::Generate | Tool::Rewrite { keep: Keep::Nothing });
        if selected.is_empty() && !may_be_empty {
            return Err(ToolError::NoNotes);
        }
        // To find them takes time.
        let chords = match request.tool {
            Tool::Extend { .. } | Tool::Enhance { .. } | Tool::Rewrite { .. } => chords_of_song(score),
            _ => vec![],
        };
        let key = settings.shape.key.or_else(|| match request.tool {
            Tool::Generate | Tool::Interpolate { .. } => score.keys().at(request.bars.start),
            _ => None,
        });
        Ok(Self {
            melody: score.melody().to_vec(),
            selected,
            meters: score.meters.clone(),
            heard: score.heard().to_vec(),
            chords,
            key,
            genre: settings.shape.genre,
        })
    }

    /// The one meter of some whole bars, and how many they are.
    ///
    /// # Errors
    /// When the meter changes in them.
    pub(super) fn one_meter(&self, bars: &Range<Tick>) -> Result<(Meter, u32), ToolError> {
        let meter = self.meters.at(bars.start).meter;
        let (mut at, mut count) = (bars.start, 0);
        while at < bars.end {
            let bar = self.meters.phrase_at(at, 1);
            if bar.meter != meter || bar.start != at || bar.end - at != meter.bar_ticks() {
                return Err(ToolError::Meters);
            }
            (at, count) = (bar.end, count + 1);
        }
        Ok((meter, count))
    }
}

/// The chords that the parts keep to, and those that they play elsewhere.
fn chords_of_song(score: &Score) -> Vec<ChordSpan> {
    let keys = score.keys();
    let of_phrase = |phrase| chords_of_phrase(phrase, &score.meters, &keys);
    let played: Vec<ChordSpan> = score.phrases().iter().flat_map(of_phrase).collect();
    laid_over(score.given_chords(), &played)
}
