//! The changes of a twelve-bar blues, where a melody shows that it is one.
//!
//! The form cannot be heard in four bars, so whoever harmonizes a blues phrase by phrase misses it. It is taken for one only
//! if all of this holds: choruses of twelve whole bars in common or compound quadruple time; a last note on the tonic; blue
//! notes, or in minor the minor third and no major one; and a melody that fits the changes, and fits them better where they
//! leave the tonic than the tonic itself.

use crate::{
    chord::{Chord, ChordSpan, Quality},
    meter::{Meter, MeterMap},
    note::Note,
    time::{TICKS_PER_STEP, Tick},
};

/// A blues' mode: its changes, and what its melody must show.
#[derive(Debug, PartialEq, Eq)]
struct Mode {
    /// Semitones of each bar's root above the tonic, and the quality.
    changes: [(u8, Quality); 12],
    /// The bars that leave the tonic and decide.
    leaving: [usize; 3],
    /// The intervals above the tonic that tell it, in semitones, and those that deny it.
    telling: &'static [u8],
    denying: &'static [u8],
}

const DOMINANT: Quality = Quality::Dominant7;
const MINOR: Quality = Quality::Minor7;
/// The usual changes of a blues in major, with its minor third and minor seventh as blue notes, and of one in minor.
const MODES: [Mode; 2] = [
    Mode {
        changes: [
            (0, DOMINANT),
            (0, DOMINANT),
            (0, DOMINANT),
            (0, DOMINANT),
            (5, DOMINANT),
            (5, DOMINANT),
            (0, DOMINANT),
            (0, DOMINANT),
            (7, DOMINANT),
            (5, DOMINANT),
            (0, DOMINANT),
            (0, DOMINANT),
        ],
        leaving: [4, 5, 8],
        telling: &[3, 10],
        denying: &[],
    },
    Mode {
        changes: [
            (0, MINOR),
            (0, MINOR),
            (0, MINOR),
            (0, MINOR),
            (5, MINOR),
            (5, MINOR),
            (0, MINOR),
            (0, MINOR),
            (8, DOMINANT),
            (7, DOMINANT),
            (0, MINOR),
            (0, MINOR),
        ],
        leaving: [4, 5, 9],
        telling: &[3],
        denying: &[4],
    },
];
/// The meters of blues.
const METERS: [Meter; 2] = [Meter::COMMON, Meter { numerator: 12, denominator: 8 }];
/// The shares of the melody's time that must tell the mode, that may deny it, and that must fit.
const LEAST_TELLING: f64 = 0.06;
const MOST_DENYING: f64 = 0.02;
const LEAST_FIT: f64 = 0.75;
/// How much better the changes must fit than the tonic where they leave it.
const LEAST_GAIN: f64 = 0.15;

/// A blues: where its first chorus begins, and how long it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blues {
    /// The pitch class of the tonic.
    pub tonic: u8,
    /// Where the first full bar begins.
    pub begins: Tick,
    /// The number of choruses of twelve bars.
    pub choruses: usize,
    meter: Meter,
    mode: &'static Mode,
}

impl Blues {
    /// Finds the blues in a melody, sorted, that is known as a whole up to `end`.
    pub fn find(melody: &[Note], meters: &MeterMap, end: Tick) -> Option<Self> {
        let (first, last) = (melody.first()?, melody.iter().rfind(|note| note.start < end)?);
        let at = first.start + TICKS_PER_STEP / 2;
        let (meter, bar) = (meters.at(at).meter, meters.at(at).meter.bar_ticks());
        let bar_start = meters.bar_start(at);
        // A melody that begins in the second half of a bar begins with a pickup.
        let begins = if 2 * (at - bar_start) >= bar { bar_start + bar } else { bar_start };
        let bars = (end - begins) / bar;
        let is_whole = end > begins && (end - begins) % bar == 0 && bars % 12 == 0;
        if !METERS.contains(&meter) || !is_whole || meters.at(begins) != meters.at(end - 1) {
            return None;
        }
        let in_mode = |mode| Self { tonic: last.pitch % 12, begins, choruses: (bars / 12) as usize, meter, mode };
        MODES.iter().map(in_mode).find(|found| found.suits(melody, end))
    }

