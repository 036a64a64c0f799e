//! A song's form: where its melody comes back.

mod continuation;
pub use continuation::heard_before;

use crate::{
    melody::heard_ticks,
    meter::{MeterMap, PhraseSpan},
    note::Note,
    time::{TICKS_PER_STEP, Tick},
};
use std::{
    fmt::{self, Display, Write},
    ops::Range,
};

/// A phrase is compared together with the bars before it, so that there are at least this many: one bar alone comes back
/// by chance.
const COMPARED_BARS: Tick = 4;
/// Fewer notes say too little.
const FEWEST_NOTES: usize = 4;
/// The share of equal notes from which on a phrase comes back: half, as in a question and its answer.
const COMES_BACK: f64 = 0.5;
/// The share of equal notes from which on a phrase comes back in another key, and how many notes and pitches it needs for
/// that: a figure of three notes is a figure, not a tune.
const COMES_BACK_TRANSPOSED: f64 = 0.8;
const FEWEST_NOTES_TRANSPOSED: usize = 8;
const FEWEST_PITCHES_TRANSPOSED: usize = 4;
/// The share of equal notes from which on it has the same letter.
const SAME_LETTER: f64 = 0.7;

/// An earlier stretch of a song whose melody comes back in a phrase.
#[derive(Clone, Debug, PartialEq)]
pub struct Return {
    /// How far back the stretch begins, in ticks.
    pub back: Tick,
    /// By how many semitones the phrase lies above the stretch; 0 unless it comes back in another key.
    pub transposed: i8,
    /// For each bar of the phrase, whether its melody is the stretch's: the same pitches begin on the same steps, moved by
    /// `transposed`.
    pub same_bars: Vec<bool>,
    /// The share of notes that are the same, 0.5 to 1.
    pub likeness: f64,
}

impl Return {
    /// Finds the stretch that is most like a phrase, the earliest one of equals. It begins on a bar line, lies wholly
    /// before the phrase, in the same meter.
    ///
    /// `melody` is sorted; `heard` says where it is known. A phrase returns only if at least half of it was heard, if it
    /// has at least four notes, and if half of the notes are the same. Phrases of fewer than four bars are compared
    /// together with the bars before them. A phrase that comes back nowhere as it was may come back in another key: with
    /// at least eight notes, four pitches, and four notes in five the same.
    ///
    /// ```
    /// use continuo_music::{form::Return, meter::MeterMap, note::Note};
    ///
    /// let meters = MeterMap::default();
    /// let tune = |from: i64| (0..16).map(move |beat| (from + 960 * beat, 60 + beat as u8 % 5));
    /// let melody: Vec<Note> = tune(0)
    ///     .chain(tune(4 * 3840))
    ///     .map(|(start, pitch)| Note { start, pitch, length: 960, velocity: 90 })
    ///     .collect();
    /// let second = meters.phrase_at(4 * 3840, 4);
    /// let found = Return::find(&melody, &[0..8 * 3840], &meters, &second);
    /// assert_eq!(found, Some(Return { back: 4 * 3840, transposed: 0, same_bars: vec![true; 4], likeness: 1.0 }));
    /// ```
    pub fn find(melody: &[Note], heard: &[Range<Tick>], meters: &MeterMap, span: &PhraseSpan) -> Option<Self> {
        if heard_ticks(heard, &(span.start..span.end)) * 2 < span.ticks() {
            return None;
        }
        let bar = span.meter.bar_ticks().max(1);
        let began = meters.at(span.start).tick;
        let bars = (span.ticks() + bar - 1) / bar;
        let from = (span.start - (COMPARED_BARS - bars).max(0) * bar).max(began.min(span.start));
        let here = Onsets::of(melody, from..span.end, bar);
        if here.0.len() < FEWEST_NOTES {
            return None;
        }
        let first = meters.bar_start(melody.first()?.start + TICKS_PER_STEP / 2);
        let stretches = || {
            let earlier = |start: &Tick| (*start > first).then(|| meters.bar_start(start - 1));
            let backs = std::iter::successors(Some(meters.bar_start(span.start)), earlier).skip(1);
            backs
                .map(|start| span.start - start)
                .filter(|&back| back >= span.ticks() && in_one_meter(meters, from - back..span.end - back, span))
        };
        let has_enough = |back: Tick, share: f64| {
            Onsets::range(melody, &(from - back..span.end - back)).len() as f64 >= share * here.0.len() as f64
        };
        let mut best: Option<(f64, Tick, i8)> = None;
        for back in stretches().filter(|&back| has_enough(back, COMES_BACK)) {
            let likeness = here.likeness(&Onsets::of(melody, from - back..span.end - back, bar));
            // The earliest of equals comes last.
            if likeness >= COMES_BACK && best.is_none_or(|(most, ..)| likeness >= most) {
                best = Some((likeness, back, 0));
            }
        }
        if best.is_none() && here.is_a_tune() {
            for back in stretches().filter(|&back| has_enough(back, COMES_BACK_TRANSPOSED)) {
                let there = Onsets::of(melody, from - back..span.end - back, bar);
                let Some(by) = here.interval_above(&there) else { continue };
                let likeness = here.likeness(&there.transposed(by));
                if likeness >= COMES_BACK_TRANSPOSED && best.is_none_or(|(most, ..)| likeness >= most) {
                    best = Some((likeness, back, by));
                }
            }
        }
        let (likeness, back, transposed) = best?;
        let same = |index: Tick| {
            let start = span.start + index * bar;
            let here = start..(start + bar).min(span.end);
            let there = here.start - back..here.end - back;
            Onsets::of(melody, here, bar) == Onsets::of(melody, there, bar).transposed(transposed)
        };
        Some(Self { back, transposed, same_bars: (0..bars).map(same).collect(), likeness })
    }
}

