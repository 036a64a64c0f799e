//! How full the band plays: which parts, how many notes and drum voices, and how loud, as songs build.
//!
//! The curves were measured in real songs ([`curves`]): an intensity of 0 is a song's emptiest place, 1 its fullest, and 0.5
//! its middle, which changes nothing.

mod curves;

use super::{decode::lift::Factors, place::PhrasePlace, random::Random};
use continuo_music::{
    meter::PhraseSpan,
    note::Note,
    part::{Part, PartMap, PartNotes},
    sections::SectionKind,
    settings::{Shape, USUAL_INTENSITY},
    time::{TICKS_PER_STEP, Tick},
};
use curves::{NOTES, POINTS, PRESENCE, STROKES, VELOCITY};
use std::ops::Range;

/// How much chance has to say in the order in which parts leave.
const ORDER: f32 = 0.2;

/// How much fuller or emptier than the song a section is, in intensity: verse, chorus, bridge and ending half as far as in
/// POP909, by `python -m continuo_training sections`, since one piano plays there and a band's verse keeps its parts. The
/// piano leads introductions and interludes, so they say nothing of a band; intro and break lie below the verse by
/// choice, not by measurement.
const fn of_section(kind: SectionKind) -> f32 {
    match kind {
        SectionKind::Intro => -0.25,
        SectionKind::Verse => -0.12,
        SectionKind::Chorus => 0.07,
        SectionKind::Bridge => 0.02,
        SectionKind::Break => -0.30,
        SectionKind::Ending => -0.05,
    }
}

/// The intensity of a bar in a section.
pub fn in_section(intensity: f32, section: Option<SectionKind>) -> f32 {
    (intensity + section.map_or(0.0, of_section)).clamp(0.0, 1.0)
}

/// How full the bars of a phrase are.
pub struct PhraseIntensity {
    /// The intensity of each bar, 0 to 1.
    bars: Vec<f32>,
    /// The parts that rest in each bar.
    resting: Vec<PartMap<bool>>,
}

impl PhraseIntensity {
    /// The intensity of a phrase of this shape at this place; `parts` are those that the style plays.
    pub fn of(shape: &Shape, place: &PhrasePlace, span: &PhraseSpan, parts: PartMap<bool>) -> Self {
        let bars: Vec<f32> = (0..bars_in(span))
            .map(|bar| in_section(shape.intensity, place.bars.get(bar).and_then(|bar| bar.section)))
            .collect();
        let resting = bars.iter().map(|&intensity| resting(intensity, shape.seed, parts)).collect();
        Self { bars, resting }
    }

    /// Whether a part rests in the whole phrase.
    pub fn rests(&self, part: Part) -> bool {
        !self.resting.is_empty() && self.resting.iter().all(|resting| resting[part])
    }

    /// The stretches of bars in which the number of notes changes, counted from the phrase's start, with how.
    pub fn factors(&self) -> impl Iterator<Item = (Range<usize>, Factors)> {
        let plain = |intensity: f32| intensity.to_bits() == USUAL_INTENSITY.to_bits();
        let mut from = 0;
        self.bars.chunk_by(|left, right| left.to_bits() == right.to_bits()).filter_map(move |bars| {
            let range = from..from + bars.len();
            from = range.end;
            let intensity = bars[0];
            (!plain(intensity)).then(|| {
                let parts = PartMap::from_fn(|part| at(&NOTES[part.index()], intensity));
                let voices = STROKES.map(|curve| at(&curve, intensity));
                (range, Factors { parts, voices, entering: 2.0 * (intensity - USUAL_INTENSITY).max(0.0) })
            })
        })
    }

    /// Silences the parts that rest and changes the velocities of the others, where they are `wanted`. A note belongs to the
    /// bar of its nearest step, and ends where its part begins to rest.
    pub fn apply(&self, parts: &mut PartNotes, span: &PhraseSpan, wanted: impl Fn(Part) -> bool) {
        let bar_ticks = span.meter.bar_ticks().max(1);
        let bar_of = |note: &Note| {
            let bar = (note.start + TICKS_PER_STEP / 2 - span.start).div_euclid(bar_ticks).max(0) as usize;
            bar.min(self.bars.len().saturating_sub(1))
        };
        for part in Part::ALL.into_iter().filter(|&part| wanted(part)) {
            let rests = |bar: usize| self.resting.get(bar).is_some_and(|resting| resting[part]);
            parts[part].retain(|note| !rests(bar_of(note)));
            for note in &mut parts[part] {
                let bar = bar_of(note);
                if let Some(rest) = (bar + 1..self.bars.len()).find(|&bar| rests(bar)) {
                    let end = span.start + rest as Tick * bar_ticks;
                    note.length = note.length.min(end - note.start);
                }
                if let Some(&intensity) = self.bars.get(bar) {
                    let factor = at(&VELOCITY[part.index()], intensity);
                    note.velocity = (f32::from(note.velocity) * factor).round().clamp(1.0, 127.0) as u8;
                }
            }
        }
    }
}

