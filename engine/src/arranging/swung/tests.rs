use super::*;
use continuo_music::meter::{Meter, PhraseSpan};
use proptest::prelude::*;

const SPAN: PhraseSpan = PhraseSpan { start: 0, end: 15_360, meter: Meter::COMMON };

fn note(start: Tick, length: Tick) -> Note {
    Note { start, pitch: 60, length, velocity: 80 }
}

fn settled(notes: &[(Tick, Tick)]) -> Vec<(Tick, Tick)> {
    let mut notes: Vec<Note> = notes.iter().map(|&(start, length)| note(start, length)).collect();
    settle(&mut notes, &SwingGrid::of(&SPAN, Swing::new(Level::Eighths, 67)));
    notes.iter().map(|note| (note.start, note.length)).collect()
}

#[test]
fn the_networks_own_swing_is_taken_off() {
    // A ride cymbal: a quarter, and two swung eighths.
    assert_eq!(settled(&[(0, 240), (960, 240), (1600, 240)]), [(0, 240), (960, 240), (1440, 400)]);
    assert_eq!(settled(&[(0, 240), (720, 240)]), [(0, 240), (480, 480)], "a dotted eighth and a sixteenth");
    assert_eq!(settled(&[(0, 320), (320, 320), (640, 320)]), [(0, 240), (240, 240), (480, 480)], "a triplet");
    let sixteenths = [(0, 240), (240, 240), (480, 240), (720, 240)];
    assert_eq!(settled(&sixteenths), sixteenths);
    assert_eq!(settled(&[(-20, 480), (495, 480)]), [(-20, 480), (495, 480)], "a player's feel stays");
    assert_eq!(settled(&[(0, 640), (640, 320)]), [(0, 480), (480, 480)], "what was legato stays legato");
}

#[test]
fn under_triplets_nothing_is_shorter() {
    let grid = SwingGrid::of(&SPAN, Swing::new(Level::Eighths, 67));
    let mut notes =
        [(0, 240), (240, 240), (480, 240), (720, 240), (1680, 240)].map(|(at, length)| note(at, length)).to_vec();
    leave_triplets(&mut notes, &grid);
    assert_eq!(
        notes.iter().map(|note| (note.start, note.length)).collect::<Vec<_>>(),
        [(0, 240), (240, 240), (480, 480), (1680, 240)]
    );
}

proptest! {
    #[test]
    fn settled_notes_neither_overlap_nor_move_again(steps in prop::collection::btree_set(0i64..64, 0..40), timing in prop::collection::vec(-80i64..=80, 64)) {
        let mut notes: Vec<Note> = Vec::new();
        let starts: Vec<Tick> = steps.iter().map(|&step| (240 * step + timing[step as usize]).max(0)).collect();
        for (index, &start) in starts.iter().enumerate() {
            let end = starts.get(index + 1).copied().unwrap_or(SPAN.end).min(start + 960);
            notes.push(note(start, end - start));
        }
        let grid = SwingGrid::of(&SPAN, Swing::new(Level::Eighths, 60));
        settle(&mut notes, &grid);
        for pair in notes.windows(2) {
            prop_assert!(pair[0].start < pair[1].start && pair[0].end() <= pair[1].start, "{:?}", pair);
        }
        let once = notes.clone();
        settle(&mut notes, &grid);
        prop_assert_eq!(once, notes);
    }
}
