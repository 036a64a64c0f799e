//! Meters, the song's bars, and the grid of phrases.
//!
//! Bars are counted from song position 0, from where a meter began, or from where a host says that a bar begins.

use crate::time::{TICKS_PER_QUARTER, Tick};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// A time signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Meter {
    /// Beats in a bar, 1 to 64.
    pub numerator: u8,
    /// The note value of one beat: 1, 2, 4, 8, 16, 32 or 64.
    pub denominator: u8,
}

impl Meter {
    /// 4/4.
    pub const COMMON: Self = Self { numerator: 4, denominator: 4 };

    /// A meter from a host's numbers; `None` if it is not supported.
    pub fn new(numerator: i64, denominator: i64) -> Option<Self> {
        let valid = (1..=64).contains(&numerator) && (1..=64).contains(&denominator);
        (valid && denominator.count_ones() == 1)
            .then_some(Self { numerator: numerator as u8, denominator: denominator as u8 })
    }

    /// Whether [`Meter::new`] would accept it; a meter read from a file may be invalid.
    pub fn is_valid(self) -> bool {
        Self::new(self.numerator.into(), self.denominator.into()) == Some(self)
    }

    /// Ticks in one bar.
    pub const fn bar_ticks(self) -> Tick {
        self.numerator as Tick * self.beat_ticks()
    }

    /// Ticks in one beat.
    pub const fn beat_ticks(self) -> Tick {
        4 * TICKS_PER_QUARTER / self.denominator as Tick
    }

    /// The ticks of a beat as people count it: dotted in compound meters, and a quarter note at least.
    pub const fn pulse_ticks(self) -> Tick {
        let written = if self.beat_ticks() > 0 { self.beat_ticks() } else { 1 };
        let is_compound = self.denominator >= 8 && self.numerator.is_multiple_of(3);
        let mut beat = if is_compound { 3 * written } else { written };
        while beat < TICKS_PER_QUARTER {
            beat *= 2;
        }
        beat
    }
}

impl Default for Meter {
    fn default() -> Self {
        Self::COMMON
    }
}

/// A position from which bars are counted: a meter begins there, or the bar before was cut short.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeterChange {
    /// Start of the first bar in this meter.
    pub tick: Tick,
    /// The meter.
    pub meter: Meter,
}

/// The stretch of the song that one phrase covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PhraseSpan {
    /// First tick.
    pub start: Tick,
    /// First tick after it. A meter change within the phrase ends it early.
    pub end: Tick,
    /// Its meter.
    pub meter: Meter,
}

impl PhraseSpan {
    /// Whether it contains a tick.
    pub const fn contains(&self, tick: Tick) -> bool {
        self.start <= tick && tick < self.end
    }

    /// Its length in ticks.
    pub const fn ticks(&self) -> Tick {
        self.end - self.start
    }
}

/// The meters of the song, as far as they are known.
///
/// The first entry also applies to everything before it.
///
/// ```
/// use continuo_music::meter::{Meter, MeterMap};
///
/// let mut meters = MeterMap::new(Meter::COMMON);
/// let waltz = Meter { numerator: 3, denominator: 4 };
/// // Reported a little late, it applies from the start of its bar: 3840 ticks, one bar of 4/4.
/// meters.learn(3900, waltz);
/// assert_eq!(meters.at(3840).meter, waltz);
/// // So it cuts the four-bar phrase before it short.
/// assert_eq!((meters.phrase_at(0, 4).start, meters.phrase_at(0, 4).end), (0, 3840));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeterMap {
    changes: Vec<MeterChange>,
    /// No meter is known yet: the first one learned applies to the whole song.
    assumed: bool,
}

impl Default for MeterMap {
    fn default() -> Self {
        Self { assumed: true, ..Self::new(Meter::COMMON) }
    }
}

impl MeterMap {
    /// One meter for the whole song, counted from position 0.
    pub fn new(meter: Meter) -> Self {
        Self { changes: vec![MeterChange { tick: 0, meter }], assumed: false }
    }