fn bars_in(span: &PhraseSpan) -> usize {
    let bar = span.meter.bar_ticks().max(1);
    ((span.ticks() + bar - 1) / bar).max(1) as usize
}

/// The parts that rest at an intensity: as many as in songs, in an order that a song keeps. One part always plays, and the
/// chords stay longest after the bass: a melody over a bass alone has no harmony.
fn resting(intensity: f32, seed: u32, parts: PartMap<bool>) -> PartMap<bool> {
    let mut random = Random::of_intensity(seed);
    let stays = PartMap::from_fn(|part| {
        let chance = ORDER * random.uniform();
        if part == Part::Chords { PRESENCE[Part::Bass.index()][0] } else { PRESENCE[part.index()][0] + chance }
    });
    let mut order: Vec<Part> = Part::ALL.into_iter().filter(|&part| parts[part]).collect();
    order.sort_by(|&left, &right| stays[right].total_cmp(&stays[left]).then(left.cmp(&right)));
    let expected: f32 = order.iter().map(|part| at(&PRESENCE[part.index()], intensity).min(1.0)).sum();
    let playing = (expected.round() as usize).max(1);
    PartMap::from_fn(|part| order.iter().skip(playing).any(|&other| other == part))
}

/// A curve's value at an intensity, on straight lines between its points.
fn at(curve: &[f32; POINTS], intensity: f32) -> f32 {
    let place = intensity.clamp(0.0, 1.0) * (POINTS - 1) as f32;
    let index = (place as usize).min(POINTS - 2);
    let share = place - index as f32;
    (1.0 - share) * curve[index] + share * curve[index + 1]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arranging::place::BarPlace;
    use continuo_music::meter::Meter;

    const SPAN: PhraseSpan = PhraseSpan { start: 0, end: 15_360, meter: Meter::COMMON };
    const ALL: PartMap<bool> = PartMap([true; 5]);

    fn phrase(intensity: f32) -> PhraseIntensity {
        PhraseIntensity::of(&Shape { intensity, ..Shape::default() }, &PhrasePlace::UNKNOWN, &SPAN, ALL)
    }

    fn full() -> PartNotes {
        let bars = (0..4).map(|bar| Note { start: 3840 * bar, pitch: 60, length: 7680, velocity: 80 });
        PartMap::from_fn(|_| bars.clone().collect())
    }

    #[test]
    fn the_middle_changes_nothing() {
        let middle = phrase(0.5);
        assert_eq!(middle.factors().count(), 0);
        let mut notes = full();
        middle.apply(&mut notes, &SPAN, |_| true);
        assert_eq!(notes, full());
    }

    #[test]
    fn more_parts_notes_and_velocity_the_more_intensity() {
        for seed in 1..20 {
            let playing = |intensity| resting(intensity, seed, ALL).0.iter().filter(|rests| !**rests).count();
            let all: Vec<usize> = (0..=20).map(|step| playing(step as f32 / 20.0)).collect();
            assert!(
                all.is_sorted() && all[0] >= 2 && all[0] < 5 && all[10..].iter().all(|&parts| parts == 5),
                "{all:?}"
            );
            assert!(!resting(0.0, seed, ALL)[Part::Bass], "the harmony keeps its ground");
        }
        for curve in NOTES.iter().chain(&VELOCITY) {
            assert!(curve.is_sorted() && (curve[5] - 1.0).abs() < 1e-6);
        }
        assert_eq!(resting(0.0, 1, PartMap::from_fn(|part| part == Part::Drums)), PartMap::default(), "somebody plays");
    }

    #[test]
    fn a_part_rests_from_bar_line_to_bar_line() {
        let section = |kind| BarPlace { section: Some(kind), ends_section: false };
        let bars = [SectionKind::Chorus, SectionKind::Chorus, SectionKind::Break, SectionKind::Break].map(section);
        let place = PhrasePlace { bars: bars.to_vec(), ..PhrasePlace::UNKNOWN };
        let shape = Shape { intensity: 0.25, ..Shape::default() };
        let phrase = PhraseIntensity::of(&shape, &place, &SPAN, ALL);
        let rests = Part::ALL.into_iter().find(|&part| phrase.resting[3][part]).expect("the break is empty");
        assert!(!phrase.resting[0][rests] && !phrase.rests(rests));
        let mut notes = full();
        phrase.apply(&mut notes, &SPAN, |_| true);
        let ends: Vec<Tick> = notes[rests].iter().map(Note::end).collect();
        assert_eq!(ends, [7680, 7680]);
        assert_eq!(phrase.factors().map(|(bars, _)| bars).collect::<Vec<_>>(), [0..2, 2..4]);
        let mut locked = full();
        phrase.apply(&mut locked, &SPAN, |part| part != rests);
        assert_eq!(locked[rests], full()[rests]);
    }
}
