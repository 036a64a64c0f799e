//! The band swings with the melody, and plays the same notes as under the straight melody.

use super::*;
use crate::{
    arranging::whole_song::arrange_song, network::runtime::BackendChoice, score::edit::WholeSong, styles::Shelf,
};
use continuo_music::{
    meter::{Meter, MeterMap, PhraseSpan},
    note::Note,
    swing::{Level, Swing, SwingGrid},
    time::{TICKS_PER_STEP, Tick},
};

type Outcome = Result<(), Box<dyn std::error::Error>>;

const BARS: Tick = 4;
const SPAN: PhraseSpan = PhraseSpan { start: 0, end: BARS * 3840, meter: Meter::COMMON };
/// Rock, in which the network plays many eighths.
const ROCK: u8 = 1;
/// Jazz, which swings.
const JAZZ: u8 = 2;

/// A riff in eighths.
fn riff(swing: Option<Swing>) -> Vec<Note> {
    let grid = SwingGrid::of(&SPAN, swing);
    let notes = (0..8 * BARS)
        .zip([67, 70, 72, 75, 72, 70, 67, 63].into_iter().cycle())
        .map(|(index, pitch)| grid.swung(Note { start: 480 * index, pitch, length: 440, velocity: 90 }));
    notes.collect()
}

fn parts(
    arranger: &mut Arranger,
    melody: Vec<Note>,
    swing: Option<u8>,
) -> Result<(PartNotes, Option<Swing>), InferenceError> {
    let song = WholeSong { melody, meters: MeterMap::default(), ..WholeSong::default() };
    let shape = Shape { genre: ROCK, takes: 1, swing, ..Shape::default() };
    let settings = Settings { shape, ..Settings::default() };
    let arrangement = arrange_song(arranger, &song, &settings, &Shelf::default(), |_, _| {})?;
    Ok((arrangement.parts, arrangement.swing))
}

fn pitches(parts: &PartNotes) -> Vec<Vec<u8>> {
    parts.iter().map(|(_, notes)| notes.iter().map(|note| note.pitch).collect()).collect()
}

/// How many notes begin half-way between two beats, within a third of a step.
fn half_way(parts: &PartNotes, second: Tick) -> usize {
    let near = |note: &&Note| (note.start.rem_euclid(960) - second).abs() <= TICKS_PER_STEP / 3;
    parts.iter().map(|(_, notes)| notes.iter().filter(near).count()).sum()
}

#[test]
fn the_band_swings_with_the_melody() -> Outcome {
    let mut arranger = Arranger::load(&ModelSource::Embedded, BackendChoice::Tract)?;
    let (straight, none) = parts(&mut arranger, riff(None), None)?;
    assert_eq!((none, parts(&mut arranger, riff(None), Some(50))?.0), (None, straight.clone()), "50 % changes nothing");
    assert!(half_way(&straight, 480) > 20);
    for percent in [60, 67] {
        let wanted = Swing::new(Level::Eighths, percent);
        let (swung, found) = parts(&mut arranger, riff(wanted), None)?;
        assert_eq!((found, pitches(&swung)), (wanted, pitches(&straight)));
        let second = wanted.map_or(480, Swing::second);
        assert!(half_way(&swung, second) >= half_way(&straight, 480), "{percent} %");
        let chosen = parts(&mut arranger, riff(None), Some(percent))?.0;
        assert_eq!(chosen, swung, "a straight melody is asked to swing");
    }
    Ok(())
}

#[test]
fn jazz_is_straight_where_that_is_asked_for() -> Outcome {
    let mut arranger = Arranger::load(&ModelSource::Embedded, BackendChoice::Tract)?;
    let mut off_beats = |swing: Option<u8>| -> Result<(usize, usize), InferenceError> {
        let song = WholeSong { melody: riff(None), meters: MeterMap::default(), ..WholeSong::default() };
        let shape = Shape { genre: JAZZ, takes: 1, swing, ..Shape::default() };
        let (mut straight, mut swung) = (0, 0);
        // One take may have few off-beats.
        for seed in 1..=4 {
            let settings = Settings { shape: Shape { seed, ..shape }, ..Settings::default() };
            let parts = arrange_song(&mut arranger, &song, &settings, &Shelf::default(), |_, _| {})?.parts;
            straight += half_way(&parts, 480);
            swung += half_way(&parts, 640);
        }
        Ok((straight, swung))
    };
    let (straight, swung) = off_beats(None)?;
    assert!(swung > 8 && swung > straight, "jazz swings by itself: {straight} straight, {swung} swung");
    let (straight, swung) = off_beats(Some(50))?;
    assert!(straight > 4 * swung.max(1), "{straight} straight, {swung} swung");
    Ok(())
}
