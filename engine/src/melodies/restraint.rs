//! What a continuation must not do: end beyond its last bar, hang in a loop, or fall silent.

use super::events::{Conditions, Event};
use crate::network::{
    contract::{LONGEST_EVENT, MELODY_LOWEST, MELODY_SYMBOLS, REST},
    melody_network::index_of,
};

/// A bar or two that came so often in a row is not played again if anything else is likely.
const LOOPS: usize = 3;
/// How much less likely each further time makes it, as a logarithm.
const LOOP_COST: f32 = 1.5;
/// So many notes of one pitch in a row are usual.
const SAME: usize = 5;
const SAME_COST: f32 = 0.4;

/// How finely a melody divides the beat: what it hardly ever does by itself, its continuation does not begin.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Subdivision {
    /// What it costs, as a logarithm, to come to lie on a sixteenth between two eighths, and on an eighth between two beats.
    sixteenth: f32,
    eighth: f32,
}

impl Subdivision {
    /// Of the notes that were heard.
    pub fn of(heard: &[Event]) -> Self {
        let (mut all, mut sixteenths, mut eighths) = (0.0_f32, 0.0_f32, 0.0_f32);
        for event in heard.iter().filter(|event| !event.is_rest()) {
            all += 1.0;
            match event.start.rem_euclid(4) {
                0 => {}
                2 => eighths += 1.0,
                _ => sixteenths += 1.0,
            }
        }
        // What half of all melodies do costs nothing; a little of it is always thinkable.
        let cost = |count: f32, usual: f32, least: f32| (usual / (count / all.max(1.0) + least)).ln().max(0.0);
        Self { sixteenth: cost(sixteenths, 0.1, 0.003), eighth: cost(eighths, 0.2, 0.02) }
    }

    const fn cost(self, step: i64) -> f32 {
        match step.rem_euclid(4) {
            0 => 0.0,
            2 => self.eighth,
            _ => self.sixteenth,
        }
    }
}

/// The notes outside the key's scale that a melody hardly ever plays: its continuation seldom plays them either.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Colour {
    /// What each pitch class costs, in the network's key.
    costs: [f32; 12],
}

/// C major's signature.
const SCALE: [usize; 7] = [0, 2, 4, 5, 7, 9, 11];

impl Colour {
    /// Of the notes that were heard.
    pub fn of(heard: &[Event]) -> Self {
        let mut counts = [0.0_f32; 12];
        for event in heard.iter().filter(|event| !event.is_rest()) {
            counts[class_of(event.symbol)] += 1.0;
        }
        let all = counts.iter().sum::<f32>().max(1.0);
        let foreign = |class: usize| (0.02 / (counts[class] / all + 0.002)).ln().max(0.0);
        Self { costs: std::array::from_fn(|class| if SCALE.contains(&class) { 0.0 } else { foreign(class) }) }
    }
}

/// The pitch class of a symbol in the network's key.
pub(crate) const fn class_of(symbol: u8) -> usize {
    ((symbol + MELODY_LOWEST) % 12) as usize
}

/// Changes log-probabilities so that the event at `start` keeps to the rules. `forced`: the last bar must end on the
/// tonic.
pub(crate) fn restrain(likely: &mut [f32], events: &[Event], start: i64, rules: &Rules<'_>, forced: bool) {
    let Rules { conditions: c, end, subdivision, colour } = *rules;
    let bar = c.grid.bar;
    let bar_left = bar - start.rem_euclid(bar);
    for symbol in 0..MELODY_SYMBOLS as u8 {
        let longest = if symbol == REST { bar_left.min(end - start) } else { end - start };
        for length in (longest.max(0) as usize + 1)..=LONGEST_EVENT {
            forbid(likely, symbol, length);
        }
    }
    for (place, value) in likely.iter_mut().enumerate() {
        *value -= subdivision.cost(start + (place % LONGEST_EVENT) as i64 + 1);
    }
    let chord = c.chords_at(start);
    for symbol in 0..REST {
        let class = class_of(symbol);
        // What the chord asks for is no stranger.
        if chord.get(12 + class).is_none_or(|&tone| tone < 0.5) {
            cost(likely, symbol, colour.costs[class]);
        }
    }
    spread_loops(likely, events, start, bar);
    let run = events.iter().rev().filter(|event| !event.is_rest());
    if let Some(last) = run.clone().next() {
        let same = run.take_while(|event| event.symbol == last.symbol).count();
        if same > SAME {
            cost(likely, last.symbol, (same - SAME) as f32 * SAME_COST);
        }
    }
    let silent: i64 = events.iter().rev().take_while(|event| event.is_rest()).map(|event| event.length).sum();
    if silent >= 2 * bar {
        cost(likely, REST, f32::INFINITY);
    } else if silent >= bar {
        cost(likely, REST, 2.0);
    }
    if forced && start >= end - bar {
        end_on_tonic(likely, events, start, end, c);
    }
}

/// What holds for a whole continuation.
#[derive(Clone, Copy)]
pub(crate) struct Rules<'a> {
    pub conditions: &'a Conditions<'a>,
    /// The step where it ends.
    pub end: i64,
    pub subdivision: Subdivision,
    pub colour: Colour,
}

/// From the middle of the last bar on only the tonic plays, and once it has played, only rests; notes before it end there.
fn end_on_tonic(likely: &mut [f32], events: &[Event], start: i64, end: i64, c: &Conditions<'_>) {
    let middle = end - c.grid.bar / 2;
    let is_home = events.last().is_some_and(|last| last.start >= middle && c.is_tonic(last.symbol));
    for symbol in 0..MELODY_SYMBOLS as u8 {
        for length in 1..=LONGEST_EVENT {
            let over = start + length as i64;
            let allowed = match () {
                () if symbol == REST => start < middle && over <= middle || is_home,
                () if is_home => false,
                () if start >= middle => c.is_tonic(symbol) && over == end,
                () => over <= middle || c.is_tonic(symbol) && over == end,
            };
            if !allowed {
                forbid(likely, symbol, length);
            }
        }
    }
}

