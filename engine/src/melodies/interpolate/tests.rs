use super::*;
use crate::{
    melodies::tunes_for_tests::{known, ode},
    network::{BackendChoice, ModelSource},
};
use continuo_music::meter::{Meter, MeterChange, MeterMap};

fn space() -> PhraseSpace {
    PhraseSpace::load(&ModelSource::Embedded, BackendChoice::Tract).expect("the built-in networks")
}

/// Four bars of eighths.
fn scale() -> Vec<Note> {
    let pitch = |i: Tick| [60, 62, 64, 65, 67, 69, 71, 72, 71, 69, 67, 65, 64, 62, 60, 67][i as usize % 16];
    (0..32).map(|i| Note { start: 480 * i, pitch: pitch(i), length: 480, velocity: 90 }).collect()
}

fn request<'a>(from: &'a [Note], to: &'a [Note], meters: &'a MeterMap, steps: u32) -> InterpolateRequest<'a> {
    let (from, to) = (known(from, meters), known(to, meters));
    InterpolateRequest { from, to, first_full_bars: [0, 0], steps, temperature: 0.3, seed: 1 }
}

#[test]
fn the_way_leaves_one_melody_and_arrives_at_the_other() {
    let meters = MeterMap::default();
    let (from, to) = (ode(2), scale());
    let found = interpolate(&space(), &request(&from, &to, &meters, 5), |_, _| {}).expect("a way");
    assert_eq!((found.bars, found.stations.len()), (8, 7));
    assert_eq!(found.keys, [Key::major(2), Key::major(0)]);
    let [first, last] = [found.stations[0].distances, found.stations[6].distances];
    assert!(first[0].abs() < 1e-6 && last[1].abs() < 1e-6 && first[1] > 0.3);
    let starts: Vec<Tick> = found.stations.iter().map(|station| station.start).collect();
    assert_eq!(starts, (0..7).map(|number| number * 8 * 3840).collect::<Vec<_>>());
    // Nearer to the one end in the beginning, nearer to the other in the end.
    for station in &found.stations[1..3] {
        assert!(station.distances[0] < station.distances[1], "{station:?}");
    }
    for station in &found.stations[4..6] {
        assert!(station.distances[0] > station.distances[1], "{station:?}");
    }
    // The first melody is there as it is, the last one in the first one's key and twice, since it is shorter.
    assert_eq!(found.notes.iter().filter(|note| note.start < 8 * 3840).count(), from.len());
    let end: Vec<u8> = found.notes.iter().filter(|note| note.start >= 6 * 8 * 3840).map(|note| note.pitch).collect();
    assert_eq!(end.len(), 2 * to.len());
    assert!(end.iter().zip(to.iter().chain(&to)).all(|(&there, here)| there == here.pitch + 2));
}

#[test]
fn what_has_no_way_is_said_in_words() {
    let meters = MeterMap::default();
    let waltz = MeterMap::from_changes([MeterChange { tick: 0, meter: Meter::new(3, 4).expect("a meter") }]);
    let (from, to) = (ode(0), scale());
    let space = space();
    let refused = |request: &InterpolateRequest<'_>| interpolate(&space, request, |_, _| {}).expect_err("refused");
    assert_eq!(refused(&request(&from, &to, &meters, 0)), PhraseError::Steps(0));
    assert_eq!(refused(&request(&from, &to, &meters, 1000)), PhraseError::Steps(1000));
    assert_eq!(refused(&request(&from, &[], &meters, 3)), PhraseError::NoNotes("second"));
    let uneven = InterpolateRequest { to: known(&to, &waltz), ..request(&from, &to, &meters, 3) };
    assert_eq!(refused(&uneven), PhraseError::Meters);
}
