//! The melody as far as it is known: its notes, and the stretches that were heard.

use crate::{
    meter::PhraseSpan,
    note::Note,
    stable_hash::StableHash,
    step_grid::StepGrid,
    time::{TICKS_PER_STEP, Tick},
};
use std::{collections::BTreeSet, ops::Range};

/// Adds a stretch to a sorted list of disjoint stretches and joins those that touch.
///
/// ```
/// use continuo_music::melody::add_heard;
///
/// let mut heard = vec![0..960, 3840..4800];
/// add_heard(&mut heard, 960..1920);
/// assert_eq!(heard, [0..1920, 3840..4800]);
/// ```
pub fn add_heard(heard: &mut Vec<Range<Tick>>, new: Range<Tick>) {
    if new.is_empty() {
        return;
    }
    let first = heard.partition_point(|range| range.end < new.start);
    let after = heard.partition_point(|range| range.start <= new.end);
    let joined =
        heard[first..after].iter().fold(new, |joined, range| joined.start.min(range.start)..joined.end.max(range.end));
    heard.splice(first..after, [joined]);
}

/// Takes a stretch out of a sorted list of disjoint stretches.
///
/// ```
/// use continuo_music::melody::remove_heard;
///
/// let mut heard = vec![0..1920, 3840..4800];
/// remove_heard(&mut heard, &(960..4000));
/// assert_eq!(heard, [0..960, 4000..4800]);
/// ```
pub fn remove_heard(heard: &mut Vec<Range<Tick>>, gone: &Range<Tick>) {
    if gone.is_empty() {
        return;
    }
    let outside = |range: &Range<Tick>| [range.start..range.end.min(gone.start), range.start.max(gone.end)..range.end];
    *heard = heard.iter().flat_map(outside).filter(|piece| !piece.is_empty()).collect();
}

/// The stretches that were heard, up to a tick.
pub fn heard_until(heard: &[Range<Tick>], end: Tick) -> Vec<Range<Tick>> {
    heard.iter().filter(|range| range.start < end).map(|range| range.start..range.end.min(end)).collect()
}

/// Whether a whole stretch was heard.
pub fn is_heard(heard: &[Range<Tick>], stretch: &Range<Tick>) -> bool {
    heard.iter().any(|range| range.start <= stretch.start && stretch.end <= range.end)
}

/// How many ticks of a stretch were heard.
pub fn heard_ticks(heard: &[Range<Tick>], stretch: &Range<Tick>) -> Tick {
    heard.iter().map(|range| (range.end.min(stretch.end) - range.start.max(stretch.start)).max(0)).sum()
}

/// The nearest step, counted from position 0; halves are rounded up.
pub const fn nearest_step(tick: Tick) -> i64 {
    (tick + TICKS_PER_STEP / 2).div_euclid(TICKS_PER_STEP)
}

/// The steps and pitches at which notes begin in a stretch; a note that begins on its edge but for rounding counts as on
/// the edge.
pub fn onsets(notes: &[Note], stretch: &Range<Tick>) -> BTreeSet<(i64, u8)> {
    let rounded = |tick| StepGrid::FROM_ZERO.rounded(tick);
    let stretch = rounded(stretch.start)..rounded(stretch.end);
    notes
        .iter()
        .filter(|note| stretch.contains(&rounded(note.start)))
        .map(|note| (nearest_step(note.start), note.pitch))
        .collect()
}

/// Whether a note begins in a stretch; one that begins on its edge but for rounding counts as on the edge.
pub fn begins_in(note: &Note, stretch: &Range<Tick>) -> bool {
    let rounded = |tick| StepGrid::FROM_ZERO.rounded(tick);
    (rounded(stretch.start)..rounded(stretch.end)).contains(&rounded(note.start))
}

/// Whether two melodies are the same in a stretch on the network's grid, so that a replay that differs only by a host's
/// rounding counts as the same.
pub fn same_in(left: &[Note], right: &[Note], stretch: &Range<Tick>) -> bool {
    let on_grid = |notes: &[Note]| -> BTreeSet<(i64, u8, i64)> {
        notes
            .iter()
            .filter(|note| begins_in(note, stretch))
            .map(|&note| StepGrid::FROM_ZERO.rounded_note(note))
            .map(|note| (nearest_step(note.start), note.pitch, nearest_step(note.end().min(stretch.end))))
            .collect()
    };
    on_grid(left) == on_grid(right)
}

