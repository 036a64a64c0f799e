//! Lead with the built-in network.

use super::*;
use crate::network::{BackendChoice, MelodyEngine, MelodyNetwork, ModelSource};
use continuo_music::{
    chord::ChordSpan,
    key::Key,
    lead::{LeadMode, LeadSettings},
    meter::MeterMap,
    note::Note,
    time::Tick,
};
use std::ops::Range;

const BEAT: Tick = 960;
const BAR: Tick = 4 * BEAT;

fn soloist() -> Soloist {
    soloist_with(MelodyEngine::Transformer)
}

fn soloist_with(engine: MelodyEngine) -> Soloist {
    let network = MelodyNetwork::load(&ModelSource::Embedded, engine, BackendChoice::Tract);
    Soloist::new(network.expect("a built-in network"))
}

/// Four bars, in C, whose third and fourth beats are silent.
fn melody() -> Vec<Note> {
    let pitches = [64, 67, 69, 67, 65, 64, 62, 60];
    let note = |(index, &pitch): (usize, &u8)| {
        let place = index as Tick;
        Note { start: place / 2 * BAR + place % 2 * BEAT, pitch, length: BEAT, velocity: 90 }
    };
    pitches.iter().enumerate().map(note).collect()
}

fn chords() -> Vec<ChordSpan> {
    let symbols = ["C", "F", "G7", "C", "Am", "Dm", "G7", "C"];
    let spans = symbols.iter().zip(0..).map(|(symbol, bar): (_, Tick)| ChordSpan {
        span: bar * BAR..(bar + 1) * BAR,
        chord: symbol.parse().expect("a chord"),
    });
    spans.collect()
}

/// Plays beats of a song.
fn play(soloist: &mut Soloist, mode: LeadMode, seed: u32, beats: Range<Tick>, own: &mut Vec<Note>) {
    let (melody, chords, meters) = (melody(), chords(), MeterMap::default());
    let settings = LeadSettings { mode, trade_bars: 2, ..LeadSettings::default() };
    for beat in beats {
        let span = beat * BEAT..(beat + 1) * BEAT;
        let request = LeadRequest {
            settings: &settings,
            meters: &meters,
            span: span.clone(),
            known: Known { melody: &melody, cut: span.start - BEAT, until: 8 * BAR },
            own,
            key: Key::major(0),
            chords: &chords,
            feel: continuo_music::swing::Feel::default(),
            genre: Some("pop"),
            temperature: 1.0,
            seed,
            take: 0,
            song_end: None,
        };
        let played = soloist.improvise(&request).expect("the network plays");
        assert!(played.notes.iter().all(|note| span.contains(&note.start)), "{beat}: {:?}", played.notes);
        own.extend(played.notes);
    }
    assert!(own.windows(2).all(|pair| pair[0].end() <= pair[1].start), "one note at a time: {own:?}");
}

#[test]
fn lead_plays_in_its_turns_and_is_the_same_whatever_was_asked_before() {
    let mut soloist = soloist_with(MelodyEngine::Both);
    for (mode, from) in [(LeadMode::Fill, 2), (LeadMode::Trade, 8), (LeadMode::Solo, 0)] {
        let mut notes = vec![];
        play(&mut soloist, mode, 3, 0..16, &mut notes);
        assert!(notes.len() >= 4, "{mode:?}: {notes:?}");
        assert!(notes.iter().all(|note| note.start >= from * BEAT), "{mode:?}");
        if mode == LeadMode::Fill {
            let under =
                |note: &&Note| melody().iter().any(|other| other.start < note.end() && note.start < other.end());
            assert_eq!(notes.iter().find(under), None, "under the melody");
        }
        if mode == LeadMode::Trade {
            assert!(notes.iter().all(|note| note.end() <= 4 * BAR));
        }
        // Another one that begins in the middle reads all of it anew.
        let mut again: Vec<Note> = notes.iter().filter(|note| note.start < 10 * BEAT).copied().collect();
        play(&mut soloist, LeadMode::Solo, 9, 40..41, &mut vec![]);
        play(&mut soloist, mode, 3, 10..16, &mut again);
        assert_eq!(again, notes, "{mode:?}");
    }
}

#[test]
fn a_beat_costs_a_few_questions_once_its_line_was_read() {
    let mut soloist = soloist();
    let mut notes = vec![];
    play(&mut soloist, LeadMode::Solo, 1, 0..8, &mut notes);
    let before = soloist.asked();
    play(&mut soloist, LeadMode::Solo, 1, 8..9, &mut notes);
    assert!((1..=8).contains(&(soloist.asked() - before)), "{}", soloist.asked() - before);
}

#[test]
fn lead_is_silent_behind_the_songs_end() {
    let (settings, meters, chords) =
        (LeadSettings { mode: LeadMode::Solo, ..LeadSettings::default() }, MeterMap::default(), chords());
    let mut soloist = soloist();
    let mut played = |start: Tick| {
        let known = Known { melody: &melody(), cut: start - BEAT, until: 8 * BAR };
        let request = LeadRequest {
            settings: &settings,
            meters: &meters,
            span: start..start + BEAT,
            known,
            own: &[],
            key: Key::major(0),
            chords: &chords,
            feel: continuo_music::swing::Feel::default(),
            genre: None,
            temperature: 1.0,
            seed: 1,
            take: 0,
            song_end: Some(4 * BAR),
        };
        soloist.improvise(&request).expect("the network plays").notes
    };
    assert!(!played(3 * BAR + 2 * BEAT).is_empty());
    assert_eq!(played(4 * BAR), []);
}

#[test]
fn a_song_ends_on_a_tone_of_its_tonics_chord_in_every_mode_and_genre() {
    let mut soloist = soloist();
    let meters = MeterMap::default();
    let harmony = chords();
    // Sixteen bars; the melody rests in the second half of each, and is one beat long in the last.
    let mut tune: Vec<Note> = (0..4)
        .flat_map(|round| melody().into_iter().map(move |note| Note { start: note.start + round * 4 * BAR, ..note }))
        .collect();
    tune.pop();
    let chords: Vec<ChordSpan> = (0..2)
        .flat_map(|round| {
            let moved = move |chord: &ChordSpan| ChordSpan {
                span: chord.span.start + round * 8 * BAR..chord.span.end + round * 8 * BAR,
                chord: chord.chord,
            };
            harmony.iter().map(moved).collect::<Vec<_>>()
        })
        .collect();
    for (genre, seed) in ["pop", "jazz", "folk", "rock", "latin", "classical"].into_iter().zip(1..) {
        for mode in [LeadMode::Fill, LeadMode::Trade, LeadMode::Solo] {
            let settings = LeadSettings { mode, trade_bars: 4, ..LeadSettings::default() };
            let song = LeadSong {
                settings: &settings,
                meters: &meters,
                melody: &tune,
                end: 16 * BAR,
                chords: &chords,
                key: Some(Key::major(0)),
                swing: None,
                genre: Some(genre),
                temperature: 1.0,
                seed,
            };
            let notes = lead_of_song(&mut soloist, &song, |_, _| {}).expect("the network plays");
            let last = notes.last().expect("Lead plays");
            assert!([0, 4, 7].contains(&(last.pitch % 12)), "{genre} {mode:?}: {last:?}");
            assert!(last.start >= 15 * BAR && last.end() <= 16 * BAR, "{genre} {mode:?}: {last:?}");
            assert!(last.length >= BEAT / 2, "it is held: {genre} {mode:?}: {last:?}");
        }
    }
}
