//! Melodies from phrases: from nothing, and from the first selected bars to the last ones.

use super::{
    error::ToolError,
    material::Material,
    networks::{ToolNetworks, genre_id},
    outcome::Outcome,
};
use crate::{
    melodies::{GenerateRequest, InterpolateRequest, KnownMelody, generate, interpolate},
    score::{MelodyEdit, ToolRequest},
};
use continuo_music::{
    key::Key,
    melody::begins_in,
    meter::PhraseSpan,
    note::Note,
    song::melody_line,
    swing::{SwingGrid, SwingMap},
    time::Tick,
};
use std::ops::Range;

/// How boldly a melody from nothing is written.
const FROM_NOTHING: f32 = 0.8;
/// How boldly the steps between two melodies are written: their ends say what they are.
const BETWEEN: f32 = 0.3;

/// A new melody that replaces the selected bars.
pub(super) fn generated(
    request: &ToolRequest,
    material: &Material,
    networks: &mut ToolNetworks,
    progress: impl FnMut(usize, usize),
) -> Result<Outcome, ToolError> {
    let (meter, bars) = material.one_meter(&request.bars)?;
    let genre = genre_id(material.genre);
    let generate_request = GenerateRequest {
        bars,
        meter,
        key: material.key.unwrap_or(Key::major(0)),
        genre: genre.as_deref(),
        temperature: FROM_NOTHING,
        seed: request.seed,
    };
    let found = generate(networks.phrases()?, &generate_request, progress)?;
    // It swings as the melody around it does.
    let span = PhraseSpan { start: request.bars.start, end: request.bars.end, meter };
    let swing = SwingMap::of(&material.melody, &material.heard, &material.meters).at(&span);
    let grid = SwingGrid::of(&span, swing);
    let up = octaves_to(&found.notes, &material.melody);
    let placed = |note: Note| {
        let pitch = u8::try_from(i32::from(note.pitch) + up).ok().filter(|&pitch| pitch < 128).unwrap_or(note.pitch);
        grid.swung(Note { start: note.start + request.bars.start, pitch, ..note })
    };
    let new = found.notes.into_iter().map(placed).collect();
    Ok(in_place_of(material, &request.bars, new))
}

/// By how many semitones, in octaves, notes must move to lie where the song's melody lies. A song without a melody leaves
/// them where they are.
fn octaves_to(notes: &[Note], melody: &[Note]) -> i32 {
    let middle = |notes: &[Note]| {
        let mut pitches: Vec<i32> = notes.iter().map(|note| note.pitch.into()).collect();
        pitches.sort_unstable();
        pitches.get(pitches.len() / 2).copied()
    };
    let (Some(here), Some(there)) = (middle(notes), middle(&melody_line(melody))) else { return 0 };
    (there - here + 6).div_euclid(12) * 12
}

/// Steps from the first selected bars to the last ones, which replace the bars between them. Both ends have so many `bars`.
pub(super) fn interpolated(
    request: &ToolRequest,
    material: &Material,
    networks: &mut ToolNetworks,
    bars: u32,
    progress: impl FnMut(usize, usize),
) -> Result<Outcome, ToolError> {
    let (meter, selected) = material.one_meter(&request.bars)?;
    let steps = selected.checked_div(bars).and_then(|count| count.checked_sub(2));
    let steps = steps.filter(|&steps| steps > 0 && selected % bars == 0);
    let steps = steps.ok_or(ToolError::NoRoomBetween { selected: selected.into(), ends: bars })?;
    let length = Tick::from(bars) * meter.bar_ticks();
    let between = request.bars.start + length..request.bars.end - length;
    let line = melody_line(&material.selected);
    let first = notes_in(&line, &(request.bars.start..between.start));
    let last = notes_in(&line, &(between.end..request.bars.end));
    for (notes, end) in [(&first, "first"), (&last, "last")] {
        if notes.is_empty() {
            return Err(ToolError::EmptyEnd { end, bars });
        }
    }
    let genre = genre_id(material.genre);
    let known = |notes| KnownMelody {
        notes,
        meters: &material.meters,
        key: material.key,
        chords: &[],
        genre: genre.as_deref(),
    };
    let interpolate_request = InterpolateRequest {
        from: known(&first),
        to: known(&last),
        first_full_bars: [request.bars.start, between.end],
        steps,
        temperature: BETWEEN,
        seed: request.seed,
    };
    let found = interpolate(networks.phrases()?, &interpolate_request, progress)?;
    let mut new = vec![];
    let ends = found.stations.iter().skip(1).map(|station| station.start);
    for (index, (station, end)) in found.stations.iter().zip(ends).enumerate().skip(1) {
        // Where the ends rest in their last bars, the steps are shorter than the room that they have.
        let moved = request.bars.start + index as Tick * length - station.start;
        let here = found.notes.iter().filter(|note| (station.start..end).contains(&note.start));
        new.extend(here.map(|note| Note { start: note.start + moved, ..*note }));
    }
    Ok(in_place_of(material, &between, new))
}

/// The notes of a line that begin in some bars, without what sounds beyond them.
fn notes_in(line: &[Note], bars: &Range<Tick>) -> Vec<Note> {
    let inside = |note: &Note| {
        let start = note.start.max(bars.start);
        Note { start, length: (note.end().min(bars.end) - start).max(1), ..*note }
    };
    line.iter().filter(|note| begins_in(note, bars)).map(inside).collect()
}

/// Notes in place of the melody's in some bars. What sounds into the bars ends there.
fn in_place_of(material: &Material, bars: &Range<Tick>, mut new: Vec<Note>) -> Outcome {
    new.retain(|note| begins_in(note, bars));
    let mut gone = vec![];
    for &note in &material.melody {
        if begins_in(&note, bars) {
            gone.push(note);
        } else if note.start < bars.start && note.end() > bars.start {
            gone.push(note);
            new.push(Note { length: bars.start - note.start, ..note });
        }
    }
    new.sort_unstable();
    Outcome::Melody { edit: MelodyEdit { gone, new }, bars: bars.clone(), counts: None }
}
