//! The tune that is played while something is measured.

use continuo_harness::{MelodyNote, Tune};

/// A scale up and down, a note each quarter, in so many bars of four quarters.
pub fn scale(bars: u32) -> Tune {
    const STEPS: [u8; 8] = [0, 2, 4, 5, 7, 5, 4, 2];
    let pitch = |quarter: u32| 60 + STEPS[(quarter % 8) as usize];
    let note = |quarter: u32| MelodyNote { start: quarter.into(), length: 0.9, pitch: pitch(quarter), velocity: 90 };
    let melody = (0..4 * bars).map(note).collect();
    Tune { melody, tempos: vec![(0.0, 120.0)], meters: vec![(0.0, (4, 4))], length: f64::from(4 * bars) }
}

/// A melody that seldom repeats itself, a note each quarter in so many bars of four quarters. Another number gives another.
pub fn wandering(bars: u32, number: u32) -> Tune {
    const SCALE: [u8; 10] = [60, 62, 64, 65, 67, 69, 71, 72, 74, 76];
    let mut place = 4;
    // A linear congruential generator; Numerical Recipes' factor and summand.
    let mut state = number;
    let melody = (0..4 * bars)
        .map(|quarter| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            place = (place + SCALE.len() + (state >> 24) as usize % 5 - 2) % SCALE.len();
            MelodyNote { start: quarter.into(), length: 0.9, pitch: SCALE[place], velocity: 90 }
        })
        .collect();
    Tune { melody, ..scale(bars) }
}
