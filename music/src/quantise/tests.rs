use super::*;
use crate::{meter::Meter, swing::Level, time::TICKS_PER_STEP};
use proptest::prelude::*;

fn note(start: Tick, length: Tick) -> Note {
    Note { start, pitch: 60, length, velocity: 90 }
}

fn quantiser(meters: &MeterMap) -> Quantiser<'_> {
    Quantiser { meters, grid: Grid::SIXTEENTHS, strength: 1.0, swing: GridSwing::Straight, ends: false }
}

#[test]
fn lines_are_counted_from_each_bar_line() {
    let meters = MeterMap::new(Meter { numerator: 7, denominator: 8 });
    let quarters = Quantiser { grid: "1/4".parse().expect("a grid"), ..quantiser(&meters) };
    // A bar of seven eighths: its last line is half as far from the bar line.
    assert_eq!([2800, 3100, 3200, 3360, 3900].map(|tick| quarters.line(tick)), [2880, 2880, 3360, 3360, 4320]);
    assert_eq!(quarters.line(3360 + 470), 3360);
    assert_eq!(quarters.line(3360 + 480), 4320, "the later of two equally near");
}

#[test]
fn a_note_ends_where_the_next_one_begins_if_it_did_and_gaps_stay_gaps() {
    let meters = MeterMap::default();
    let played = [note(25, 230), note(255, 200), note(470, 480), note(990, 100)];
    let moved = quantiser(&meters).moved(&played);
    assert_eq!(moved, [note(0, 240), note(240, 200), note(480, 480), note(960, 100)]);
    // A note that overlapped the next one still does.
    let moved = quantiser(&meters).moved(&[note(0, 300), note(230, 200)]);
    assert_eq!(moved, [note(0, 300), note(240, 200)]);
    // One that did not does not now, though its start moved later.
    let moved = quantiser(&meters).moved(&[note(200, 250), note(470, 200)]);
    assert_eq!(moved, [note(240, 240), note(480, 200)]);
}

#[test]
fn ends_move_to_lines_and_no_note_vanishes() {
    let meters = MeterMap::default();
    let with_ends = Quantiser { ends: true, ..quantiser(&meters) };
    assert_eq!(with_ends.moved(&[note(10, 20)]), [note(0, 240)]);
    assert_eq!(with_ends.moved(&[note(250, 400)]), [note(240, 480)]);
    let half = Quantiser { strength: 0.5, ..with_ends };
    assert_eq!(half.moved(&[note(250, 430)]), [note(245, 455)]);
}

#[test]
fn a_shuffle_becomes_an_exact_shuffle() {
    let meters = MeterMap::default();
    let played: Vec<Note> =
        (0..32).map(|i| note(i / 2 * 960 + i % 2 * 640 + [12, -9, 4, 15][i as usize % 4].max(-i), 200)).collect();
    let map = SwingMap::of(&played, &[0..16 * 960], &meters);
    let eighths = Quantiser { grid: "1/8".parse().expect("a grid"), ..quantiser(&meters) };
    let kept = Quantiser { swing: GridSwing::AsPlayed(&map), ..eighths };
    let starts = |quantiser: &Quantiser<'_>| -> Vec<Tick> {
        quantiser.moved(&played).iter().map(|note| note.start % 960).collect()
    };
    assert!(starts(&kept).chunks(2).all(|pair| *pair == [0, 640]), "{:?}", starts(&kept));
    assert!(starts(&eighths).chunks(2).all(|pair| *pair == [0, 480]));
    let swing = Swing::new(Level::Eighths, 60).expect("a swing");
    let fixed = Quantiser { swing: GridSwing::Fixed(swing), ..eighths };
    assert!(starts(&fixed).chunks(2).all(|pair| *pair == [0, 576]));
}

proptest! {
    #[test]
    fn at_full_strength_notes_lie_on_lines_and_at_none_nothing_moves(
        starts in prop::collection::vec(0i64..40_000, 1..60), gate in 1i64..900, numerator in 1u8..=12, exponent in 1u32..=4,
        grid in prop::sample::select(vec!["1/4", "1/8", "1/16", "1/32", "1/8t", "1/16t"]),
    ) {
        let meters = MeterMap::new(Meter { numerator, denominator: 1 << exponent });
        let mut starts = starts;
        starts.sort_unstable();
        let notes: Vec<Note> = starts.iter().map(|&start| note(start, gate)).collect();
        let full = Quantiser { grid: grid.parse().expect("a grid"), ..quantiser(&meters) };
        let moved = full.moved(&notes);
        for (old, new) in notes.iter().zip(&moved) {
            prop_assert_eq!(full.line(new.start), new.start);
            prop_assert!((new.start - old.start).abs() <= full.grid.ticks() / 2);
            prop_assert!(new.length >= 1);
        }
        prop_assert!(moved.windows(2).all(|pair| pair[0].start <= pair[1].start));
        prop_assert_eq!(full.moved(&moved), moved, "quantising twice changes nothing more");
        let none = Quantiser { strength: 0.0, ..full };
        prop_assert_eq!(none.moved(&notes), notes);
    }

    #[test]
    fn notes_that_do_not_sound_together_still_do_not(
        steps in prop::collection::vec((0i64..4, -110i64..110, 1i64..230), 1..60), strength in 0.0f32..1.0, ends: bool,
    ) {
        let meters = MeterMap::default();
        let mut start = 0;
        let mut notes: Vec<Note> = Vec::new();
        for (gap, off, length) in steps {
            start += TICKS_PER_STEP * (1 + gap);
            notes.push(note(start + off, length));
        }
        let disjoint: Vec<Note> = notes
            .iter()
            .zip(notes.iter().skip(1).map(|next| next.start).chain([Tick::MAX]))
            .map(|(note, next)| Note { length: note.length.min(next - note.start).max(1), ..*note })
            .collect();
        prop_assume!(disjoint.windows(2).all(|pair| pair[0].end() <= pair[1].start));
        let moved = Quantiser { strength, ends, ..quantiser(&meters) }.moved(&disjoint);
        let apart = |pair: &[Note]| pair[0].start == pair[1].start || pair[0].end() <= pair[1].start;
        prop_assert!(moved.windows(2).all(apart));
    }
}
