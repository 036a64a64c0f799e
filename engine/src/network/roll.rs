//! Notes as planes of a window, steps by pitches.

use crate::network::{
    contract::{DRUM_VOICES, LOWEST_PITCH, PITCHES, PLANE, STEPS},
    fit::{Cell, nearest},
};
use continuo_music::{key::Weights, note::Note, time::Tick};
use std::ops::Range;

/// The row of a pitch, moved by octaves into the planes.
pub fn row(pitch: i64) -> usize {
    let row = pitch - i64::from(LOWEST_PITCH);
    let above = row - (PITCHES as i64 - 1);
    let octaves = if row < 0 { (-row + 11) / 12 } else { -((above.max(0) + 11) / 12) };
    (row + 12 * octaves) as usize
}

/// The MIDI pitch of a row.
pub const fn pitch(row: usize) -> i64 {
    LOWEST_PITCH as i64 + row as i64
}

/// Writes notes, transposed by `shift` semitones, into a pair of planes: onset, then sounding.
///
/// A note starts on the nearest step and covers at least that one; one that began before the cells sounds in them
/// without an onset.
pub fn write(notes: &[Note], cells: &[Cell], shift: i64, planes: &mut [f32]) {
    let (onset, sounding) = planes.split_at_mut(PLANE);
    for note in notes {
        let row = row(i64::from(note.pitch) + shift);
        let first = nearest(cells, note.start);
        let after = nearest(cells, note.end()).max(first + 1);
        for index in first.max(0)..after.min(cells.len() as i64) {
            sounding[cells[index as usize].step * PITCHES + row] = 1.0;
        }
        if let Some(cell) = usize::try_from(first).ok().and_then(|first| cells.get(first)) {
            onset[cell.step * PITCHES + row] = 1.0;
        }
    }
}

/// Writes drum strokes into a plane of voices. Skips keys for which the model has no voice.
pub fn write_drums(notes: &[Note], cells: &[Cell], voices: &[u8; DRUM_VOICES], plane: &mut [f32]) {
    for note in notes {
        let cell = usize::try_from(nearest(cells, note.start)).ok().and_then(|index| cells.get(index));
        let voice = voices.iter().position(|&key| key == note.pitch);
        if let (Some(cell), Some(voice)) = (cell, voice) {
            plane[cell.step * DRUM_VOICES + voice] = 1.0;
        }
    }
}

/// Marks the steps that were heard completely.
pub fn write_heard(heard: &[Range<Tick>], cells: &[Cell], steps: &mut [f32]) {
    for cell in cells {
        if heard.iter().any(|range| range.start <= cell.from && cell.to <= range.end) {
            steps[cell.step] = 1.0;
        }
    }
}

/// The notes that begin where the melody is known, cut at the end of the known range.
///
/// Notes and ranges are [rounded](continuo_music::step_grid::StepGrid::rounded): a note that begins a tick before the range
/// ends is not known yet.
pub fn known(melody: &[Note], heard: &[Range<Tick>]) -> Vec<Note> {
    let cut = |note: &Note| {
        let range = heard.iter().find(|range| range.contains(&note.start))?;
        Some(Note { length: note.end().min(range.end) - note.start, ..*note })
    };
    melody.iter().filter_map(cut).collect()
}

/// Adds the weights of the pitch classes in a pair of planes, onset and sounding: 1 for each sounding step, and 1 more
/// for each onset.
pub fn add_weights(planes: &[f32], weights: &mut Weights) {
    for (index, value) in planes[..2 * PLANE].iter().enumerate() {
        weights[(index % PITCHES + usize::from(LOWEST_PITCH)) % 12] += f64::from(*value);
    }
}

/// Silences the steps that were not heard in a pair of planes.
pub fn mask(planes: &mut [f32], heard: &[f32]) {
    for plane in planes.chunks_mut(PLANE) {
        for step in (0..STEPS).filter(|&step| heard[step] == 0.0) {
            plane[step * PITCHES..(step + 1) * PITCHES].fill(0.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::fit::Fit;
    use continuo_music::meter::{Meter, PhraseSpan};
    use proptest::prelude::*;

    #[test]
    fn pitches_are_folded_by_octaves() {
        for pitch in -20..150 {
            let row = row(pitch);
            assert!(row < PITCHES);
            assert_eq!((row as i64 + 24 - pitch) % 12, 0);
        }
        assert_eq!((row(24), row(107), row(23), row(108)), (0, 83, 11, 72));
    }

    #[test]
    fn notes_start_on_the_nearest_step_and_last_at_least_one() {
        let span = PhraseSpan { start: 0, end: 15360, meter: Meter::COMMON };
        let fit = Fit::new(&span);
        let note = |start, length| Note { start, pitch: 60, length, velocity: 90 };
        let mut planes = vec![0.0; 2 * PLANE];
        write(&[note(119, 10), note(600, 480), note(-1000, 1200)], fit.window(0), 0, &mut planes);
        let row = row(60);
        let steps =
            |plane: usize| (0..STEPS).filter(|s| planes[plane * PLANE + s * PITCHES + row] > 0.0).collect::<Vec<_>>();
        assert_eq!(steps(0), [0, 3], "600 is half-way and rounds up");
        assert_eq!(steps(1), [0, 3, 4]);
    }

    #[test]
    fn a_note_that_was_not_heard_to_its_end_is_cut() {
        let note = Note { start: 100, pitch: 60, length: 500, velocity: 90 };
        assert_eq!(known(&[note], &[0..300])[0].length, 200);
        assert!(known(&[note], &[200..900]).is_empty());
    }

    proptest! {
        #[test]
        fn a_note_outside_the_visible_range_touches_no_cell(
            (numerator, exponent) in (1u8..16, 1u32..5), gap in 0i64..100, length in 1i64..300, is_before: bool,
        ) {
            let meter = Meter { numerator, denominator: 1 << exponent };
            let fit = Fit::new(&PhraseSpan { start: 0, end: 4 * meter.bar_ticks(), meter });
            let visible = fit.visible_range();
            let start = if is_before { visible.start - gap - length } else { visible.end + gap };
            let note = Note { start, pitch: 60, length, velocity: 90 };
            let mut planes = vec![0.0; 2 * PLANE];
            for window in 0..fit.windows() {
                write(&[note], fit.window(window), 0, &mut planes);
                write(&[note], fit.context(window), 0, &mut planes);
            }
            prop_assert!(planes.iter().all(|&value| value == 0.0));
        }

        #[test]
        fn a_note_on_the_grid_keeps_its_place(numerator in 1u8..16, exponent in 1u32..5, start in 0usize..40) {
            let meter = Meter { numerator, denominator: 1 << exponent };
            let span = PhraseSpan { start: 0, end: 4 * meter.bar_ticks(), meter };
            let fit = Fit::new(&span);
            let cells = fit.window(0);
            let cell = cells[start % cells.len()];
            let note = Note { start: cell.from, pitch: 60, length: cell.to - cell.from, velocity: 90 };
            let mut planes = vec![0.0; 2 * PLANE];
            write(&[note], cells, 0, &mut planes);
            for plane in planes.chunks(PLANE) {
                let found: Vec<_> = (0..PLANE).filter(|&i| plane[i] > 0.0).collect();
                prop_assert_eq!(found, vec![cell.step * PITCHES + row(60)]);
            }
        }
    }
}
