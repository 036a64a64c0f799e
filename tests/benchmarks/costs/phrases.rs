//! How long a phrase takes.

use crate::{median, print};
use continuo_engine::{
    arranging::{Arrange, Arranger, PhrasePlace, PhraseRequest},
    network::{BackendChoice, ModelSource},
    styles::Shelf,
};
use continuo_music::{
    key::Key,
    meter::{Meter, PhraseSpan},
    note::Note,
    part::PartMap,
    settings::{Settings, Shape},
    swing::Feel,
    time::{TICKS_PER_QUARTER, Tick},
};
use std::{error::Error, time::Instant};

/// So many phrases for each point; their median counts.
const PHRASES: u32 = 40;
const TAKES: u8 = 4;
const BARS: u32 = 4;

/// By the takes that the conductor chooses from, with each runtime.
pub fn by_takes() -> Result<(), Box<dyn Error>> {
    for (chart, choice) in
        [("phrase by takes", BackendChoice::OnnxRuntime), ("phrase by takes, built-in runtime", BackendChoice::Tract)]
    {
        let mut arranger = Arranger::load(&ModelSource::Embedded, choice)?;
        for takes in [1, 2, 3, 4, 6, 8] {
            print(chart, takes.into(), arranged(&mut arranger, takes, BARS)?);
        }
    }
    Ok(())
}

/// By a phrase's bars.
pub fn by_bars() -> Result<(), Box<dyn Error>> {
    let mut arranger = Arranger::load(&ModelSource::Embedded, BackendChoice::OnnxRuntime)?;
    for bars in [1, 2, 3, 4, 8] {
        print("phrase by bars", bars.into(), arranged(&mut arranger, TAKES, bars)?);
    }
    Ok(())
}

/// The median milliseconds of a phrase. Each has a melody of its own, as no window is encoded twice.
fn arranged(arranger: &mut Arranger, takes: u8, bars: u32) -> Result<f64, Box<dyn Error>> {
    let settings = Settings { shape: Shape { takes, ..Shape::default() }, ..Settings::default() };
    let key = Key::estimate(&[1.0, 0.0, 1.0, 0.0, 1.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0]);
    let end = i64::from(4 * bars) * TICKS_PER_QUARTER;
    let mut times = Vec::new();
    for number in 0..PHRASES {
        let melody = wandering(bars, number + 1000 * u32::from(takes) + 100_000 * bars);
        let begun = Instant::now();
        arranger.arrange_phrase(&PhraseRequest {
            span: PhraseSpan { start: 0, end, meter: Meter::COMMON },
            melody: &melody,
            heard: std::slice::from_ref(&(0..end)),
            before: &PartMap::default(),
            given: &PartMap::default(),
            settings: &settings,
            shelf: &Shelf::default(),
            take: 0,
            preferred: None,
            key: Some(key),
            home: None,
            feel: Feel::default(),
            place: &PhrasePlace::UNKNOWN,
            chords: &[],
            recall: None,
            own: None,
        })?;
        times.push(begun.elapsed().as_secs_f64() * 1e3);
    }
    Ok(median(times))
}

/// A melody that seldom repeats itself, a note each quarter in so many bars of four quarters. Another number gives another.
fn wandering(bars: u32, number: u32) -> Vec<Note> {
    const SCALE: [u8; 10] = [60, 62, 64, 65, 67, 69, 71, 72, 74, 76];
    let mut place = 4;
    // A linear congruential generator; Numerical Recipes' factor and summand.
    let mut state = number;
    (0..Tick::from(4 * bars))
        .map(|quarter| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            place = (place + SCALE.len() + (state >> 24) as usize % 5 - 2) % SCALE.len();
            Note { start: quarter * TICKS_PER_QUARTER, pitch: SCALE[place], length: 900, velocity: 90 }
        })
        .collect()
}