/// The name of a phrase in a song's form: `A`, `B` and so on for phrases of their own, `A` again where the melody comes
/// back, `A'` where it comes back changed, and `A+2` where it comes back a tone higher.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Letter {
    /// Counted from 0 for A, in order of appearance.
    pub index: usize,
    /// Whether it comes back with another melody in some bars.
    pub is_changed: bool,
    /// By how many semitones it lies above the first time.
    pub transposed: i8,
}

impl Display for Letter {
    fn fmt(&self, text: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letter = char::from(b'A' + (self.index % 26) as u8);
        text.write_char(letter)?;
        // After Z comes A2.
        if self.index >= 26 {
            write!(text, "{}", self.index / 26 + 1)?;
        }
        text.write_str(if self.is_changed { "'" } else { "" })?;
        if self.transposed == 0 { Ok(()) } else { write!(text, "{:+}", self.transposed) }
    }
}

/// The letters of a song's phrases.
///
/// A letter depends on the melody up to the end of its phrase alone, so phrases can be added as they become known.
#[derive(Clone, Debug, Default)]
pub struct Letters {
    letters: Vec<(PhraseSpan, Option<Letter>)>,
    count: usize,
}

impl Letters {
    /// Adds the next phrase; see [`Return::find`] for the arguments.
    pub fn push(&mut self, melody: &[Note], heard: &[Range<Tick>], meters: &MeterMap, span: &PhraseSpan) {
        let first = melody.partition_point(|note| note.start < span.start - TICKS_PER_STEP / 2);
        let is_rest = melody.get(first).is_none_or(|note| note.start >= span.end - TICKS_PER_STEP / 2);
        let letter = (!is_rest).then(|| {
            let found = Return::find(melody, heard, meters, span).filter(|found| found.likeness >= SAME_LETTER);
            let earlier = found.and_then(|found| {
                let start = span.start - found.back;
                let (_, letter) = self.letters.iter().find(|(other, _)| other.start == start)?;
                let is_changed = found.same_bars.iter().any(|same| !same);
                letter.map(|letter| Letter {
                    is_changed: letter.is_changed || is_changed,
                    transposed: letter.transposed.saturating_add(found.transposed),
                    ..letter
                })
            });
            earlier.unwrap_or_else(|| {
                self.count += 1;
                Letter { index: self.count - 1, is_changed: false, transposed: 0 }
            })
        });
        self.letters.push((*span, letter));
    }

    /// Forgets all phrases but the first so many.
    pub fn truncate(&mut self, phrases: usize) {
        self.letters.truncate(phrases);
        self.count = self.letters.iter().filter_map(|(_, letter)| Some(letter.as_ref()?.index + 1)).max().unwrap_or(0);
    }