    /// The meters of a song that gives their exact positions, unlike a host, which may report late: bars are counted
    /// anew from each, and the bar before is cut short. Before the first change the song is in 4/4.
    ///
    /// A meter that begins within a thirty-second note of a bar line is moved to it, since files round positions. A
    /// repetition of the current meter changes nothing.
    ///
    /// ```
    /// use continuo_music::meter::{Meter, MeterChange, MeterMap};
    ///
    /// let waltz = Meter { numerator: 3, denominator: 4 };
    /// // After a bar and a half of 4/4.
    /// let meters = MeterMap::from_changes([MeterChange { tick: 5760, meter: waltz }]);
    /// assert_eq!((meters.bar_start(5759), meters.bar_start(5760)), (3840, 5760));
    /// ```
    pub fn from_changes(changes: impl IntoIterator<Item = MeterChange>) -> Self {
        let mut sorted: Vec<_> = changes.into_iter().collect();
        sorted.sort_by_key(|change| change.tick);
        let mut map = Self::new(Meter::COMMON);
        for MeterChange { tick, meter } in sorted {
            let tick = map.snapped(tick).max(0);
            // Of several at one position, the last one counts.
            while map.changes.last().is_some_and(|known| known.tick >= tick) {
                map.changes.pop();
            }
            // Tracks repeat the meter, not always at a bar line.
            let repeated = map.changes.last().is_some_and(|before| before.meter == meter);
            if !repeated {
                map.changes.push(MeterChange { tick, meter });
            }
        }
        map
    }

    /// The bar line close to a tick, or the tick itself if there is none.
    fn snapped(&self, tick: Tick) -> Tick {
        const CLOSE: Tick = TICKS_PER_QUARTER / 8;
        let line = self.bar_start(tick);
        let next = line + self.at(tick).meter.bar_ticks();
        match (tick - line, next - tick) {
            (after, before) if after <= before && after <= CLOSE => line,
            (_, before) if before <= CLOSE => next,
            _ => tick,
        }
    }

    /// Whether it is sorted, not empty, and all its meters are valid; a map read from a file may be invalid.
    pub fn is_valid(&self) -> bool {
        !self.changes.is_empty()
            && self.changes.iter().all(|change| change.meter.is_valid() && change.tick.unsigned_abs() < 1 << 31)
            && self.changes.windows(2).all(|pair| pair[0].tick < pair[1].tick)
    }

    /// The changes in order of position; never empty.
    pub fn changes(&self) -> &[MeterChange] {
        &self.changes
    }

    /// The change in force at `tick`.
    pub fn at(&self, tick: Tick) -> MeterChange {
        let after = self.changes.partition_point(|change| change.tick <= tick);
        self.changes[after.saturating_sub(1)]
    }

    /// Start of the bar that contains `tick`.
    pub fn bar_start(&self, tick: Tick) -> Tick {
        let change = self.at(tick);
        change.tick + (tick - change.tick).div_euclid(change.meter.bar_ticks()) * change.meter.bar_ticks()
    }

    /// The number of the bar that contains a tick, counted from 1 at position 0 as in DAWs.
    pub fn bar_number(&self, tick: Tick) -> i64 {
        let mut number = 1;
        for (index, change) in self.changes.iter().enumerate() {
            let from = if index == 0 { 0 } else { change.tick };
            let until = self.changes.get(index + 1).map_or(Tick::MAX, |next| next.tick);
            let bar = change.meter.bar_ticks();
            if tick < until {
                return number + (tick - from).div_euclid(bar);
            }
            number += (until - from + bar - 1).div_euclid(bar);
        }
        number
    }

    /// The numbers of a phrase's bars, such as `5-8` or `5`.
    pub fn bar_numbers(&self, span: &PhraseSpan) -> String {
        let (first, last) = (self.bar_number(span.start), self.bar_number(span.end - 1));
        if first == last { first.to_string() } else { format!("{first}-{last}") }
    }

    /// Records that the song is in `meter` at `tick`; returns whether this changed the map.
    ///
    /// A change takes effect at the start of the bar that contains `tick` in the meter before, since meters change at
    /// bar lines and a host may report a block late. It replaces what was known from there up to the next change.
    /// The first meter that a default map learns applies to the whole song, since most songs have one meter.
    pub fn learn(&mut self, tick: Tick, meter: Meter) -> bool {
        if std::mem::take(&mut self.assumed) {
            let changed = self.changes[0].meter != meter;
            self.changes[0].meter = meter;
            return changed;
        }
        let current = self.at(tick);
        if current.meter == meter {
            return false;
        }
        let start = self.bar_start(tick);
        // A meter reported before position 0 applies from 0, where every host's first bar starts.
        let start = if start < 0 { 0 } else { start };
        self.changes.retain(|change| change.tick != start);
        let at = self.changes.partition_point(|change| change.tick < start);
        self.changes.insert(at, MeterChange { tick: start, meter });
        // Where the meter no longer changes, the bars go on as they were counted before.
        if self.changes.get(at + 1).is_some_and(|next| next.meter == meter) {
            self.changes.remove(at + 1);
        }
        if at > 0 && self.changes[at - 1].meter == meter {
            self.changes.remove(at);
        }
        true
    }

