//! The melody made better, and some of its bars written again.

use super::{
    error::ToolError,
    material::Material,
    networks::{ToolNetworks, genre_id},
    outcome::{Counts, Outcome},
};
use crate::{
    melodies::{EnhanceRequest, InfillRequest, Keep, KnownMelody, enhance, infill},
    score::{MelodyEdit, ToolRequest},
};
use continuo_music::{melody::begins_in, note::Note, song::melody_line, time::Tick};
use std::ops::Range;

/// How boldly bars are written again: more boldly if they would stay as they are.
const TEMPERATURES: [f32; 4] = [1.0, 1.3, 1.6, 2.0];

/// How much may change, and how much is dared: the fields of [`Tool::Enhance`](crate::score::Tool::Enhance).
pub(super) struct Limits {
    pub add: u32,
    pub remove: u32,
    pub iterations: u32,
    pub risk: f32,
}

/// The selected bars of the melody, made better.
pub(super) fn enhanced(
    request: &ToolRequest,
    material: &Material,
    networks: &mut ToolNetworks,
    limits: &Limits,
    progress: impl FnMut(usize, usize),
) -> Result<Outcome, ToolError> {
    let line = melody_line(&material.melody);
    let genre = genre_id(material.genre);
    let enhance_request = EnhanceRequest {
        melody: known(&line, material, genre.as_deref()),
        span: request.bars.clone(),
        add: limits.add,
        remove: limits.remove,
        iterations: limits.iterations,
        risk: limits.risk,
        seed: request.seed,
    };
    let (reviser, judge) = networks.reviser_and_judge()?;
    let found = enhance(reviser, judge, &enhance_request, progress)?;
    let edit = difference(&material.melody, &line, &found.notes, None);
    Ok(Outcome::Melody { edit, bars: request.bars.clone(), counts: Some(Counts::of(&found.changes)) })
}

/// The selected bars of the melody, written again.
pub(super) fn rewritten(
    request: &ToolRequest,
    material: &Material,
    networks: &mut ToolNetworks,
    keep: Keep,
    mut progress: impl FnMut(usize, usize),
) -> Result<Outcome, ToolError> {
    let line = melody_line(&material.melody);
    let genre = genre_id(material.genre);
    let mut infill_request = InfillRequest {
        melody: known(&line, material, genre.as_deref()),
        span: request.bars.clone(),
        keep,
        temperature: 0.0,
        seed: request.seed,
    };
    let mut edit = MelodyEdit::default();
    for temperature in TEMPERATURES {
        infill_request.temperature = temperature;
        let found = infill(networks.reviser()?, &infill_request, &mut progress)?;
        // Notes a little earlier or longer than before are no other melody.
        if !found.changes.is_empty() {
            edit = difference(&material.melody, &line, &found.notes, Some(&request.bars));
            break;
        }
    }
    Ok(Outcome::Melody { edit, bars: request.bars.clone(), counts: None })
}

fn known<'a>(line: &'a [Note], material: &'a Material, genre: Option<&'a str>) -> KnownMelody<'a> {
    KnownMelody { notes: line, meters: &material.meters, key: material.key, chords: &material.chords, genre }
}

/// How a melody changes whose `line` becomes `new` (all sorted). Notes that the line leaves out, such as the lower ones of
/// chords, stay, except in the bars that are `rewritten`.
fn difference(melody: &[Note], line: &[Note], new: &[Note], rewritten: Option<&Range<Tick>>) -> MelodyEdit {
    // The line may end a note earlier than the melody does.
    let in_line = |note: &Note| {
        let found = line.binary_search_by_key(&(note.start, note.pitch), |other| (other.start, other.pitch));
        found.ok().and_then(|index| line.get(index))
    };
    let goes = |note: &&Note| match in_line(note) {
        Some(part_of_line) => new.binary_search(part_of_line).is_err(),
        None => rewritten.is_some_and(|bars| begins_in(note, bars)),
    };
    MelodyEdit {
        gone: melody.iter().filter(goes).copied().collect(),
        new: new.iter().filter(|note| line.binary_search(note).is_err()).copied().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(start: Tick, pitch: u8, length: Tick) -> Note {
        Note { start, pitch, length, velocity: 80 }
    }

    #[test]
    fn notes_under_the_line_stay_unless_their_bars_are_rewritten() {
        let melody = [note(0, 48, 960), note(0, 72, 960), note(3840, 50, 960), note(3840, 74, 1000)];
        let line = [note(0, 72, 960), note(3840, 74, 960)];
        let new = [note(0, 72, 960), note(3840, 76, 480)];
        let edit = difference(&melody, &line, &new, None);
        assert_eq!(edit, MelodyEdit { gone: vec![melody[3]], new: vec![new[1]] });
        let edit = difference(&melody, &line, &new, Some(&(3840..7680)));
        assert_eq!(edit, MelodyEdit { gone: vec![melody[2], melody[3]], new: vec![new[1]] });
        assert_eq!(difference(&melody, &line, &line, None), MelodyEdit::default());
    }
}
