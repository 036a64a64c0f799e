//! The parts follow the melody's loudness: soft under soft, loud under loud.

use continuo_music::{
    meter::PhraseSpan,
    note::Note,
    part::{Part, PartNotes},
    time::{TICKS_PER_STEP, Tick},
};
use std::ops::Range;

/// The melody's velocity under which the parts play as the network writes them.
const USUAL: f32 = 90.0;
/// How much softer or louder than that the parts may get.
const FACTORS: std::ops::RangeInclusive<f32> = 0.3..=1.4;
/// How much of a bar's loudness is that of the bar before: a band does not jump.
const BEFORE: f32 = 0.3;

/// The factor on the parts' velocities in each bar of a stretch of this span's form that begins at `start`. `melody` is
/// known there and in the bars before; a bar without melody is as loud as the one before it.
pub fn factors(melody: &[Note], start: Tick, span: &PhraseSpan, amount: f32) -> Vec<f32> {
    let bar = span.meter.bar_ticks().max(1);
    let bars = (span.ticks() + bar - 1) / bar;
    let first = melody.first().map_or(start, |note| note.start.min(start));
    let mut from = start - (start - first + bar - 1) / bar * bar;
    let mut loudness: Option<f32> = None;
    let mut factors = Vec::new();
    while from < start + bars * bar {
        if let Some(here) = velocity_in(melody, &(from..from + bar)) {
            loudness = Some(loudness.map_or(here, |before| BEFORE * before + (1.0 - BEFORE) * here));
        }
        if from >= start {
            let factor = loudness.map_or(1.0, |loudness| (loudness / USUAL).powf(amount));
            factors.push(factor.clamp(*FACTORS.start(), *FACTORS.end()));
        }
        from += bar;
    }
    factors
}

/// Multiplies the velocities of the parts that are `wanted`, bar by bar; a note belongs to the bar of its nearest step.
pub fn apply(parts: &mut PartNotes, factors: &[f32], span: &PhraseSpan, wanted: impl Fn(Part) -> bool) {
    let bar = span.meter.bar_ticks().max(1);
    for part in Part::ALL.into_iter().filter(|&part| wanted(part)) {
        for note in &mut parts[part] {
            let index = (note.start + TICKS_PER_STEP / 2 - span.start).div_euclid(bar).max(0) as usize;
            let factor = factors.get(index).or(factors.last()).copied().unwrap_or(1.0);
            note.velocity = (f32::from(note.velocity) * factor).round().clamp(1.0, 127.0) as u8;
        }
    }
}

/// The mean velocity of what sounds in a stretch, by how many steps each note sounds; `None` in a rest.
fn velocity_in(melody: &[Note], stretch: &Range<Tick>) -> Option<f32> {
    let (mut sum, mut steps) = (0, 0);
    for note in melody.iter().filter(|note| note.start < stretch.end && note.end() > stretch.start) {
        let ticks = note.end().min(stretch.end) - note.start.max(stretch.start);
        let length = ((ticks + TICKS_PER_STEP / 2) / TICKS_PER_STEP).max(1);
        sum += length * Tick::from(note.velocity);
        steps += length;
    }
    (steps > 0).then(|| sum as f32 / steps as f32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use continuo_music::meter::Meter;

    const SPAN: PhraseSpan = PhraseSpan { start: 3840, end: 11_520, meter: Meter::COMMON };

    fn note(start: Tick, velocity: u8) -> Note {
        Note { start, pitch: 60, length: 3840, velocity }
    }

    #[test]
    fn soft_is_under_soft_and_loud_under_loud() {
        let of = |velocities: [u8; 2], amount| {
            factors(&[note(3840, velocities[0]), note(7680, velocities[1])], SPAN.start, &SPAN, amount)
        };
        assert_eq!(of([90, 90], 1.0), [1.0, 1.0]);
        assert_eq!(of([30, 120], 0.0), [1.0, 1.0]);
        let soft_then_loud = of([45, 120], 1.0);
        assert!((soft_then_loud[0] - 0.5).abs() < 1e-6 && soft_then_loud[1] > 1.0, "{soft_then_loud:?}");
        assert_eq!(of([1, 127], 1.0)[..1], [0.3], "never silent");
    }

    #[test]
    fn a_rest_is_as_loud_as_what_came_before() {
        assert_eq!(factors(&[note(0, 45)], SPAN.start, &SPAN, 1.0), [0.5, 0.5]);
        assert_eq!(factors(&[], SPAN.start, &SPAN, 1.0), [1.0, 1.0]);
    }

    #[test]
    fn only_wanted_parts_change() {
        let mut parts = PartNotes::default();
        for part in [Part::Bass, Part::Chords] {
            parts[part] = vec![Note { length: 960, ..note(3840, 100) }, Note { length: 960, ..note(7600, 100) }];
        }
        apply(&mut parts, &[0.5, 1.2], &SPAN, |part| part == Part::Bass);
        assert_eq!(parts[Part::Bass].iter().map(|note| note.velocity).collect::<Vec<_>>(), [50, 120]);
        assert_eq!(parts[Part::Chords][0].velocity, 100);
    }
}