    /// Records that the song is in `meter` at `tick`, in a bar that begins at `bar`; returns whether this changed the map.
    ///
    /// If bars were counted differently so far, they are counted anew in the same meter: from the first of the new bar
    /// lines at or after `known_until`, up to where the bars are known to lie as they were counted. The bar there is cut
    /// short. Changes within the bar are dropped, because a bar has one meter. Other than that it does what
    /// [`MeterMap::learn`] does. A bar before position 0 counts as unknown.
    ///
    /// ```
    /// use continuo_music::meter::{Meter, MeterMap};
    ///
    /// let mut meters = MeterMap::default();
    /// // The transport starts in 4/4, two bars after the end of a bar of 3/4, of which nothing is known.
    /// meters.learn_bar(2880 + 2 * 3840, Meter::COMMON, 2880 + 2 * 3840, 0);
    /// assert_eq!(meters.bar_start(2880 + 3840 + 100), 2880 + 3840);
    /// assert_eq!((meters.bar_start(2879), meters.bar_number(2880)), (0, 2));
    /// ```
    pub fn learn_bar(&mut self, tick: Tick, meter: Meter, bar: Tick, known_until: Tick) -> bool {
        if bar < 0 {
            return self.learn(tick, meter);
        }
        let before = self.changes.clone();
        if std::mem::take(&mut self.assumed) {
            self.changes[0].meter = meter;
        }
        let length = meter.bar_ticks();
        let off_grid = |from: Tick| (bar - from).rem_euclid(length);
        let tick = tick.max(bar);
        if self.at(tick).meter != meter || off_grid(self.bar_start(tick)) != 0 {
            self.changes.retain(|change| change.tick <= bar || change.tick >= bar + length);
            let last = self.changes.iter().rfind(|change| change.tick <= bar).copied();
            let start = match last {
                Some(last) if last.meter == meter => {
                    let from = last.tick.max(known_until).min(bar);
                    from + off_grid(from)
                }
                _ => bar,
            };
            self.changes.retain(|change| change.tick != start);
            let at = self.changes.partition_point(|change| change.tick < start);
            self.changes.insert(at, MeterChange { tick: start, meter });
            // Where the meter no longer changes, the bars go on as they were counted before.
            if self.changes.get(at + 1).is_some_and(|next| next.meter == meter) {
                self.changes.remove(at + 1);
            }
            let goes_on = |last: &MeterChange| last.meter == meter && off_grid(last.tick) == 0;
            if at > 0 && goes_on(&self.changes[at - 1]) {
                self.changes.remove(at);
            }
        }
        self.changes != before
    }

    /// The beat of a bar that holds a tick, as [`Meter::pulse_ticks`] counts them. What is left at the end of a bar and
    /// shorter than a quarter note belongs to the beat before.
    pub fn beat_at(&self, tick: Tick) -> Range<Tick> {
        let PhraseSpan { start, end, meter } = self.phrase_at(tick, 1);
        let pulse = meter.pulse_ticks();
        let last = ((end - start - TICKS_PER_QUARTER).max(0)) / pulse;
        let beat = ((tick - start) / pulse).min(last);
        start + beat * pulse..if beat == last { end } else { start + (beat + 1) * pulse }
    }

    /// The phrases of `bars` bars that follow each other from position 0; the last one holds the tick before `end`.
    pub fn phrases_until(&self, end: Tick, bars: u8) -> impl Iterator<Item = PhraseSpan> {
        let first = Some(self.phrase_at(0, bars));
        std::iter::successors(first, move |before| Some(self.phrase_at(before.end, bars)))
            .take_while(move |span| span.start < end)
    }

