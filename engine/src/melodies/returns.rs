//! Bars that come back: a continuation plays earlier bars again as often as the melody itself does.

use super::events::{Conditions, Event};
use crate::{arranging::random::Random, network::melody_network::index_of};

/// How many bars after a bar that comes back the next one does, too: returns come in runs.
const RUN: f32 = 0.6;
/// What is assumed of a melody of which little is known: this share of the bars comes back, as much as that many bars say.
const USUAL: (f32, f32) = (0.25, 4.0);
/// The share that is never exceeded, so that a continuation goes on rather than round.
const MOST: f32 = 0.6;
/// The networks bring bars back by themselves, so that this share of the melody's own returns is enough: 40 continuations have
/// as many bars that come back as the real ones then.
const NEEDED: f32 = 0.6;
/// How many bars before, in a melody whose own returns say nothing.
const LAGS: [i64; 3] = [8, 4, 2];
/// How much likelier an event is that the earlier bar had, as a logarithm: so much that it mostly comes, yet not where the
/// network finds it out of place.
const PULL: f32 = 5.0;

/// Which bars come back.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Returns {
    /// The chance that a run of returns begins with a bar.
    begins: f32,
    /// How many bars before, one for each return that was heard.
    lags: Vec<i64>,
    /// The bar that is written, and how many bars before lies the one that comes back in it.
    now: Option<(i64, Option<i64>)>,
}

impl Returns {
    /// Of the melody that was heard.
    pub fn of(heard: &[Event], bar: i64) -> Self {
        let bars = bars_of(heard, bar);
        let mut lags = Vec::new();
        let (mut returns, mut all) = (0.0_f32, 0.0_f32);
        for (number, here) in bars.iter().enumerate().skip(1).filter(|(_, here)| !here.is_empty()) {
            all += 1.0;
            if let Some(lag) = (1..=number).find(|&lag| bars.get(number - lag) == Some(here)) {
                returns += 1.0;
                lags.push(lag as i64);
            }
        }
        if lags.is_empty() {
            lags.extend(LAGS);
        }
        let (usual, weight) = USUAL;
        let share = ((returns + usual * weight) / (all + weight)).min(MOST);
        Self { begins: NEEDED * share * (1.0 - RUN) / (1.0 - share), lags, now: None }
    }

    /// Makes likelier at a step what an earlier bar had there, if the step's bar is one that comes back.
    pub fn pull(
        &mut self,
        likely: &mut [f32],
        events: &[Event],
        start: i64,
        conditions: &Conditions<'_>,
        random: &mut Random,
    ) {
        let bar = conditions.grid.bar;
        let number = start.div_euclid(bar);
        if self.now.is_none_or(|(there, _)| there != number) {
            let lag = self.lag_of(number, events, conditions, random);
            self.now = Some((number, lag));
        }
        let Some((_, Some(lag))) = self.now else { return };
        let there = events.binary_search_by_key(&(start - lag * bar), |event| event.start);
        if let Some(event) = there.ok().and_then(|index| events.get(index))
            && let Some(value) = likely.get_mut(index_of(event.symbol, event.length as usize))
        {
            *value += PULL;
        }
    }

    /// The endings are written for themselves.
    pub fn end(&mut self) {
        self.begins = 0.0;
        self.now = None;
    }

    fn lag_of(&self, number: i64, events: &[Event], conditions: &Conditions<'_>, random: &mut Random) -> Option<i64> {
        // Two numbers for each bar, so that a seed's numbers stay with their bars.
        let (chance, choice) = (random.uniform(), random.uniform());
        let before = self.now.and_then(|(_, lag)| lag);
        let wanted = match before {
            Some(lag) if chance < RUN => lag,
            _ if chance < self.begins => {
                let place = (choice * self.lags.len() as f32) as usize;
                self.lags.get(place).or(self.lags.last()).copied()?
            }
            _ => return None,
        };
        let bar = conditions.grid.bar;
        let source = (number - wanted) * bar;
        let sounds = events.iter().any(|event| !event.is_rest() && (source..source + bar).contains(&event.start));
        // A bar comes back under the chords that it had. Their numbers are 0 or 1.
        let chords = |step: i64| conditions.chords_at(step).map(|feature| feature > 0.5);
        let fits = [0, bar / 2].iter().all(|place| chords(source + place) == chords(number * bar + place));
        (source >= 0 && sounds && fits).then_some(wanted)
    }
}

