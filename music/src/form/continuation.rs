//! Where a melody that is being played was heard before: what followed there may follow again.

use super::{COMES_BACK, FEWEST_NOTES, Onsets, in_one_meter};
use crate::{
    melody::is_heard,
    meter::{MeterMap, PhraseSpan},
    note::Note,
    time::{TICKS_PER_STEP, Tick},
};
use std::ops::Range;

/// How many bars are compared at most.
const MOST_BARS: Tick = 8;
/// The share of equal notes in all bars that agree from which on they are the same melody.
const SAME_MELODY: f64 = 0.7;
/// One bar alone says enough only if nearly all of it agrees and a phrase begins with it.
const SAME_BAR: f64 = 0.9;

/// How far back, in ticks, the place lies at which the melody was what it is before `now`, so that what followed there may
/// follow in a phrase; `None` if there is no such place. `melody` is sorted; `heard` says where it is known; `now`, up to
/// where both count, lies in the phrase or less than a bar before it.
///
/// The last bars are compared with those before each earlier bar line, back from `now`. The place where the most bars agree
/// counts, the earliest one of equals. At least two bars must agree, or the one bar of the phrase that was played so far.
/// Notes must follow there. The place lies in the same meter.
///
/// ```
/// use continuo_music::{form::heard_before, meter::MeterMap, note::Note};
///
/// let meters = MeterMap::default();
/// let tune = |bar: i64, first: u8| {
///     (0..16).map(move |beat| Note { start: bar * 3840 + 960 * beat, pitch: first + beat as u8 % 5, length: 960, velocity: 90 })
/// };
/// // Eight bars, and their first four once more: the last four follow.
/// let melody: Vec<Note> = tune(0, 60).chain(tune(4, 67)).chain(tune(8, 60)).collect();
/// let phrase = meters.phrase_at(12 * 3840, 4);
/// let now = 12 * 3840 - 480;
/// assert_eq!(heard_before(&melody, &[0..now], &meters, &phrase, now), Some(8 * 3840));
/// ```
pub fn heard_before(
    melody: &[Note],
    heard: &[Range<Tick>],
    meters: &MeterMap,
    span: &PhraseSpan,
    now: Tick,
) -> Option<Tick> {
    let bar = span.meter.bar_ticks().max(1);
    let melody = &melody[..melody.partition_point(|note| note.start < now)];
    let first = meters.bar_start(melody.first()?.start + TICKS_PER_STEP / 2);
    // The bar line after `now`.
    let edge = span.start - (span.start - now).div_euclid(bar) * bar;
    let here: Vec<Onsets> = (1..=MOST_BARS)
        .map(|index| edge - index * bar)
        .take_while(|&start| start >= first)
        .map(|start| Onsets::of(melody, start..(start + bar).min(now), bar))
        .collect();
    let mut best: Option<(usize, f64, Tick)> = None;
    let mut back = bar;
    while edge - back > first {
        let there = Place { melody, bar, edge: edge - back, now: now - back };
        let (bars, likeness) = there.agreement(&here);
        let enough = match bars {
            0 => false,
            1 => edge - bar == span.start && likeness >= SAME_BAR,
            _ => likeness >= SAME_MELODY,
        };
        let from = edge - bars.max(1) as Tick * bar - back;
        let to = (span.end - back).min(now);
        // The earliest of equals comes last.
        let is_best = best.is_none_or(|(most, alike, _)| (bars, likeness) >= (most, alike));
        if enough
            && is_best
            && is_tune(&here[..bars])
            && is_heard(heard, &(from..to))
            && in_one_meter(meters, from..to, span)
            && Onsets::range(melody, &(now - back..to)).len() >= FEWEST_NOTES
        {
            best = Some((bars, likeness, back));
        }
        back += bar;
    }
    best.map(|(_, _, back)| back)
}

/// An earlier place in a melody.
struct Place<'a> {
    melody: &'a [Note],
    bar: Tick,
    /// The bar line after `now`.
    edge: Tick,
    now: Tick,
}

impl Place<'_> {
    /// How many bars before this place are like those of `here`, the last one first, and the share of notes that are equal
    /// in them.
    fn agreement(&self, here: &[Onsets]) -> (usize, f64) {
        let (mut bars, mut equal, mut all) = (0, 0.0, 0.0);
        for (index, here) in (1..).zip(here) {
            let start = self.edge - index * self.bar;
            let there = Onsets::of(self.melody, start..(start + self.bar).min(self.now), self.bar);
            let notes = here.0.len().max(there.0.len()) as f64;
            let likeness = here.likeness(&there);
            if notes > 0.0 && likeness < COMES_BACK {
                break;
            }
            (bars, equal, all) = (bars + 1, equal + likeness * notes, all + notes);
        }
        (bars, if all > 0.0 { equal / all } else { 0.0 })
    }
}