/// Makes what continues a loop of one or two bars less likely.
fn spread_loops(likely: &mut [f32], events: &[Event], start: i64, bar: i64) {
    for period in [bar, 2 * bar] {
        let times = repeats(events, start, period);
        let there = events.binary_search_by_key(&(start - period), |event| event.start);
        if times >= LOOPS
            && let Some(event) = there.ok().and_then(|index| events.get(index))
        {
            let place = index_of(event.symbol, event.length as usize);
            if let Some(value) = likely.get_mut(place) {
                *value -= LOOP_COST * (times - LOOPS + 1) as f32;
            }
        }
    }
}

/// How often the period before a step was the same as the one before it, and that one as the one before it.
fn repeats(events: &[Event], start: i64, period: i64) -> usize {
    let within = |from: i64| {
        let first = events.partition_point(|event| event.start < from);
        let after = events.partition_point(|event| event.start < from + period);
        events[first..after].iter().map(move |event| (event.symbol, event.length, event.start - from))
    };
    let mut times = 1;
    let mut from = start - period;
    while from - period >= 0 && within(from).next().is_some() && within(from).eq(within(from - period)) {
        times += 1;
        from -= period;
    }
    times
}

fn cost(likely: &mut [f32], symbol: u8, by: f32) {
    for length in 1..=LONGEST_EVENT {
        if let Some(value) = likely.get_mut(index_of(symbol, length)) {
            *value -= by;
        }
    }
}

fn forbid(likely: &mut [f32], symbol: u8, length: usize) {
    if let Some(value) = likely.get_mut(index_of(symbol, length)) {
        *value = f32::NEG_INFINITY;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{melodies::events::BarGrid, network::melody_network::LIKELY};
    use continuo_music::{key::Key, meter::Meter};

    fn conditions() -> Conditions<'static> {
        let grid = BarGrid::new(Meter::COMMON, 0);
        Conditions { grid, key: Key::major(0), genre: 0, chords: &[], end: Some(64) }
    }

    fn events(symbols: &[u8], length: i64) -> Vec<Event> {
        (0..).zip(symbols).map(|(index, &symbol)| Event { symbol, length, start: index * length }).collect()
    }

    fn restrained(events: &[Event], forced: bool) -> Vec<f32> {
        let mut likely = vec![-5.0; LIKELY];
        let subdivision = Subdivision { sixteenth: 0.0, eighth: 0.0 };
        let rules = Rules { conditions: &conditions(), end: 64, subdivision, colour: Colour::default() };
        restrain(&mut likely, events, events.last().map_or(0, Event::end), &rules, forced);
        likely
    }

    #[test]
    fn nothing_ends_beyond_the_last_bar_and_rests_end_at_bar_lines() {
        let likely = restrained(&events(&[24, 26, 28, 29, 31, 24, 26, 28, 29, 31, 24, 26, 28, 29], 4), false);
        assert!(likely[index_of(30, 8)].is_finite() && !likely[index_of(30, 9)].is_finite());
        let likely = restrained(&events(&[24, 26, 28], 4), false);
        assert!(likely[index_of(REST, 4)].is_finite() && !likely[index_of(REST, 5)].is_finite());
    }

    #[test]
    fn a_bar_that_came_three_times_is_less_likely_to_come_again() {
        let bar = [24, 26, 28, 26];
        let again = index_of(24, 4);
        assert!(restrained(&events(&[bar, bar].concat(), 4), false)[again] > -5.1);
        assert!(restrained(&events(&[bar, bar, bar].concat(), 4), false)[again] < -6.0);
    }

    #[test]
    fn one_pitch_is_not_repeated_for_ever_and_silence_ends() {
        assert!(restrained(&events(&[30; 12], 4), false)[index_of(30, 4)] < -6.0);
        let likely = restrained(&events(&[REST; 2], 16), false);
        assert!((1..=16).all(|length| !likely[index_of(REST, length)].is_finite()));
    }

    #[test]
    fn a_melody_of_beats_does_not_fall_between_them() {
        let beats = Subdivision::of(&events(&[24; 16], 4));
        assert!(beats.sixteenth > 3.0 && beats.eighth > 2.0 && beats.cost(8).abs() < 1e-6);
        let sixteenths = Subdivision::of(&events(&[24; 16], 1));
        assert!(sixteenths.cost(3).abs() < 1e-6 && sixteenths.cost(2).abs() < 1e-6);
    }

    #[test]
    fn strangers_to_the_key_cost_what_the_melody_does_not_play_itself() {
        // C and F sharp; the raised fourth is the melody's own.
        let colour = Colour::of(&events(&[24, 24, 24, 30], 4));
        assert!(colour.costs[6].abs() < 1e-6 && colour.costs[0].abs() < 1e-6);
        assert!(colour.costs[1] > 2.0 && colour.costs[2].abs() < 1e-6);
    }

    #[test]
    fn a_forced_ending_is_the_tonic_held_to_the_end() {
        // The last bar begins at step 48, its middle is 56.
        let before = events(&[24, 26, 28, 29, 31, 24, 26, 28, 29, 31, 24, 26, 28, 29], 4);
        let likely = restrained(&before, true);
        let allowed: Vec<usize> = (0..LIKELY).filter(|&place| likely[place].is_finite()).collect();
        assert_eq!(allowed, [0, 12, 24, 36, 48, 60].map(|tonic| index_of(tonic, 8)));
    }
}
