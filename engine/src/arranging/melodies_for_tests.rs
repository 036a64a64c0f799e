//! Random melodies on the network's grid, and the same melodies a little early or late.

use crate::score::chords::keys_of;
use continuo_music::{
    key::Key,
    meter::{Meter, MeterMap, PhraseSpan},
    note::Note,
    time::{TICKS_PER_STEP, Tick},
};
use proptest::prelude::*;
use std::ops::Range;

/// The key at a phrase of a song in one meter.
pub fn key_at(melody: &[Note], heard: &[Range<Tick>], span: &PhraseSpan) -> Option<Key> {
    keys_of(melody, heard, &MeterMap::new(span.meter)).mostly(&(span.start..span.end))
}

/// The meters that are tried.
pub const METERS: [Meter; 4] = [
    Meter { numerator: 4, denominator: 4 },
    Meter { numerator: 3, denominator: 4 },
    Meter { numerator: 6, denominator: 8 },
    Meter { numerator: 5, denominator: 4 },
];

/// How far a melody is moved: up to a tenth of a step.
pub fn shifts() -> impl Strategy<Value = Tick> {
    prop_oneof![Just(1), Just(-1), Just(24), Just(-24), -24i64..=24]
}

/// Melodies of so many bars of a meter: every note begins on a step or on a triplet, is as long as written or shorter, and may have a
/// lower one below it.
pub fn melodies(meter: Meter, bars: Tick) -> impl Strategy<Value = Vec<Note>> {
    let played = prop_oneof![3 => Just(1.0), 2 => Just(0.9), 1 => Just(0.5)];
    let below = prop::option::weighted(0.2, (3u8..20, 1i64..=8));
    let note = (prop_oneof![Just(1), Just(2), Just(4), Just(8), 1i64..=16], 58u8..84, 0u8..6, played, below);
    prop::collection::vec(note, 80).prop_map(move |notes| {
        let (mut at, mut melody) = (0, Vec::new());
        for (steps, pitch, rests, played, below) in notes {
            let start = at;
            at += steps * TICKS_PER_STEP;
            if rests == 0 {
                continue;
            }
            if at > bars * meter.bar_ticks() {
                break;
            }
            if rests == 1 && steps == 4 && start % 480 == 0 {
                let triplet = |index: Tick| Note { start: start + index * 320, pitch, length: 300, velocity: 90 };
                melody.extend((1..=2).map(triplet));
                continue;
            }
            // A note that is played before position 0 is cut there, so its end has to show how long it is.
            let length = if start == 0 { at } else { ((at - start) as f32 * played) as Tick };
            melody.push(Note { start, pitch, length, velocity: 90 });
            if let Some((interval, steps)) = below {
                let length = (steps * TICKS_PER_STEP).min(at - start);
                melody.push(Note { start, pitch: pitch - interval, length, velocity: 90 });
            }
        }
        melody.sort_unstable();
        melody
    })
}

/// The melody moved as a whole; what lies before position 0 is cut off.
pub fn shifted(melody: &[Note], shift: Tick) -> Vec<Note> {
    let moved = |note: &Note| {
        let start = (note.start + shift).max(0);
        Note { start, length: note.end() + shift - start, ..*note }
    };
    melody.iter().map(moved).collect()
}
