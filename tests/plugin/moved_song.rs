//! A song that the band knows is moved, cut, muted or deleted in the host.

use continuo_harness::{
    Format, Player,
    built::{FORMATS, RATE, host, notes, offline_player, pass},
    songs::ode,
    tune::{MelodyNote, Tune},
};
use std::{thread, time::Duration};

/// The channels of bass, chords, strings and counter; drums need no melody.
const PITCHED: std::ops::RangeInclusive<u8> = 1..=4;
/// Quarter notes in a phrase.
const PHRASE: f64 = 16.0;

/// Twelve bars: the ode's phrases, and the first again.
fn song(from: f64, length: f64) -> Tune {
    let tune = ode();
    let again = tune.melody.iter().filter(|note| note.start < PHRASE);
    let again = again.map(|note| MelodyNote { start: note.start + 32.0, ..*note });
    let melody: Vec<MelodyNote> = tune.melody.iter().copied().chain(again).collect();
    let melody = melody.into_iter().map(|note| MelodyNote { start: note.start + from, ..note }).collect();
    Tune { melody, length, ..tune }
}

fn without(tune: &Tune, gone: std::ops::Range<f64>) -> Tune {
    let melody = tune.melody.iter().filter(|note| !gone.contains(&note.start)).copied().collect();
    Tune { melody, ..tune.clone() }
}

/// The transport stops, until the composer has seen it.
fn stop(player: &mut Player<'_>) {
    player.stand(20).expect("the plugin stands");
    thread::sleep(Duration::from_millis(300));
    player.stand(20).expect("the plugin stands");
}

/// How many notes of bass, chords, strings and counter begin in each phrase of the last of these passes.
fn last_pass(format: Format, mode: &str, keep: bool, passes: &[&Tune]) -> Vec<usize> {
    let mut host = host(format);
    host.set("Mode", mode).expect("the mode is there");
    if keep {
        host.set("Keep Song", "On").expect("the switch is there");
    }
    let mut player = offline_player(&mut *host);
    let mut counts = vec![];
    for tune in passes {
        let played = pass(&mut player, tune);
        stop(&mut player);
        let notes = notes(tune, RATE, &played);
        counts = (0..(tune.length / PHRASE) as i64)
            .map(|phrase| {
                let inside = |start: i64| start / (960 * PHRASE as i64) == phrase;
                notes.iter().filter(|note| PITCHED.contains(&note.channel) && inside(note.start)).count()
            })
            .collect();
    }
    counts
}

#[test]
fn nothing_accompanies_bars_whose_song_was_moved_away() {
    for format in FORMATS {
        let (here, moved) = (song(0.0, 64.0), song(PHRASE, 64.0));
        for mode in ["Arrange", "Live", "Answer"] {
            let found = last_pass(format, mode, false, &[&here, &here, &moved, &moved]);
            let fresh = last_pass(format, mode, false, &[&moved, &moved]);
            assert!(found[0] <= fresh[0] + 4, "{format:?} {mode}: {found:?}, a new instance plays {fresh:?}");
            // In the other modes the phrase after silence answers silence.
            let plays = if mode == "Arrange" { 1 } else { 2 };
            assert!(found[plays..].iter().all(|&count| count > 0), "{format:?} {mode}: {found:?}");
        }
        let back = last_pass(format, "Arrange", false, &[&here, &here, &moved, &here, &here]);
        assert!(back[3] == 0 && back[..3].iter().all(|&count| count > 0), "{format:?}: {back:?}");
    }
}

#[test]
fn nothing_accompanies_bars_whose_clip_was_deleted() {
    for format in FORMATS {
        let whole = song(0.0, 48.0);
        let cut = without(&whole, PHRASE..2.0 * PHRASE);
        let found = last_pass(format, "Arrange", false, &[&whole, &whole, &cut, &cut]);
        assert!(found[1] == 0 && found[0] > 0 && found[2] > 0, "{format:?}: {found:?}");
        let silent = without(&whole, 0.0..48.0);
        let found = last_pass(format, "Arrange", false, &[&whole, &whole, &silent, &silent]);
        assert_eq!(found, [0; 3], "{format:?}");
    }
}

#[test]
fn the_player_can_keep_them() {
    for format in FORMATS {
        let whole = song(0.0, 48.0);
        let silent = without(&whole, 0.0..48.0);
        let found = last_pass(format, "Arrange", true, &[&whole, &whole, &silent, &silent]);
        assert!(found.iter().all(|&count| count > 0), "{format:?}: {found:?}");
    }
}

#[test]
fn a_melody_that_is_muted_for_a_pass_brings_its_accompaniment_back_unchanged() {
    for format in FORMATS {
        let whole = song(0.0, 48.0);
        let silent = without(&whole, 0.0..48.0);
        let mut host = host(format);
        let mut player = offline_player(&mut *host);
        let mut played = vec![];
        for tune in [&whole, &whole, &whole, &silent, &whole, &whole] {
            played.push(notes(tune, RATE, &pass(&mut player, tune)));
            stop(&mut player);
        }
        assert_eq!(played[5], played[2], "{format:?}");
        let second = |notes: &[continuo_harness::played::PlayedNote]| {
            notes.iter().filter(|note| note.start >= 2 * 960 * PHRASE as i64).copied().collect::<Vec<_>>()
        };
        assert_eq!(second(&played[4]), second(&played[2]), "{format:?}: already while it comes back");
    }
}
