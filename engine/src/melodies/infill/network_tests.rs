use super::*;
use crate::{
    melodies::tunes_for_tests::{known, ode},
    network::{BackendChoice, ModelSource},
};
use continuo_music::meter::{Meter, MeterChange, MeterMap};

const MIDDLE: Range<Tick> = 2 * 3840..4 * 3840;

fn network() -> Reviser {
    Reviser::load(&ModelSource::Embedded, BackendChoice::Tract).expect("the built-in network")
}

fn request<'a>(notes: &'a [Note], meters: &'a MeterMap) -> InfillRequest<'a> {
    InfillRequest { melody: known(notes, meters), span: MIDDLE, keep: Keep::Nothing, temperature: 1.0, seed: 1 }
}

fn inside(notes: &[Note]) -> Vec<Note> {
    notes.iter().copied().filter(|note| MIDDLE.contains(&note.start)).collect()
}

#[test]
fn only_the_bars_are_written_again_and_the_seed_decides_how() {
    let (notes, meters) = (ode(5), MeterMap::default());
    let network = network();
    let of = |seed| infill(&network, &InfillRequest { seed, ..request(&notes, &meters) }, |_, _| {}).expect("a melody");
    let found = of(1);
    for note in notes.iter().filter(|note| !MIDDLE.contains(&note.start)) {
        assert!(found.notes.iter().any(|new| (new.start, new.pitch) == (note.start, note.pitch)), "{note:?}");
    }
    assert!(!inside(&found.notes).is_empty());
    assert!(found.notes.windows(2).all(|pair| pair[0].end() <= pair[1].start), "one line");
    assert_eq!(of(1), found);
    assert!((2..6).any(|seed| of(seed).notes != found.notes));
}

#[test]
fn a_rhythm_stays_and_pitches_stay() {
    let (notes, meters) = (ode(0), MeterMap::default());
    let network = network();
    let of = |keep, seed| {
        let wanted = InfillRequest { keep, seed, temperature: 1.5, ..request(&notes, &meters) };
        inside(&infill(&network, &wanted, |_, _| {}).expect("a melody").notes)
    };
    let given = inside(&notes);
    // Grids differ by how late the notes were played.
    let places = |notes: &[Note]| notes.iter().map(|note| (note.start + 120) / 240).collect::<Vec<_>>();
    let pitches = |notes: &[Note]| notes.iter().map(|note| note.pitch).collect::<Vec<_>>();
    for seed in 1..3 {
        assert_eq!(places(&of(Keep::Rhythm, seed)), places(&given));
        assert_eq!(pitches(&of(Keep::Pitches, seed)), pitches(&given));
    }
    assert!((1..4).any(|seed| pitches(&of(Keep::Rhythm, seed)) != pitches(&given)));
    assert!((1..4).any(|seed| places(&of(Keep::Pitches, seed)) != places(&given)));
}

#[test]
fn every_meter_is_filled_and_long_melodies_window_by_window() {
    let network = network();
    for (numerator, denominator) in [(3, 4), (2, 4), (5, 4)] {
        let meter = Meter::new(numerator, denominator).expect("a meter");
        let meters = MeterMap::from_changes([MeterChange { tick: 0, meter }]);
        let bar = meter.bar_ticks();
        let notes: Vec<Note> = (0..16 * bar / 480)
            .map(|i| Note { start: 480 * i, pitch: 60 + (i % 5) as u8, length: 480, velocity: 80 })
            .collect();
        let span = 2 * bar..12 * bar;
        let wanted = InfillRequest { span: span.clone(), ..request(&notes, &meters) };
        let found = infill(&network, &wanted, |_, _| {}).expect("a melody").notes;
        let before = |note: &&Note| note.start < span.start;
        assert_eq!(found.iter().filter(before).count(), notes.iter().filter(before).count());
        assert!(found.iter().any(|note| span.contains(&note.start)), "{numerator}/{denominator}");
        assert!(found.windows(2).all(|pair| pair[0].end() <= pair[1].start), "{numerator}/{denominator}");
    }
}

#[test]
fn what_cannot_be_filled_is_said_in_words() {
    let (notes, meters) = (ode(0), MeterMap::default());
    let network = network();
    let refused = |request: InfillRequest<'_>| infill(&network, &request, |_, _| {}).expect_err("refused");
    assert_eq!(refused(request(&[], &meters)), ReviseError::NoNotes);
    let rest = InfillRequest { span: 20 * 3840..21 * 3840, keep: Keep::Rhythm, ..request(&notes, &meters) };
    assert_eq!(refused(rest), ReviseError::NothingThere);
    let long = InfillRequest { span: 0..1000 * 3840, ..request(&notes, &meters) };
    assert_eq!(refused(long), ReviseError::TooManyBars(1000));
}