/// A number that changes when what the network can see of the melody in a phrase changes: its notes on the step grid,
/// without their rounding, and which steps were heard. Stable between versions, since it is saved (64-bit FNV-1a).
pub fn fingerprint(melody: &[Note], heard: &[Range<Tick>], span: &PhraseSpan) -> u64 {
    let grid = StepGrid::of(span);
    let rounded: Vec<Note> = melody.iter().map(|&note| grid.rounded_note(note)).collect();
    unrounded_fingerprint(&rounded, heard, span)
}

/// The [`fingerprint`] of versions that did not take the rounding off the notes: a note that ends in the middle of a step
/// could change it.
pub fn unrounded_fingerprint(melody: &[Note], heard: &[Range<Tick>], span: &PhraseSpan) -> u64 {
    let mut hash = StableHash::default();
    let steps = nearest_step(span.start)..nearest_step(span.end);
    for range in heard {
        let from = nearest_step(range.start).clamp(steps.start, steps.end);
        let to = nearest_step(range.end).clamp(steps.start, steps.end);
        if from < to {
            hash.add(from - steps.start);
            hash.add(to - steps.start);
        }
    }
    let mut seen: Vec<(i64, u8, i64)> = melody
        .iter()
        .filter(|note| note.end() > span.start && note.start < span.end + TICKS_PER_STEP)
        .map(|note| {
            let end = nearest_step(note.end()).max(nearest_step(note.start) + 1).min(steps.end);
            (nearest_step(note.start).max(steps.start - 1), note.pitch, end)
        })
        .filter(|&(start, _, end)| start < steps.end && end > steps.start)
        .collect();
    seen.sort_unstable();
    seen.dedup();
    for (start, pitch, end) in seen {
        hash.add(start - steps.start);
        hash.add(i64::from(pitch));
        hash.add(end - steps.start);
    }
    hash.value()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::meter::Meter;
    use proptest::prelude::*;

    const SPAN: PhraseSpan = PhraseSpan { start: 3840, end: 7680, meter: Meter::COMMON };

    fn note(start: Tick, length: Tick) -> Note {
        Note { start, pitch: 60, length, velocity: 90 }
    }

    #[test]
    fn heard_stretches_join_where_they_touch() {
        let mut heard = vec![];
        add_heard(&mut heard, 0..10);
        add_heard(&mut heard, 20..30);
        add_heard(&mut heard, 10..20);
        add_heard(&mut heard, 40..40);
        assert_eq!(heard, [0..30]);
        assert!(is_heard(&heard, &(5..30)));
        assert_eq!(heard_ticks(&heard, &(25..50)), 5);
        assert_eq!(heard_until(&heard, 7), [0..7]);
    }

    #[test]
    fn a_fingerprint_forgives_rounding_but_not_another_note() {
        let heard = [0..7680];
        let straight = fingerprint(&[note(3840, 480)], &heard, &SPAN);
        assert_eq!(straight, fingerprint(&[note(3841, 478)], &heard, &SPAN));
        assert_ne!(straight, fingerprint(&[note(4080, 480)], &heard, &SPAN));
        assert_ne!(straight, fingerprint(&[note(3840, 480)], &[0..7200], &SPAN));
        assert_eq!(straight, fingerprint(&[note(0, 480), note(3840, 480), note(9000, 480)], &heard, &SPAN));
        // A note that ends in the middle of a step.
        assert_eq!(fingerprint(&[note(3840, 600)], &heard, &SPAN), fingerprint(&[note(3837, 600)], &heard, &SPAN));
    }

    proptest! {
        #[test]
        fn heard_stretches_stay_sorted_and_apart(stretches in prop::collection::vec((0i64..1000, 0i64..100), 1..40)) {
            let mut heard = vec![];
            let mut ticks = BTreeSet::new();
            for (start, length) in stretches {
                add_heard(&mut heard, start..start + length);
                ticks.extend(start..start + length);
            }
            prop_assert!(heard.windows(2).all(|pair| pair[0].end < pair[1].start));
            prop_assert_eq!(heard.iter().map(|range| range.end - range.start).sum::<i64>(), ticks.len() as i64);
        }
    }
}