    /// The phrase of `bars` bars that contains `tick`, on a grid from where its meter began; the next change cuts it.
    pub fn phrase_at(&self, tick: Tick, bars: u8) -> PhraseSpan {
        let change = self.at(tick);
        let length = change.meter.bar_ticks() * Tick::from(bars.max(1));
        let start = change.tick + (tick - change.tick).div_euclid(length) * length;
        let next = self.changes.iter().map(|change| change.tick).find(|&next| next > tick);
        PhraseSpan { start, end: next.map_or(start + length, |next| next.min(start + length)), meter: change.meter }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WALTZ: Meter = Meter { numerator: 3, denominator: 4 };

    #[test]
    fn beats_fill_bars_and_are_a_quarter_at_least() {
        for (numerator, denominator, lengths) in [
            (4, 4, vec![960; 4]),
            (6, 8, vec![1440; 2]),
            (7, 8, vec![960, 960, 1440]),
            (2, 2, vec![1920; 2]),
            (1, 16, vec![240]),
        ] {
            let map = MeterMap::new(Meter { numerator, denominator });
            let bar = map.phrase_at(0, 1).end;
            let mut beats = vec![];
            let mut at = -bar;
            while at < 0 {
                let beat = map.beat_at(at);
                assert_eq!((beat.clone(), map.beat_at(beat.end - 1)), (at..beat.end, beat.clone()));
                beats.push(beat.end - beat.start);
                at = beat.end;
            }
            assert_eq!(beats, lengths, "{numerator}/{denominator}");
        }
    }

    #[test]
    fn the_phrases_of_a_song_hold_its_last_tick() {
        let map = MeterMap::default();
        let ends = |end| map.phrases_until(end, 1).map(|span| span.end).collect::<Vec<_>>();
        assert_eq!(ends(0), Vec::<Tick>::new());
        assert_eq!(ends(3840), [3840]);
        assert_eq!(ends(3841), [3840, 7680]);
    }

    #[test]
    fn phrases_lie_on_a_grid_from_zero_and_before_it() {
        let map = MeterMap::default();
        assert_eq!(map.phrase_at(0, 4), PhraseSpan { start: 0, end: 15360, meter: Meter::COMMON });
        assert_eq!(map.phrase_at(-1, 2).start, -7680);
        assert_eq!(map.phrase_at(15359, 1).start, 11520);
    }

    #[test]
    fn a_change_reported_late_takes_effect_at_its_bar_line() {
        let mut map = MeterMap::new(Meter::COMMON);
        assert!(map.learn(3840 * 2 + 100, WALTZ));
        assert_eq!(map.at(3840 * 2).meter, WALTZ);
        assert_eq!(map.at(3840 * 2 - 1).meter, Meter::COMMON);
        assert_eq!(map.phrase_at(3840, 4).end, 3840 * 2, "a phrase ends where the meter changes");
        assert_eq!(map.phrase_at(3840 * 2 + 2880, 1).start, 3840 * 2 + 2880);
        assert!(!map.learn(3840 * 3, WALTZ));
    }

    #[test]
    fn the_first_meter_learned_replaces_the_assumed_one() {
        let mut map = MeterMap::default();
        assert!(map.learn(100_000, WALTZ));
        assert_eq!(map.changes(), [MeterChange { tick: 0, meter: WALTZ }]);
    }

    fn map(changes: &[(Tick, Meter)]) -> MeterMap {
        let changes = changes.iter().map(|&(tick, meter)| MeterChange { tick, meter }).collect();
        MeterMap { changes, assumed: false }
    }

    #[test]
    fn bars_are_counted_from_where_the_host_says_as_far_as_nothing_else_is_known() {
        const FIVE: Meter = Meter { numerator: 5, denominator: 4 };
        let shifted = 2880 + 9 * 3840;
        let mut unknown = MeterMap::default();
        assert!(unknown.learn_bar(shifted + 100, Meter::COMMON, shifted, 0));
        assert_eq!(unknown, map(&[(0, Meter::COMMON), (2880, Meter::COMMON)]));
        assert!(!unknown.learn_bar(2880 + 3840, Meter::COMMON, 2880 + 3840, 0), "it is known now");
        assert!(unknown.learn_bar(0, WALTZ, 0, 0));
        assert_eq!(unknown, map(&[(0, WALTZ), (2880, Meter::COMMON)]), "as the song is");

        // Four bars were heard on the grid from 0.
        let mut heard = map(&[(0, Meter::COMMON)]);
        assert!(heard.learn_bar(shifted, Meter::COMMON, shifted, 4 * 3840));
        assert_eq!(heard, map(&[(0, Meter::COMMON), (2880 + 4 * 3840, Meter::COMMON)]));
        assert_eq!(heard.bar_start(4 * 3840 - 1), 3 * 3840);

        let mut in_five = MeterMap::default();
        assert!(in_five.learn_bar(4800, Meter::COMMON, 4800, 0));
        assert!(in_five.learn_bar(100, FIVE, 0, 0), "a change within its bar is dropped");
        assert_eq!(in_five, map(&[(0, FIVE)]));
        assert!(in_five.learn_bar(4805, Meter::COMMON, 4800, 4800));
        assert_eq!(in_five, map(&[(0, FIVE), (4800, Meter::COMMON)]));
    }

    #[test]
    fn bars_on_the_known_grid_change_nothing() {
        let mut known = map(&[(0, WALTZ), (2880, Meter::COMMON)]);
        for bar in [2880, 2880 + 3840, 2880 + 10 * 3840] {
            for tick in [bar, bar + 100, bar + 3839] {
                assert!(!known.learn_bar(tick, Meter::COMMON, bar, 0), "{bar} {tick}");
            }
        }
        assert!(!MeterMap::default().learn_bar(3840, Meter::COMMON, 3840, 0));
        assert!(!MeterMap::default().learn_bar(-100, Meter::COMMON, -960, 0), "bars before position 0");
    }

    #[test]
    fn bars_that_are_counted_from_elsewhere_no_longer_are_forgotten() {
        let mut known = map(&[(0, Meter::COMMON), (1920, Meter::COMMON), (11_520, WALTZ)]);
        assert!(known.learn_bar(2880, Meter::COMMON, 0, 0));
        assert_eq!(known, map(&[(0, Meter::COMMON), (11_520, WALTZ)]));
    }

    #[test]
    fn meters_that_are_not_supported_are_refused() {
        assert_eq!(Meter::new(4, 3), None);
        assert_eq!(Meter::new(0, 4), None);
        assert_eq!(Meter::new(7, 8).map(Meter::bar_ticks), Some(3360));
    }

    #[test]
    fn bars_are_counted_through_meter_changes() {
        let mut meters = MeterMap::new(Meter::COMMON);
        meters.learn(2 * 3840, WALTZ);
        let bars: Vec<_> = [-1, 0, 3839, 3840, 7680, 7680 + 2880].iter().map(|&tick| meters.bar_number(tick)).collect();
        assert_eq!(bars, [0, 1, 1, 2, 3, 4]);
        assert_eq!(meters.bar_numbers(&meters.phrase_at(0, 4)), "1-2");
        assert_eq!(meters.bar_numbers(&meters.phrase_at(7680, 1)), "3");
    }

    #[test]
    fn a_meter_within_a_bar_cuts_it_where_the_song_says_so() {
        let change = |tick, meter| MeterChange { tick, meter };
        let map = MeterMap::from_changes([change(5760, WALTZ), change(0, Meter::COMMON)]);
        assert_eq!(map.changes(), [change(0, Meter::COMMON), change(5760, WALTZ)]);
        assert_eq!((map.bar_start(5759), map.bar_start(5760 + 2880)), (3840, 5760 + 2880));
        assert_eq!((map.phrase_at(3840, 4).start, map.phrase_at(3840, 4).end), (0, 5760));
        let repeated = MeterMap::from_changes([change(3840, Meter::COMMON), change(5760, Meter::COMMON)]);
        assert_eq!(repeated, MeterMap::new(Meter::COMMON));
    }

    #[test]
    fn a_meter_close_to_a_bar_line_begins_at_it_and_the_last_of_several_counts() {
        let change = |tick, meter| MeterChange { tick, meter };
        for near in [3840 - 120, 3839, 3840, 3841, 3840 + 120] {
            let map = MeterMap::from_changes([change(near, WALTZ)]);
            assert_eq!(map.changes(), [change(0, Meter::COMMON), change(3840, WALTZ)], "{near}");
        }
        let six = Meter { numerator: 6, denominator: 8 };
        let map = MeterMap::from_changes([change(0, six), change(0, WALTZ), change(2880, six), change(2890, WALTZ)]);
        assert_eq!(map.changes(), [change(0, WALTZ)]);
        assert!(map.is_valid());
    }
}