/// Whether there are enough notes, of more than one pitch.
fn is_tune(bars: &[Onsets]) -> bool {
    let mut pitches = bars.iter().flat_map(|bar| &bar.0).map(|onset| onset.1);
    let first = pitches.clone().next();
    pitches.clone().count() >= FEWEST_NOTES && pitches.any(|pitch| Some(pitch) != first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::meter::Meter;
    use proptest::prelude::*;

    const BAR: Tick = 3840;
    const LEAD: Tick = 480;

    /// A tune of four bars that belongs to a letter, eighths or quarters, from a bar on.
    fn four_bars(letter: char, from: Tick) -> Vec<Note> {
        let number = letter as i64;
        let note = |index: i64| Note {
            start: from * BAR + 960 * index,
            pitch: (60 + (number * 5 + index * index * number) % 13) as u8,
            length: 900,
            velocity: 90,
        };
        (0..16).map(note).collect()
    }

    fn song(letters: &str) -> Vec<Note> {
        (0..).zip(letters.chars()).flat_map(|(phrase, letter)| four_bars(letter, 4 * phrase)).collect()
    }

    /// Where, in bars back, the song was heard before the phrase of four bars that begins at a bar.
    fn found(melody: &[Note], bar: Tick, now: Tick) -> Option<Tick> {
        let meters = MeterMap::default();
        let span = meters.phrase_at(bar * BAR, 4);
        heard_before(melody, &[0..now], &meters, &span, now).map(|back| back / BAR)
    }

    fn at_cut(letters: &str, phrase: Tick) -> Option<Tick> {
        found(&song(letters), 4 * phrase, 4 * phrase * BAR - LEAD)
    }

    #[test]
    fn what_followed_once_follows_again() {
        // Eight bars each: A A B A.
        assert_eq!(at_cut("ababcdab", 1), None, "the first time");
        assert_eq!(at_cut("ababcdab", 2), None, "nothing says that it comes again");
        assert_eq!(at_cut("ababcdab", 3), Some(8));
        assert_eq!(at_cut("ababcdab", 6), None);
        assert_eq!(at_cut("ababcdab", 7), Some(24), "the earliest of equals");
        assert_eq!(at_cut("abcabd", 5), Some(12));
    }

    #[test]
    fn more_bars_in_common_count_more() {
        assert_eq!(at_cut("yacxabxab", 8), Some(12), "two phrases agree: b followed, not c");
        assert_eq!(at_cut("abxcbybxc", 8), Some(20));
    }

    #[test]
    fn one_bar_of_a_phrase_is_recognized_when_it_was_played() {
        let melody = song("abcda");
        for bars in 1..4 {
            assert_eq!(found(&melody, 16, (16 + bars) * BAR - LEAD), Some(16), "after {bars}");
        }
        assert_eq!(found(&melody, 16, 16 * BAR + 480), None, "half a beat says nothing");
        assert_eq!(found(&song("abcde"), 16, 17 * BAR - LEAD), None);
    }

    #[test]
    fn wrong_notes_are_forgiven_and_another_tune_is_not() {
        let mut melody = song("ababc");
        melody[9 * 4 + 1].pitch += 1;
        melody[10 * 4 + 2].pitch += 1;
        assert_eq!(found(&melody, 12, 12 * BAR - LEAD), Some(8));
        for note in &mut melody[44..48] {
            note.pitch += 1;
        }
        assert_eq!(found(&melody, 12, 12 * BAR - LEAD), None, "the last bar differs");
    }

    #[test]
    fn rests_and_one_tone_say_nothing() {
        let drone: Vec<Note> = song("aaaa").into_iter().map(|note| Note { pitch: 60, ..note }).collect();
        assert_eq!(found(&drone, 12, 12 * BAR - LEAD), None);
        assert_eq!(found(&[], 4, 4 * BAR - LEAD), None);
        let once = four_bars('a', 0);
        assert_eq!(found(&once, 12, 12 * BAR - LEAD), None, "rests since");
        // What was played before was followed by a rest.
        let with_rest = [four_bars('a', 0), four_bars('a', 8)].concat();
        assert_eq!(found(&with_rest, 12, 12 * BAR - LEAD), None);
    }

    #[test]
    fn what_was_not_heard_is_not_known() {
        let meters = MeterMap::default();
        let melody = song("abab");
        let span = meters.phrase_at(12 * BAR, 4);
        let now = 12 * BAR - LEAD;
        assert_eq!(heard_before(&melody, &[0..now], &meters, &span, now), Some(8 * BAR));
        assert_eq!(heard_before(&melody, &[0..5 * BAR, 6 * BAR..now], &meters, &span, now), None);
        let waltz = MeterMap::from_changes([crate::meter::MeterChange {
            tick: 6 * BAR,
            meter: Meter { numerator: 3, denominator: 4 },
        }]);
        let span = waltz.phrase_at(12 * BAR, 4);
        assert_eq!(heard_before(&melody, &[0..now], &waltz, &span, now), None, "another meter");
    }

    proptest! {
        #[test]
        fn nothing_after_now_counts_and_rounding_is_forgiven(
            letters in prop::collection::vec(prop::sample::select(vec!['a', 'b', 'c']), 3..7),
            late in -20_i64..20,
            bars in 4_i64..24,
            lead in prop::sample::select(vec![480_i64, 960, 1440]),
        ) {
            let letters: String = letters.into_iter().collect();
            let melody = song(&letters);
            let now = bars * BAR - lead;
            let phrase = bars / 4 * 4;
            let known: Vec<Note> = melody.iter().filter(|note| note.start < now).copied().collect();
            let all = found(&melody, phrase, now);
            prop_assert_eq!(all, found(&known, phrase, now));
            let moved: Vec<Note> = melody.iter().map(|note| Note { start: note.start + late, ..*note }).collect();
            prop_assert_eq!(all, found(&moved, phrase, now));
            prop_assert!(all.is_none_or(|back| back >= 1 && back < bars));
        }
    }
}