    /// The chords of a stretch, a bar each, cut at its edges.
    pub fn chords(&self, stretch: &std::ops::Range<Tick>) -> Vec<ChordSpan> {
        let bar = self.meter.bar_ticks();
        let bars = (0..).map(|number| (number, self.begins + number as Tick * bar)).take(12 * self.choruses);
        bars.filter_map(|(number, start): (usize, Tick)| {
            let span = start.max(stretch.start)..(start + bar).min(stretch.end);
            // The last bar turns around, unless the song ends.
            let turns = number % 12 == 11 && number + 1 < 12 * self.choruses;
            let (above, quality) = if turns { (7, DOMINANT) } else { self.mode.changes[number % 12] };
            let chord = Chord::new((self.tonic + above) % 12, quality);
            (span.start < span.end).then_some(ChordSpan { span, chord })
        })
        .collect()
    }

    fn suits(&self, melody: &[Note], end: Tick) -> bool {
        let bar = self.meter.bar_ticks();
        let (mut all, mut telling, mut denying, mut fitting): (Tick, Tick, Tick, Tick) = (0, 0, 0, 0);
        let (mut leaving, mut with_changes, mut with_tonic): (Tick, Tick, Tick) = (0, 0, 0);
        for note in melody.iter().filter(|note| note.start >= self.begins - TICKS_PER_STEP / 2 && note.start < end) {
            // One sample must not decide.
            let ticks = (note.length + TICKS_PER_STEP / 2) / TICKS_PER_STEP;
            let number = ((note.start + TICKS_PER_STEP / 2 - self.begins) / bar) as usize % 12;
            let above = |root: u8| (note.pitch + 24 - self.tonic - root) % 12;
            let (root, quality) = self.mode.changes[number];
            let ticks_if = |holds: bool| if holds { ticks } else { 0 };
            all += ticks;
            telling += ticks_if(self.mode.telling.contains(&above(0)));
            denying += ticks_if(self.mode.denying.contains(&above(0)));
            // The minor third is at home over the tonic in both modes.
            fitting += ticks_if(is_fitting(above(root), quality) || root == 0 && above(0) == 3);
            if self.mode.leaving.contains(&number) {
                leaving += ticks;
                with_changes += ticks_if(is_chord_tone(above(root), quality));
                with_tonic += ticks_if(is_chord_tone(above(0), self.mode.changes[0].1));
            }
        }
        let share = |part: Tick, whole: Tick| part as f64 / whole.max(1) as f64;
        share(telling, all) >= LEAST_TELLING
            && share(denying, all) <= MOST_DENYING
            && share(fitting, all) >= LEAST_FIT
            && share(with_changes - with_tonic, leaving) >= LEAST_GAIN
    }
}

/// Whether an interval above a root belongs to its chord, or to it with its sixth (in minor its fourth) and ninth.
fn is_fitting(above: u8, quality: Quality) -> bool {
    is_chord_tone(above, quality) || above == 2 || above == if quality == MINOR { 5 } else { 9 }
}

const fn third(quality: Quality) -> u8 {
    if matches!(quality, MINOR) { 3 } else { 4 }
}

