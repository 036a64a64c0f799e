//! Puts the bars that stay together with the bars that are new.

use continuo_music::{
    meter::PhraseSpan,
    note::Note,
    part::{Part, PartMap, PartNotes},
    time::{TICKS_PER_STEP, Tick},
};
use std::ops::Range;

/// The notes of `earlier` in the bars that are `kept`, and those of `new` in the others, for each part that is `wanted`;
/// the other parts are `new`'s. Notes are sorted and lie inside the span.
///
/// A note belongs to the bar of its nearest step. It ends where a bar of the other kind begins, unless the other notes
/// also hold its pitch over that bar line: then it sounds on as long as theirs does.
pub fn splice(
    new: &PartNotes,
    earlier: &PartNotes,
    kept: &[bool],
    span: &PhraseSpan,
    wanted: PartMap<bool>,
) -> PartNotes {
    let runs = Runs::new(kept, span);
    PartMap::from_fn(|part| if wanted[part] { runs.join(part, &new[part], &earlier[part]) } else { new[part].clone() })
}

/// Stretches of bars of one kind.
struct Runs(Vec<(Range<Tick>, bool)>);

impl Runs {
    fn new(kept: &[bool], span: &PhraseSpan) -> Self {
        let bar = span.meter.bar_ticks();
        let mut runs: Vec<(Range<Tick>, bool)> = Vec::new();
        for (start, &kept) in (span.start..).step_by(bar.max(1) as usize).zip(kept) {
            let end = (start + bar).min(span.end);
            match runs.last_mut() {
                Some((run, kind)) if *kind == kept => run.end = end,
                _ => runs.push((start..end, kept)),
            }
        }
        Self(runs)
    }

    fn join(&self, part: Part, new: &[Note], earlier: &[Note]) -> Vec<Note> {
        let half = TICKS_PER_STEP / 2;
        let last = self.0.len().saturating_sub(1);
        let mut joined = Vec::new();
        for (index, (run, kept)) in self.0.iter().enumerate() {
            let (own, others) = if *kept { (earlier, new) } else { (new, earlier) };
            // What is played up to half a step early belongs to the next bar, except where the phrase begins and ends.
            let from = if index == 0 { run.start } else { run.start - half };
            let to = if index == last { run.end } else { run.end - half };
            for note in own.iter().filter(|note| (from..to).contains(&note.start)) {
                // Drums have no length that matters.
                let end = if index == last || note.end() <= run.end || part == Part::Drums {
                    note.end()
                } else {
                    let next = self.0[index + 1].0.end;
                    let holds = |other: &&Note| {
                        other.pitch == note.pitch && other.start < run.end - half && other.end() > run.end
                    };
                    others.iter().find(holds).map_or(run.end, |other| other.end().min(next))
                };
                joined.push(Note { length: end - note.start, ..*note });
            }
        }
        joined.sort_unstable();
        joined
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use continuo_music::meter::Meter;
    use proptest::prelude::*;

    const SPAN: PhraseSpan = PhraseSpan { start: 15_360, end: 30_720, meter: Meter::COMMON };

    fn note(bar: f64, pitch: u8, bars: f64) -> Note {
        let ticks = |bars: f64| (bars * 3840.0) as Tick;
        Note { start: SPAN.start + ticks(bar), pitch, length: ticks(bars), velocity: 80 }
    }

    fn joined(part: Part, new: Vec<Note>, earlier: Vec<Note>, kept: [bool; 4]) -> Vec<Note> {
        let of = |notes: Vec<Note>| {
            let mut parts = PartNotes::default();
            parts[part] = notes;
            parts
        };
        splice(&of(new), &of(earlier), &kept, &SPAN, PartMap::from_fn(|_| true))[part].clone()
    }

    #[test]
    fn each_bar_has_the_notes_of_its_kind() {
        let new: Vec<Note> = (0..4).map(|bar| note(f64::from(bar), 40, 1.0)).collect();
        let earlier: Vec<Note> = (0..4).map(|bar| note(f64::from(bar), 50, 1.0)).collect();
        let found = joined(Part::Bass, new, earlier, [true, true, false, true]);
        assert_eq!(found.iter().map(|note| note.pitch).collect::<Vec<_>>(), [50, 50, 40, 50]);
    }

    #[test]
    fn a_note_that_is_played_early_belongs_to_the_next_bar() {
        let early = note(0.98, 50, 0.5);
        assert_eq!(joined(Part::Bass, vec![note(0.0, 40, 0.9)], vec![early], [false, true, true, true])[1], early);
        assert_eq!(joined(Part::Bass, vec![note(0.98, 40, 0.5)], vec![early], [false, true, true, true]), [early]);
    }

    #[test]
    fn a_note_ends_where_the_other_kind_begins_unless_both_hold_it() {
        let kept = [true, false, false, true];
        let found = joined(Part::Chords, vec![], vec![note(0.0, 60, 2.0)], kept);
        assert_eq!(found, [note(0.0, 60, 1.0)]);
        let found = joined(Part::Chords, vec![note(0.5, 60, 1.25)], vec![note(0.0, 60, 2.0)], kept);
        assert_eq!(found, [note(0.0, 60, 1.75)]);
        let found = joined(Part::Chords, vec![note(1.0, 60, 3.0)], vec![], kept);
        assert_eq!(found, [note(1.0, 60, 2.0)]);
    }

    #[test]
    fn parts_that_are_not_wanted_stay() {
        let mut locked = PartNotes::default();
        locked[Part::Bass] = vec![note(0.0, 40, 4.0)];
        let kept = splice(&locked, &PartNotes::default(), &[true; 4], &SPAN, PartMap::default());
        assert_eq!(kept, locked);
    }

    proptest! {
        #[test]
        fn notes_stay_inside_and_keep_their_lengths_positive(
            new in prop::collection::vec((0_i64..15_000, 36_u8..84, 1_i64..8000), 0..40),
            earlier in prop::collection::vec((0_i64..15_000, 36_u8..84, 1_i64..8000), 0..40),
            kept in prop::array::uniform4(any::<bool>()),
        ) {
            let notes = |list: Vec<(Tick, u8, Tick)>| -> Vec<Note> {
                let note = |(start, pitch, length): (Tick, u8, Tick)| {
                    let start = SPAN.start + start;
                    Note { start, pitch, length: length.min(SPAN.end - start), velocity: 80 }
                };
                list.into_iter().map(note).collect()
            };
            let (new, earlier) = (notes(new), notes(earlier));
            let found = joined(Part::Chords, new.clone(), earlier.clone(), kept);
            for note in &found {
                prop_assert!(note.length > 0 && note.start >= SPAN.start && note.end() <= SPAN.end);
                let source = if new.iter().any(|other| (other.start, other.pitch) == (note.start, note.pitch)) {
                    &new
                } else {
                    &earlier
                };
                prop_assert!(source.iter().any(|other| (other.start, other.pitch) == (note.start, note.pitch)));
            }
            let all = joined(Part::Chords, new.clone(), earlier.clone(), [true; 4]);
            let mut whole = earlier;
            whole.sort_unstable();
            prop_assert_eq!(all, whole);
        }
    }
}