    /// The phrases in the order in which they were added, each with its letter; a phrase without melody has none.
    pub fn all(&self) -> &[(PhraseSpan, Option<Letter>)] {
        &self.letters
    }

    /// The form in a line, such as `A A B A'`; a phrase without melody is `–`.
    pub fn line(&self) -> String {
        let word =
            |(_, letter): &(PhraseSpan, Option<Letter>)| letter.map_or("–".to_owned(), |letter| letter.to_string());
        self.letters.iter().map(word).collect::<Vec<_>>().join(" ")
    }
}

/// Whether an earlier stretch has one meter, the phrase's.
fn in_one_meter(meters: &MeterMap, stretch: Range<Tick>, span: &PhraseSpan) -> bool {
    let change = meters.at(stretch.start);
    change.meter == span.meter && meters.at(stretch.end - 1) == change
}

/// Steps, counted from where a stretch begins, and pitches at which notes begin; sorted, each once.
#[derive(PartialEq, Eq)]
struct Onsets(Vec<(Tick, u8)>);

impl Onsets {
    /// Of the notes that begin in a stretch. A note that is played up to half a step early belongs to the next step.
    fn of(melody: &[Note], stretch: Range<Tick>, bar: Tick) -> Self {
        let step = |start: Tick| {
            let ticks = (start - stretch.start + TICKS_PER_STEP / 2).max(0);
            // Each bar counts its own steps: a bar need not be a whole number of them.
            (ticks.div_euclid(bar), ticks.rem_euclid(bar) / TICKS_PER_STEP)
        };
        let steps_of_a_bar = bar / TICKS_PER_STEP + 1;
        let mut onsets: Vec<(Tick, u8)> = melody
            .get(Self::range(melody, &stretch))
            .unwrap_or_default()
            .iter()
            .map(|note| {
                let (bars, steps) = step(note.start);
                (bars * steps_of_a_bar + steps, note.pitch)
            })
            .collect();
        onsets.sort_unstable();
        onsets.dedup();
        Self(onsets)
    }

    /// The indices of these notes.
    fn range(melody: &[Note], stretch: &Range<Tick>) -> Range<usize> {
        let half = TICKS_PER_STEP / 2;
        let first = melody.partition_point(|note| note.start < stretch.start - half);
        first..melody.partition_point(|note| note.start < stretch.end - half)
    }

    /// Whether there is enough of it to be known in another key.
    fn is_a_tune(&self) -> bool {
        let mut pitches: Vec<u8> = self.0.iter().map(|&(_, pitch)| pitch).collect();
        pitches.sort_unstable();
        pitches.dedup();
        self.0.len() >= FEWEST_NOTES_TRANSPOSED && pitches.len() >= FEWEST_PITCHES_TRANSPOSED
    }

    /// By how many semitones most notes lie above those on the same steps of another stretch; `None` where none does.
    fn interval_above(&self, other: &Self) -> Option<i8> {
        let mut counts = [0_usize; 256];
        for &(step, pitch) in &self.0 {
            let first = other.0.partition_point(|&(earlier, _)| earlier < step);
            for &(_, there) in other.0[first..].iter().take_while(|&&(at, _)| at == step) {
                counts[(128 + usize::from(pitch)).saturating_sub(usize::from(there)).min(255)] += 1;
            }
        }
        // Of equals the smallest interval.
        let most = (1..256).filter(|&place| counts[place] > 0);
        let place = most.max_by_key(|&place| (counts[place], std::cmp::Reverse(place.abs_diff(128))))?;
        i8::try_from(place as i16 - 128).ok().filter(|&by| by != 0)
    }

    /// Moved by so many semitones.
    fn transposed(self, by: i8) -> Self {
        let moved = |(step, pitch): (Tick, u8)| Some((step, pitch.checked_add_signed(by)?));
        Self(self.0.into_iter().filter_map(moved).collect())
    }

