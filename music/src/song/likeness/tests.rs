//! Songs in which a listener knows at once what the melody is.

use super::*;
use crate::song::{ChannelEvent, MelodyChoice, Side, Song};

const TUNE: [u8; 16] = [72, 76, 79, 76, 77, 81, 77, 74, 79, 77, 74, 71, 72, 76, 72, 72];

fn track(name: &str, notes: Vec<(Tick, Tick, u8)>) -> Track {
    let note = |(start, length, pitch)| Note { start, pitch, length, velocity: 80 };
    let mut notes: Vec<_> = notes.into_iter().map(note).collect();
    notes.sort_unstable();
    Track { name: (!name.is_empty()).then(|| name.to_owned()), notes, ..Track::default() }
}

fn played(name: &str, program: u8, notes: Vec<(Tick, Tick, u8)>) -> Track {
    let message = midly::MidiMessage::ProgramChange { program: program.into() };
    let events = vec![ChannelEvent { tick: 0, message, side: Side::Between }];
    Track { events, ..track(name, notes) }
}

/// A tune in quarter notes.
fn tune() -> Vec<(Tick, Tick, u8)> {
    TUNE.repeat(2).into_iter().zip(0..).map(|(pitch, index)| (index * 960, 860, pitch)).collect()
}

fn with_thirds() -> Vec<(Tick, Tick, u8)> {
    tune().into_iter().flat_map(|(start, length, pitch)| [(start, length, pitch), (start, length, pitch - 4)]).collect()
}

/// Broken chords in eighth notes.
fn left_hand() -> Vec<(Tick, Tick, u8)> {
    [48, 55, 52, 55].repeat(16).into_iter().zip(0..).map(|(pitch, index)| (index * 480, 460, pitch)).collect()
}

fn low_line() -> Vec<(Tick, Tick, u8)> {
    [36, 43, 41, 36].repeat(4).into_iter().zip(0..).map(|(pitch, index)| (index * 1920, 1800, pitch)).collect()
}

/// One high note held in each bar.
fn held() -> Vec<(Tick, Tick, u8)> {
    [84, 81, 83, 84].repeat(2).into_iter().zip(0..).map(|(pitch, index)| (index * 3840, 3840, pitch)).collect()
}

fn choice(tracks: Vec<Track>) -> MelodyChoice {
    Song { tracks, ..Song::default() }.melody_choice(None).expect("a melody")
}

#[test]
fn the_right_hand_is_the_melody_whatever_the_hands_are_called_and_in_any_order() {
    for (right, left) in [("Piano right", "Piano left"), ("Right Hand", "L.H."), ("Piano", "Piano"), ("", "")] {
        let tracks = vec![track(right, with_thirds()), track(left, left_hand())];
        let swapped = tracks.iter().rev().cloned().collect();
        assert_eq!((choice(tracks).track, choice(swapped).track), (0, 1), "{right}");
    }
}

#[test]
fn a_word_inside_a_name_says_nothing() {
    for name in ["Crossing", "Single Coil", "Missing You", "Pleading", "Gtr"] {
        assert_eq!(choice(vec![track(name, low_line()), track("Keys", tune())]).track, 1, "{name}");
    }
}

#[test]
fn a_held_pad_above_the_tune_is_not_the_melody() {
    for name in ["", "Synth 3"] {
        let choice = choice(vec![track(name, held()), track("", tune())]);
        assert_eq!((choice.track, choice.next_best), (1, Some(0)));
        assert!(choice.reasons.contains(&Reason::Moves), "{:?}", choice.reasons);
    }
}

#[test]
fn instruments_and_their_names_are_weighed() {
    let alike = |one, other| choice(vec![played("", one, tune()), played("", other, tune())]);
    assert_eq!(alike(91, 73).track, 1, "a flute rather than a pad");
    assert_eq!(alike(91, 73).reasons, [Reason::Instrument]);
    assert_eq!(alike(38, 0).track, 1, "a piano rather than a bass");
    assert_eq!(alike(0, 0).track, 0, "the first of two alike");
    assert!(alike(0, 0).because().contains("first"));
    let mut named = vec![track("", tune()), track("", tune())];
    named[1].setup.instrument = Some("Flute".to_owned());
    assert_eq!(choice(named).track, 1);
}

#[test]
fn the_words_are_sung_to_the_melody() {
    let words: Vec<_> = tune().into_iter().map(|(tick, _, _)| Text { tick, bytes: b"la".to_vec() }).collect();
    // Without the words, the higher line off the beat would be chosen.
    let figures: Vec<_> = tune().into_iter().map(|(start, _, pitch)| (start + 240, 720, pitch + 2)).collect();
    let mut tracks = vec![track("", figures), track("", tune())];
    assert_eq!(choice(tracks.clone()).track, 0);
    let song = Song { tracks: tracks.clone(), lyrics: words.clone(), ..Song::default() };
    assert_eq!(song.melody_track(None), Ok(1), "words in a track of their own");
    tracks[1].lyrics = words;
    let choice = choice(tracks);
    assert_eq!((choice.track, choice.reasons[0]), (1, Reason::Lyrics));
}

#[test]
fn a_clear_name_outweighs_the_notes_and_is_the_reason() {
    let choice = choice(vec![track("Pno", tune()), track("Lead Vocal", low_line()), track("Backing Vocals", tune())]);
    assert_eq!((choice.track, choice.next_best), (1, Some(0)));
    assert_eq!(choice.reasons[0], Reason::Name);
    assert!(choice.because().starts_with("its name"), "{}", choice.because());
}

#[test]
fn a_requested_track_and_an_only_one_are_chosen_for_that_reason() {
    let song = Song { tracks: vec![track("Lead", tune()), track("", left_hand())], ..Song::default() };
    let requested = song.melody_choice(Some(2)).expect("a track");
    assert_eq!(requested, MelodyChoice { track: 1, reasons: vec![Reason::Requested], next_best: Some(0) });
    let only = choice(vec![track("Drums", low_line()), track("", tune())]);
    assert_eq!(only, MelodyChoice { track: 1, reasons: vec![Reason::OnlyCandidate], next_best: None });
}
