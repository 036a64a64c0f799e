use super::*;
use crate::{
    meter::MeterChange,
    note::Note,
    song::{Text, Track},
};
use proptest::prelude::*;

/// A line of quarters and eighths with a longer note every second bar, at beats given in seconds, in a file at 120 beats
/// a minute.
fn played(beats: &[f64], off: impl Fn(usize) -> f64) -> Song {
    let mut notes = Vec::new();
    let at = |place: f64| {
        let index = (place as usize).min(beats.len() - 2);
        beats[index] + (beats[index + 1] - beats[index]) * (place - index as f64)
    };
    let mut place = 0.0;
    for (index, length) in [1.0, 0.5, 0.5, 1.0, 1.0, 1.0, 1.0, 2.0].iter().cycle().enumerate() {
        if place + length > (beats.len() - 1) as f64 {
            break;
        }
        let start = ((at(place) + off(index)) * 1920.0) as Tick;
        let length_ticks = ((at(place + length) - at(place)) * 1900.0) as Tick;
        notes.push(Note { start, pitch: 60 + (index * 5 % 12) as u8, length: length_ticks, velocity: 90 });
        place += length;
    }
    Song { tracks: vec![Track { notes, ..Track::default() }], ..Song::default() }
}

fn steady(start: f64, period: f64, count: usize) -> Vec<f64> {
    (0..count).map(|index| start + period * index as f64).collect()
}

#[test]
fn beats_of_a_steady_player_are_found_and_become_quarters() {
    let right = steady(1.0, 60.0 / 97.0, 65);
    let song = played(&right, |index| if index % 2 == 0 { 0.01 } else { -0.01 });
    assert!(plays_freely(&song, 0));
    let followed = follow(&song, 0).unwrap();
    for (found, right) in followed.beats.iter().zip(&right) {
        assert!((found - right).abs() < 0.05, "{found} {right}");
    }
    assert!(!plays_freely(&followed.song, 0), "it follows its new beats");
    assert_eq!(followed.song.meters.bar_start(followed.song.tracks[0].notes[0].start) % 960, 0);
}

#[test]
fn a_compound_meter_has_dotted_beats() {
    let six = Meter { numerator: 6, denominator: 8 };
    let mut notes = Vec::new();
    for index in 0..90_i64 {
        let (beat, third) = (index / 2, index % 2 * 2);
        notes.push(Note { start: 500 + (beat * 3 + third) * 457, pitch: 70, length: 400, velocity: 90 });
    }
    let song = Song {
        meters: MeterMap::from_changes([MeterChange { tick: 0, meter: six }]),
        tracks: vec![Track { notes, ..Track::default() }],
        ..Song::default()
    };
    let followed = follow(&song, 0).unwrap();
    let off = followed.song.tracks[0].notes.iter().map(|note| (note.start + 240) % 480 - 240).map(i64::abs).max();
    assert!(off < Some(60), "{off:?}");
    assert_eq!(followed.song.meters.at(0).meter, six);
}

#[test]
fn too_few_notes_or_too_short_a_song_have_no_beats() {
    assert_eq!(follow(&Song::default(), 0), None);
    assert_eq!(follow(&played(&steady(0.0, 0.5, 3), |_| 0.0), 0), None);
    let same = vec![Note { start: 0, pitch: 60, length: 10, velocity: 90 }; 50];
    let song = Song { tracks: vec![Track { notes: same, ..Track::default() }], ..Song::default() };
    assert_eq!(follow(&song, 0), None);
    let far = [0, 10_000_000].map(|start| Note { start, pitch: 60, length: 10, velocity: 90 });
    let song = Song { tracks: vec![Track { notes: far.repeat(3), ..Track::default() }], ..Song::default() };
    assert_eq!(follow(&song, 0), None);
}

#[test]
fn lyrics_and_the_end_move_with_the_notes() {
    let mut song = played(&steady(0.3, 0.7, 40), |_| 0.0);
    let tick = song.tracks[0].notes[5].start;
    song.lyrics = vec![Text { tick, bytes: b"la".to_vec() }];
    song.end = song.tracks[0].notes.last().unwrap().end();
    let new = follow(&song, 0).unwrap().song;
    assert_eq!(new.lyrics[0].tick, new.tracks[0].notes[5].start);
    assert_eq!(new.end, new.tracks[0].notes.last().unwrap().end());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn a_drifting_tempo_is_followed(
        tempo in 75_f64..110.0,
        drift in -0.2_f64..0.2,
        start in 0.0_f64..5.0,
        jitter in prop::collection::vec(-0.03_f64..0.03, 100),
    ) {
        let mut right = vec![start];
        for index in 0..64 {
            let now = right[index];
            right.push(now + 60.0 / (tempo * (1.0 + drift * (index as f64 / 10.0).sin())));
        }
        let song = played(&right, |index| jitter[index].max(-start));
        let found = follow(&song, 0).unwrap().beats;
        let hits = right.iter().filter(|beat| found.iter().any(|other| (*other - **beat).abs() <= 0.07)).count();
        let f = 2.0 * hits as f64 / (right.len() + found.len()) as f64;
        prop_assert!(f > 0.9, "{} of {} with {}", hits, right.len(), found.len());
    }

    #[test]
    fn every_note_sounds_when_it_did(
        notes in prop::collection::vec((0_i64..60_000, 1_i64..3000, 40_u8..90), 4..80),
    ) {
        let mut notes: Vec<_> =
            notes.into_iter().map(|(start, length, pitch)| Note { start, pitch, length, velocity: 90 }).collect();
        notes.sort_unstable();
        let song = Song { tracks: vec![Track { notes, ..Track::default() }], ..Song::default() };
        if let Some(Followed { song: new, beats, .. }) = follow(&song, 0) {
            prop_assert!(beats.windows(2).all(|pair| pair[0] < pair[1]));
            prop_assert_eq!(new.tracks[0].notes.len(), song.tracks[0].notes.len());
            let shifts: Vec<f64> = song.tracks[0].notes.iter().zip(&new.tracks[0].notes).map(|(old, new_note)| {
                song.tempos.seconds_at(old.start) - new.tempos.seconds_at(new_note.start)
            }).collect();
            let apart = shifts.iter().fold(0.0_f64, |most, shift| most.max((shift - shifts[shifts.len() - 1]).abs()));
            prop_assert!(apart < 0.06, "{}", apart);
        }
    }
}