const fn is_chord_tone(above: u8, quality: Quality) -> bool {
    matches!(above, 0 | 7 | 10) || above == third(quality)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BAR: Tick = 3840;

    /// A melody of quarter notes: a bar of pitches each.
    fn melody(bars: &[[u8; 4]], from: Tick) -> Vec<Note> {
        let note = |(beat, &pitch)| Note { start: from + 960 * beat as Tick, pitch, length: 900, velocity: 90 };
        bars.iter().flatten().enumerate().map(note).collect()
    }

    /// A blues in F: a riff, the riff over the fourth, the riff, and an answer.
    fn blues() -> Vec<[u8; 4]> {
        let (riff, over_fourth) = ([[65, 68, 69, 72], [74, 72, 69, 65]], [[70, 68, 74, 70], [74, 72, 68, 65]]);
        let answer = [[67, 70, 76, 72], [74, 70, 68, 65], [65, 69, 72, 74], [65, 65, 65, 65]];
        [&riff[..], &riff, &over_fourth, &riff, &answer].concat()
    }

    fn found(melody: &[Note], end: Tick) -> Option<Blues> {
        Blues::find(melody, &MeterMap::default(), end)
    }

    #[test]
    fn a_blues_has_its_changes_in_each_chorus_and_turns_around() {
        let twice = [blues(), blues()].concat();
        let found = found(&melody(&twice, 0), 24 * BAR).expect("a blues");
        assert_eq!((found.tonic, found.begins, found.choruses), (5, 0, 2));
        let chords = found.chords(&(0..24 * BAR));
        let names: Vec<String> = chords.iter().map(|chord| chord.chord.to_string()).collect();
        let names_of_chorus = "F7 F7 F7 F7 Bb7 Bb7 F7 F7 C7 Bb7 F7";
        assert_eq!(names.join(" "), format!("{names_of_chorus} C7 {names_of_chorus} F7"));
        let inside = found.chords(&(BAR / 2..2 * BAR));
        assert_eq!(inside.iter().map(|chord| chord.span.clone()).collect::<Vec<_>>(), [BAR / 2..BAR, BAR..2 * BAR]);
    }

    #[test]
    fn a_pickup_comes_before_the_first_chorus() {
        let mut tune = melody(&blues(), BAR);
        tune.insert(0, Note { start: 2880, pitch: 65, length: 900, velocity: 90 });
        assert_eq!(found(&tune, 13 * BAR).map(|blues| blues.begins), Some(BAR));
    }

    /// A blues in C minor: a riff, the riff over the fourth, the riff, and an answer.
    fn minor_blues() -> Vec<[u8; 4]> {
        let (riff, over_fourth) = ([[60, 62, 63, 67], [70, 67, 63, 60]], [[65, 67, 68, 72], [75, 72, 68, 65]]);
        let answer = [[68, 72, 75, 72], [71, 74, 67, 65], [63, 62, 60, 67], [60, 60, 60, 60]];
        [&riff[..], &riff, &over_fourth, &riff, &answer].concat()
    }

    #[test]
    fn a_blues_in_minor_has_other_changes() {
        let found = found(&melody(&minor_blues(), 0), 12 * BAR).expect("a blues");
        let names: Vec<String> = found.chords(&(0..12 * BAR)).iter().map(|chord| chord.chord.to_string()).collect();
        assert_eq!(names.join(" "), "Cm7 Cm7 Cm7 Cm7 Fm7 Fm7 Cm7 Cm7 Ab7 G7 Cm7 Cm7");
    }

    #[test]
    fn a_tune_in_minor_that_stays_at_home_or_has_the_major_third_is_none() {
        let riff = [[60, 62, 63, 67], [70, 67, 63, 60]];
        assert_eq!(found(&melody(&riff.repeat(6), 0), 12 * BAR), None, "it never leaves the tonic");
        let major: Vec<Note> = melody(&minor_blues(), 0)
            .iter()
            .map(|note| Note { pitch: if note.pitch % 12 == 3 { note.pitch + 1 } else { note.pitch }, ..*note })
            .collect();
        assert_eq!(found(&major, 12 * BAR), None);
    }

    #[test]
    fn other_tunes_of_twelve_bars_are_none() {
        let tune = melody(&blues(), 0);
        assert!(found(&tune, 12 * BAR).is_some());
        assert_eq!(found(&tune[..44], 11 * BAR), None, "eleven bars");
        let on_tonic: Vec<[u8; 4]> = [[65, 68, 69, 72], [74, 72, 69, 65]].repeat(6);
        assert_eq!(found(&melody(&on_tonic, 0), 12 * BAR), None, "it never leaves the tonic");
        let without_blue: Vec<Note> = tune
            .iter()
            .map(|note| Note {
                pitch: if matches!(note.pitch % 12, 3 | 8) { note.pitch - 1 } else { note.pitch },
                ..*note
            })
            .collect();
        assert_eq!(found(&without_blue, 12 * BAR), None, "no blue note");
        let waltz = MeterMap::new(Meter { numerator: 3, denominator: 4 });
        assert_eq!(Blues::find(&tune, &waltz, 16 * 2880), None);
        assert_eq!(found(&[], 12 * BAR), None);
    }
}
