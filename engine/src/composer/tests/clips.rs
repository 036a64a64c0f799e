//! Clips that loop while the song position runs on, as in clip launchers.

use super::*;

/// A clip of these bars that loops from a place on, a note on each beat; bars with the same number are the same.
fn clip(bars: &[u8], start: Tick, end: Tick) -> Vec<Note> {
    let beats = (start..end).step_by(960).enumerate();
    let notes = beats.map(|(beat, start)| {
        let bar = bars[beat / 4 % bars.len()];
        Note { start, pitch: 60 + (bar * 5 + (beat % 4) as u8 * (bar % 3 + 1)) % 12, length: 900, velocity: 90 }
    });
    notes.collect()
}

/// The last request for the phrase at a place before the playhead reaches it.
fn prediction(stage: &mut Stage, melody: &[Note], from: Tick, start: Tick) -> Request {
    stage.locate(from);
    stage.roll(from, start, melody);
    let requests = stage.drain_requests();
    requests.into_iter().rev().find(|request| request.start == start).expect("the phrase was predicted")
}

#[test]
fn a_clip_that_loops_is_known_at_places_where_nothing_was_heard() {
    for (bars, from) in [(&[1, 2][..], 0), (&[1, 2, 3, 4], 0), (&[1, 2], 960), (&[1, 2, 3, 4], 1440)] {
        let melody = clip(bars, from, 6 * PHRASE);
        let mut stage = Stage::new(Settings::default());
        let request = prediction(&mut stage, &melody, from, 3 * PHRASE);
        let inside = |notes: &[Note]| -> Vec<Note> {
            notes.iter().filter(|note| (3 * PHRASE..4 * PHRASE).contains(&note.start)).copied().collect()
        };
        assert_eq!(inside(&request.melody), inside(&melody), "{bars:?} from {from}");
        assert_eq!(request.heard.last().map(|range| range.end), Some(4 * PHRASE));
    }
}

#[test]
fn a_clip_of_eight_bars_is_known_from_its_second_round_on() {
    let melody = clip(&[1, 2, 3, 4, 5, 6, 7, 8], 0, 6 * PHRASE);
    let mut stage = Stage::new(Settings::default());
    let unknown = prediction(&mut stage, &melody, 0, 2 * PHRASE);
    assert!(unknown.melody.iter().all(|note| note.start < 2 * PHRASE));
    let mut stage = Stage::new(Settings::default());
    let known = prediction(&mut stage, &melody, 0, 4 * PHRASE);
    assert!(known.melody.iter().any(|note| note.start >= 4 * PHRASE));
}

#[test]
fn a_player_who_leaves_the_clip_is_accompanied_as_played() {
    let mut melody = clip(&[1, 2], 0, 3 * PHRASE);
    melody.extend(clip(&[9, 7, 4, 8], 3 * PHRASE, 4 * PHRASE));
    let mut stage = Stage::new(Settings::default());
    stage.locate(0);
    stage.roll(0, 4 * PHRASE, &melody);
    let requests = stage.drain_requests();
    let made: Vec<&Request> = requests.iter().filter(|request| request.start == 3 * PHRASE).collect();
    let played: Vec<Note> = melody.iter().filter(|note| note.start >= 3 * PHRASE).copied().collect();
    let last = made.last().expect("it was made again when it was heard");
    assert!(last.melody.ends_with(&played), "{:?}", last.melody.last());
    let score = stage.shared.score.copy();
    assert_eq!(score.melody().iter().filter(|note| note.start >= 3 * PHRASE).copied().collect::<Vec<_>>(), played);
}
