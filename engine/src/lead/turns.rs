//! Where Lead plays: in rests of the melody, in its turns, or always.

use continuo_music::{
    lead::{LeadMode, LeadSettings},
    meter::MeterMap,
    note::Note,
    time::{TICKS_PER_QUARTER, TICKS_PER_STEP, Tick},
};
use std::ops::Range;

/// A rest of the melody counts from this length on.
const SHORTEST_REST: Tick = TICKS_PER_QUARTER;
/// Lead enters a rest on the grid of eighths.
const ENTRY: Tick = TICKS_PER_QUARTER / 2;
/// After so many bars without a melody, Lead fills no more: the player has left.
const LONGEST_FILL: Tick = 8;

/// A stretch in which Lead begins notes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    /// The stretch, inside the span that is made.
    pub stretch: Range<Tick>,
    /// Where its turn began.
    pub since: Tick,
    /// Where its last note must have ended, if that is known.
    pub end: Option<Tick>,
    /// Where the player strikes a key here or later, Lead is silent until the next span; [`Tick::MAX`] if it plays on.
    pub hushed_from: Tick,
}

/// What is known of the melody when Lead's notes are made.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// The melody, sorted, as far as it is known.
    pub melody: &'a [Note],
    /// What was played before this place was heard. What comes later is known from an earlier pass, or not at all.
    pub cut: Tick,
    /// Up to where the melody is known: the cut, or later.
    pub until: Tick,
}

/// Lead's turn in a span of a beat; `None` if it is silent there.
pub fn turn(settings: &LeadSettings, meters: &MeterMap, known: Known<'_>, span: &Range<Tick>) -> Option<Turn> {
    match settings.mode {
        LeadMode::Off => None,
        LeadMode::Fill => fill(meters, known, span),
        LeadMode::Trade => trade(Tick::from(settings.trade_bars), meters, span),
        LeadMode::Solo => Some(Turn { stretch: span.clone(), since: Tick::MIN, end: None, hushed_from: Tick::MAX }),
    }
}

/// Bars are counted from bar 1, and the player begins.
fn trade(bars: Tick, meters: &MeterMap, span: &Range<Tick>) -> Option<Turn> {
    let number = meters.bar_number(span.start) - 1;
    if number < 0 || number.div_euclid(bars.max(1)) % 2 == 0 {
        return None;
    }
    let bar = meters.phrase_at(span.start, 1);
    let (mut since, mut end) = (bar.start, bar.end);
    for _ in 0..number % bars {
        since = meters.bar_start(since - 1);
    }
    for _ in 1..bars - number % bars {
        end = meters.phrase_at(end, 1).end;
    }
    Some(Turn { stretch: span.clone(), since, end: Some(end), hushed_from: Tick::MAX })
}

fn fill(meters: &MeterMap, known: Known<'_>, span: &Range<Tick>) -> Option<Turn> {
    let Known { melody, cut, until } = known;
    let after = melody.partition_point(|note| note.start < span.end);
    // The rest in which the span ends; one that ends within it is seldom a beat long, and not worth a note.
    let next = melody.get(after).map(|note| note.start);
    let before = melody.get(..after).unwrap_or_default();
    let (last_end, last_start) =
        before.iter().fold((None, Tick::MIN), |(end, start), note| (end.max(Some(note.end())), start.max(note.start)));
    let last_end = last_end?;
    if span.start - last_end > LONGEST_FILL * meters.at(span.start).meter.bar_ticks() {
        return None;
    }
    if until > cut && until >= span.end {
        // How the melody goes on is known from an earlier pass.
        let end = next.map_or(until, |next| next.min(until));
        let begin = (last_end + ENTRY - TICKS_PER_STEP / 2).div_euclid(ENTRY) * ENTRY;
        let stretch = span.start.max(begin)..span.end;
        let is_rest = end - last_end >= SHORTEST_REST && end - begin >= ENTRY && !stretch.is_empty();
        return is_rest.then(|| Turn {
            stretch,
            since: begin,
            // What is known may just end here; the melody need not begin.
            end: next.filter(|&next| next <= until),
            hushed_from: last_start + TICKS_PER_STEP,
        });
    }
    // A note that sounds at the cut ends there as far as is known, and the player may hold it for long.
    (last_end <= cut - SHORTEST_REST).then(|| Turn {
        stretch: span.clone(),
        since: last_end,
        end: None,
        hushed_from: cut,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const BEAT: Tick = 960;

    fn note(beat: Tick, beats: Tick) -> Note {
        Note { start: beat * BEAT, pitch: 72, length: beats * BEAT, velocity: 90 }
    }

    fn settings(mode: LeadMode, trade_bars: u8) -> LeadSettings {
        LeadSettings { mode, trade_bars, ..LeadSettings::default() }
    }

    fn fills(melody: &[Note], until: Tick, beat: Tick) -> Option<Turn> {
        let cut = (beat - 1) * BEAT;
        let heard: Vec<Note> = melody.iter().copied().filter(|note| note.start < until.max(cut)).collect();
        let known = Known { melody: &heard, cut, until: until.max(cut) };
        turn(&settings(LeadMode::Fill, 4), &MeterMap::default(), known, &(beat * BEAT..(beat + 1) * BEAT))
    }

    #[test]
    fn a_rest_is_filled_once_it_was_heard_for_a_beat_or_at_once_where_it_is_known() {
        // Rests on the beats 4 to 7.
        let melody = [note(0, 4), note(8, 1)];
        let live: Vec<Tick> = (0..12).filter(|&beat| fills(&melody, 0, beat).is_some()).collect();
        assert_eq!(live, [6, 7, 8, 9, 11], "the note on beat 8 is not known before it, and hushes Lead");
        assert_eq!(fills(&melody, 0, 8).map(|turn| turn.hushed_from), Some(7 * BEAT));
        let known: Vec<Tick> = (0..12).filter(|&beat| fills(&melody, 16 * BEAT, beat).is_some()).collect();
        assert_eq!(known, [4, 5, 6, 7, 9, 10, 11]);
        let turn = fills(&melody, 16 * BEAT, 5).expect("a turn");
        assert_eq!((turn.since, turn.end, turn.hushed_from), (4 * BEAT, Some(8 * BEAT), 240));
        assert_eq!(fills(&[], 0, 4), None, "nothing was played yet");
        assert_eq!(fills(&melody, 0, 60), None, "the player has left");
    }

    #[test]
    fn a_rest_of_less_than_a_beat_is_none() {
        let melody = [Note { length: 300, ..note(0, 1) }, note(1, 1)];
        assert_eq!(fills(&melody, 16 * BEAT, 0), None);
    }

    proptest! {
        #[test]
        fn turns_alternate_and_end_where_the_player_begins(bars in prop::sample::select(vec![2_u8, 4, 8]), beat in 0_i64..400) {
            let meters = MeterMap::default();
            let known = Known { melody: &[], cut: 0, until: 0 };
            let span = beat * BEAT..(beat + 1) * BEAT;
            let found = turn(&settings(LeadMode::Trade, bars), &meters, known, &span);
            let group = beat / (4 * Tick::from(bars));
            prop_assert_eq!(found.is_some(), group % 2 == 1);
            if let Some(found) = found {
                let length = 4 * BEAT * Tick::from(bars);
                prop_assert_eq!((found.since, found.end), (group * length, Some((group + 1) * length)));
            }
        }
    }
}