    /// The share of equal onsets, of the longer list: 0 to 1.
    fn likeness(&self, other: &Self) -> f64 {
        let (mut at, mut equal) = (0, 0_usize);
        for onset in &self.0 {
            at += other.0[at..].partition_point(|earlier| earlier < onset);
            equal += usize::from(other.0.get(at) == Some(onset));
        }
        equal as f64 / self.0.len().max(other.0.len()).max(1) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::meter::{Meter, MeterChange};
    use proptest::prelude::*;

    const BAR: Tick = 3840;

    /// A quarter-note melody: a bar of pitches each.
    fn bars(pitches: &[[u8; 4]]) -> Vec<Note> {
        let note = |(beat, &pitch)| Note { start: 960 * beat as Tick, pitch, length: 900, velocity: 90 };
        pitches.iter().flatten().enumerate().map(note).collect()
    }

    const A: [[u8; 4]; 4] = [[60, 62, 64, 65], [67, 65, 64, 62], [60, 64, 67, 64], [62, 62, 67, 67]];
    const B: [[u8; 4]; 4] = [[69, 71, 72, 71], [69, 67, 65, 64], [65, 67, 69, 71], [72, 71, 69, 67]];

    fn found(melody: &[Note], start: Tick, length: u8) -> Option<Return> {
        let meters = MeterMap::default();
        let end = melody.last().map_or(0, Note::end);
        Return::find(melody, &[0..end], &meters, &meters.phrase_at(start, length))
    }

    #[test]
    fn a_tune_comes_back_in_another_key() {
        let tune = [60_u8, 64, 62, 65, 67, 64, 60, 62, 64, 65, 67, 69, 65, 62, 60, 60];
        let phrase = |bars: i64, by: u8| {
            (0..).zip(tune).map(move |(beat, pitch)| Note {
                start: bars * BAR + 960 * beat,
                pitch: pitch + by,
                length: 900,
                velocity: 90,
            })
        };
        let meters = MeterMap::default();
        let melody: Vec<Note> = phrase(0, 0).chain(phrase(4, 5)).collect();
        let found = Return::find(&melody, &[0..8 * BAR], &meters, &meters.phrase_at(4 * BAR, 4));
        let expected = Return { back: 4 * BAR, transposed: 5, same_bars: vec![true; 4], likeness: 1.0 };
        assert_eq!(found, Some(expected));
        let mut letters = Letters::default();
        for bar in [0, 4] {
            letters.push(&melody, &[0..8 * BAR], &meters, &meters.phrase_at(bar * BAR, 4));
        }
        assert_eq!(letters.line(), "A A+5");
        let figure =
            |bars: i64, by: u8| phrase(bars, by).map(move |note| Note { pitch: 60 + by + note.pitch % 2, ..note });
        let melody: Vec<Note> = figure(0, 0).chain(figure(4, 5)).collect();
        assert_eq!(
            Return::find(&melody, &[0..8 * BAR], &meters, &meters.phrase_at(4 * BAR, 4)),
            None,
            "two notes are no tune"
        );
    }

    #[test]
    fn a_phrase_returns_to_the_first_of_its_kind() {
        let melody = bars(&[A, A, B, A].concat());
        assert_eq!(found(&melody, 0, 4), None);
        assert_eq!(
            found(&melody, 4 * BAR, 4),
            Some(Return { back: 4 * BAR, transposed: 0, same_bars: vec![true; 4], likeness: 1.0 })
        );
        assert_eq!(found(&melody, 8 * BAR, 4), None);
        assert_eq!(
            found(&melody, 12 * BAR, 4),
            Some(Return { back: 12 * BAR, transposed: 0, same_bars: vec![true; 4], likeness: 1.0 })
        );
    }

    #[test]
    fn the_most_alike_stretch_counts_and_the_changed_bar_is_named() {
        let mut other = A;
        other[3] = [62, 62, 60, 60];
        let melody = bars(&[A, other, B, other].concat());
        assert_eq!(found(&melody, 4 * BAR, 4).unwrap().same_bars, [true, true, true, false]);
        assert_eq!(
            found(&melody, 12 * BAR, 4),
            Some(Return { back: 8 * BAR, transposed: 0, same_bars: vec![true; 4], likeness: 1.0 })
        );
    }

    #[test]
    fn a_stretch_off_the_phrase_grid_counts() {
        let melody = bars(&[&A[..], &B[..2], &A[..]].concat());
        // Bars 7 to 10 are bars 1 to 4 again; the phrase from bar 9 on is their second half and nothing more.
        let meters = MeterMap::new(Meter::COMMON);
        let span = PhraseSpan { start: 6 * BAR, end: 10 * BAR, meter: Meter::COMMON };
        let found = Return::find(&melody, &[0..10 * BAR], &meters, &span).unwrap();
        assert_eq!((found.back, found.same_bars), (6 * BAR, vec![true; 4]));
    }

    #[test]
    fn a_single_bar_that_comes_back_by_chance_is_no_return() {
        let melody = bars(&[&A[..], &B[..3], &A[..1]].concat());
        assert_eq!(found(&melody, 7 * BAR, 1), None);
        let melody = bars(&[A, B, A].concat());
        assert_eq!(
            found(&melody, 11 * BAR, 1),
            Some(Return { back: 8 * BAR, transposed: 0, same_bars: vec![true], likeness: 1.0 })
        );
        assert_eq!(
            found(&melody, 10 * BAR, 2),
            Some(Return { back: 8 * BAR, transposed: 0, same_bars: vec![true; 2], likeness: 1.0 })
        );
    }

    #[test]
    fn what_was_not_heard_or_hardly_sounds_does_not_return() {
        let melody = bars(&[A, A].concat());
        let meters = MeterMap::default();
        let span = meters.phrase_at(4 * BAR, 4);
        assert_eq!(Return::find(&melody, &[0..5 * BAR], &meters, &span), None);
        assert!(Return::find(&melody, &[0..6 * BAR], &meters, &span).is_some());
        let three = [&melody[..3], &melody[16..19]].concat();
        assert_eq!(found(&three, 4 * BAR, 4), None);
        assert_eq!(found(&[], 0, 4), None);
    }

    #[test]
    fn phrases_have_letters() {
        let mut other = A;
        other[3] = [62, 62, 60, 60];
        let rest = |bars: Tick, notes: Vec<Note>| -> Vec<Note> {
            notes.into_iter().map(|note| Note { start: note.start + bars * BAR, ..note }).collect()
        };
        let melody = [bars(&[A, A, B].concat()), rest(16, bars(&other))].concat();
        let meters = MeterMap::default();
        let mut letters = Letters::default();
        for span in meters.phrases_until(20 * BAR, 4) {
            letters.push(&melody, &[0..20 * BAR], &meters, &span);
        }
        assert_eq!(letters.line(), "A A B – A'");
        let name = |index| Letter { index, is_changed: false, transposed: 0 }.to_string();
        assert_eq!((name(25), name(26), name(53)), ("Z".to_owned(), "A2".to_owned(), "B3".to_owned()));
    }

    #[test]
    fn another_meter_is_another_phrase() {
        let waltz = Meter { numerator: 3, denominator: 4 };
        let meters = MeterMap::from_changes([
            MeterChange { tick: 0, meter: waltz },
            MeterChange { tick: 4 * 2880, meter: Meter::COMMON },
        ]);
        let melody: Vec<Note> =
            (0..28).map(|beat| Note { start: 960 * beat, pitch: 60, length: 960, velocity: 90 }).collect();
        let span = meters.phrase_at(4 * 2880, 4);
        assert_eq!(Return::find(&melody, &[0..28 * 960], &meters, &span), None);
    }

    proptest! {
        #[test]
        fn a_return_lies_before_the_phrase_and_forgives_rounding(
            tune in prop::collection::vec(prop::array::uniform4(55_u8..80), 2..12),
            late in -20_i64..20,
            length in prop::sample::select(vec![1_u8, 2, 4]),
        ) {
            let twice = bars(&[tune.clone(), tune].concat());
            let moved: Vec<Note> = twice.iter().map(|note| Note { start: note.start + late, ..*note }).collect();
            for start in (0..twice.last().unwrap().end()).step_by(BAR as usize * usize::from(length)) {
                let here = found(&twice, start, length);
                prop_assert_eq!(&here, &found(&moved, start, length));
                if let Some(Return { back, same_bars, .. }) = here {
                    prop_assert!(back >= BAR * Tick::from(length) && back % BAR == 0 && back <= start);
                    prop_assert_eq!(same_bars.len(), usize::from(length));
                }
            }
        }
    }
}