/// The beginnings and symbols of the notes of each bar.
fn bars_of(events: &[Event], bar: i64) -> Vec<Vec<(i64, u8)>> {
    let count = events.last().map_or(0, |last| last.end().div_euclid(bar) + 1);
    let mut found = vec![Vec::new(); usize::try_from(count).unwrap_or(0)];
    for event in events.iter().filter(|event| !event.is_rest()) {
        let number = usize::try_from(event.start.div_euclid(bar)).unwrap_or(0);
        if let Some(notes) = found.get_mut(number) {
            notes.push((event.start.rem_euclid(bar), event.symbol));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{melodies::events::BarGrid, network::melody_network::LIKELY};
    use continuo_music::{chord::ChordSpan, key::Key, meter::Meter};

    fn bars(symbols: &[[u8; 4]]) -> Vec<Event> {
        let all = symbols.iter().flatten();
        (0..).zip(all).map(|(index, &symbol)| Event { symbol, length: 4, start: 4 * index }).collect()
    }

    fn conditions(chords: &[ChordSpan]) -> Conditions<'_> {
        Conditions { grid: BarGrid::new(Meter::COMMON, 0), key: Key::major(0), genre: 0, chords, end: None }
    }

    const A: [u8; 4] = [24, 26, 28, 29];
    const B: [u8; 4] = [31, 29, 28, 26];
    const C: [u8; 4] = [33, 31, 33, 35];
    const D: [u8; 4] = [36, 35, 33, 31];

    #[test]
    fn a_melody_that_returns_much_is_continued_with_many_returns() {
        let of = |symbols: &[[u8; 4]]| Returns::of(&bars(symbols), 16);
        let much = of(&[A, B, A, B, A, B, A, B]);
        let none = of(&[A, B, C, D]);
        assert!(much.begins > 2.0 * none.begins && none.begins > 0.0);
        assert!(much.lags.iter().all(|&lag| lag == 2));
        assert_eq!(none.lags, LAGS);
    }

    /// Which of the next bars come back if the likeliest event is always written.
    fn returned(seed: u32, chords: &[ChordSpan]) -> Vec<bool> {
        let mut events = bars(&[A, B, C, D, A, B, C, D]);
        let mut returns = Returns::of(&events, 16);
        let mut random = Random::of_melody(seed);
        let mut found = Vec::new();
        for number in 8..24 {
            let mut pulled = 0;
            for place in 0..4 {
                let start = 16 * number + 4 * place;
                let mut likely = vec![-3.0; LIKELY];
                returns.pull(&mut likely, &events, start, &conditions(chords), &mut random);
                let best = (0..LIKELY).find(|&index| likely[index] > 0.0);
                pulled += usize::from(best.is_some());
                let symbol = best.map_or(40 + number as u8 % 20, |index| (index / 32) as u8);
                events.push(Event { symbol, length: 4, start });
            }
            found.push(pulled == 4);
        }
        found
    }

    #[test]
    fn whole_bars_come_back_in_runs_and_under_their_own_chords_only() {
        let all: Vec<bool> = (1..30).flat_map(|seed| returned(seed, &[])).collect();
        let share = all.iter().filter(|&&is| is).count() as f32 / all.len() as f32;
        assert!((0.25..0.6).contains(&share), "{share}");
        // A chord sounds in the new bars that the old ones did not have.
        let chords = [ChordSpan { span: 8 * 3840..400 * 3840, chord: "G".parse().expect("a chord") }];
        let under: Vec<bool> = (1..30).flat_map(|seed| returned(seed, &chords)[..4].to_vec()).collect();
        assert!(under.iter().all(|&is| !is));
    }
}
