//! How a melody swings, place by place.
//!
//! Where a single note, or the second of a triplet's two, begins between two beats is measured as a share of the beat, and
//! likewise between two eighths. Played timing strays to both sides of the middle; swing strays to one side, always by
//! about as much. Straight notes half-way, and dotted ones at three quarters, are evidence against it.

use super::{Level, Swing};
use crate::{
    meter::{MeterMap, PhraseSpan},
    note::Note,
    time::{TICKS_PER_QUARTER, TICKS_PER_STEP, Tick},
};
use std::ops::Range;

/// Onsets that lie this close are one: a chord, or a grace note.
const TOGETHER: Tick = 30;
/// An onset this close to a beat, as a share of it, is on the beat; one that is closer also says how late the player is.
const ON_BEAT: f64 = 0.12;
const SURELY_ON_BEAT: f64 = 0.085;
/// Where the second note of a pair may begin; what begins elsewhere says nothing.
const SECOND: Range<f64> = 0.42..0.78;
/// Where it begins in music that swings, and in music that is played rather than written exactly: players who play straight
/// linger by up to 0.53.
const SWUNG: Range<f64> = 0.54..0.73;
const PLAYED: Range<f64> = 0.56..0.71;
/// The second and the third note of a triplet.
const TRIPLET: [Range<f64>; 2] = [0.27..0.40, 0.60..0.73];
/// Places that differ by no more than this are one player's.
const SCATTER: f64 = 0.05;
/// So many of a hundred places must lie together.
const TOGETHER_PERCENT: usize = 80;
/// So few places show nothing, and so few only where they are written exactly.
const FEWEST: usize = 4;
const FEW: usize = 8;
const EXACT: f64 = 0.012;
/// The mean lies so many of its standard errors off the middle.
const SURELY: f64 = 4.0;
/// Places around a stretch, in bars, that say how it swings.
const REACH: Tick = 2;
/// Two thirds, and what is rounded to them.
const TWO_THIRDS: Range<f64> = 0.655..0.675;

/// Of so many sixteenths, at least one lies in the second half of a beat: of a triplet's notes, none looks like one there.
const IN_SECOND_HALF: usize = 5;

/// Where the second note of a pair begins.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Second {
    /// Its pair's first tick.
    pair: Tick,
    /// How much of the pair is over.
    place: f64,
    /// The pair is not the first half of a quarter.
    counts: bool,
}

/// Where the second notes of pairs begin, in order.
#[derive(Clone, Debug, Default, PartialEq)]
struct Seconds(Vec<Second>);

/// What places say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    /// Nothing.
    Unknown,
    /// Straight.
    Straight,
    /// Swung by so many percent.
    Swung(u8),
}

/// How a melody swings as far as it is known: as the whole song does, except where the melody around clearly says
/// otherwise.
///
/// ```
/// use continuo_music::{meter::{Meter, MeterMap, PhraseSpan}, note::Note, swing::{Level, Swing, SwingMap}};
///
/// let eighths = |second: i64| -> Vec<Note> {
///     (0..32).map(|i| Note { start: i / 2 * 960 + i % 2 * second, pitch: 72, length: 300, velocity: 90 }).collect()
/// };
/// let span = PhraseSpan { start: 0, end: 15_360, meter: Meter::COMMON };
/// let found = |second| SwingMap::of(&eighths(second), &[0..15_360], &MeterMap::default()).at(&span);
/// assert_eq!(found(640), Swing::new(Level::Eighths, 67));
/// assert_eq!(found(576), Swing::new(Level::Eighths, 60));
/// assert_eq!(found(480), None);
/// assert_eq!(found(720), None, "dotted eighths");
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SwingMap {
    song: Option<Swing>,
    eighths: Seconds,
    sixteenths: Seconds,
}

impl SwingMap {
    /// The swing of a melody as far as it is known: `melody` sorted by start, of which only what begins in the stretches
    /// `heard` (sorted and disjoint) counts. The time that this takes grows with the number of notes.
    pub fn of(melody: &[Note], heard: &[Range<Tick>], meters: &MeterMap) -> Self {
        let mut onsets: Vec<Tick> = Vec::new();
        for note in melody {
            let range = heard.get(heard.partition_point(|range| range.end <= note.start));
            let is_known = range.is_some_and(|range| range.start <= note.start);
            if is_known && onsets.last().is_none_or(|last| note.start - last > TOGETHER) {
                onsets.push(note.start);
            }
        }
        let mut map = Self::default();
        // Without beats, nothing tells swing from being late.
        let Some(late) = lateness(&onsets, meters) else { return map };
        let mut beat: Vec<f64> = Vec::new();
        let mut current: Option<Beat> = None;
        for onset in onsets {
            let next = Beat::at(onset - late, meters);
            if let Some(done) = current.filter(|current| current.start != next.start) {
                map.add_beat(done, &beat);
                beat.clear();
            }
            current = Some(next);
            beat.push((onset - late - next.start) as f64 / next.ticks as f64);
        }
        if let Some(last) = current {
            map.add_beat(last, &beat);
        }
        map.song = map.verdict(|seconds| seconds.0.as_slice()).1;
        map
    }

    /// The swing of a phrase; `None` if it is straight.
    pub fn at(&self, span: &PhraseSpan) -> Option<Swing> {
        let reach = REACH * span.meter.bar_ticks();
        let around = span.start - reach..span.end + reach;
        let (is_known, local) = self.verdict(|seconds| {
            let places = seconds.within(&around);
            if places.len() < FEW { &[] } else { places }
        });
        let steady = local.is_some() && Swing::is_like(local, self.song);
        let found = if !is_known || steady { self.song } else { local };
        found.filter(|swing| swing.level.fits(span.meter))
    }

    /// The swing of the song as a whole; `None` if it is straight, or swings here and there.
    pub const fn song(&self) -> Option<Swing> {
        self.song
    }

    /// Whether some places say something, and the swing that they show.
    fn verdict<'a>(&'a self, places: impl Fn(&'a Seconds) -> &'a [Second]) -> (bool, Option<Swing>) {
        let eighths = verdict(places(&self.eighths));
        if let Verdict::Swung(percent) = eighths {
            return (true, Swing::new(Level::Eighths, percent));
        }
        let sixteenths = verdict(places(&self.sixteenths));
        if let Verdict::Swung(percent) = sixteenths {
            return (true, Swing::new(Level::Sixteenths, percent));
        }
        (eighths == Verdict::Straight || sixteenths == Verdict::Straight, None)
    }

    /// Adds what the onsets of a beat say, as shares of it. A beat of an eighth has only sixteenths.
    fn add_beat(&mut self, Beat { start, ticks, in_eighths }: Beat, onsets: &[f64]) {
        let whole = second(onsets).map(|place| Second { pair: start, place, counts: true });
        if !in_eighths {
            self.sixteenths.0.extend(whole);
            return;
        }
        self.eighths.0.extend(whole);
        // A triplet of eighths looks like a swung sixteenth.
        if onsets.iter().any(|onset| TRIPLET[1].contains(onset)) {
            return;
        }
        for half in 0..2 {
            let within = |onset: &f64| 2.0 * onset - f64::from(half);
            let inside: Vec<f64> = onsets.iter().map(within).filter(|place| (0.0..1.0).contains(place)).collect();
            let pair = start + Tick::from(half) * ticks / 2;
            self.sixteenths.0.extend(second(&inside).map(|place| Second { pair, place, counts: half == 1 }));
        }
    }
}

impl Seconds {
    fn within(&self, stretch: &Range<Tick>) -> &[Second] {
        let first = self.0.partition_point(|second| second.pair < stretch.start);
        let after = self.0.partition_point(|second| second.pair < stretch.end);
        &self.0[first..after]
    }
}

/// The beat of a place: a quarter, or an eighth where the meter counts eighths or shorter notes.
#[derive(Clone, Copy)]
struct Beat {
    start: Tick,
    ticks: Tick,
    in_eighths: bool,
}

impl Beat {
    fn at(tick: Tick, meters: &MeterMap) -> Self {
        let change = meters.at(tick);
        let in_eighths = Level::Eighths.fits(change.meter);
        let ticks = if in_eighths { Level::Eighths.pair() } else { Level::Sixteenths.pair() };
        let bar = change.meter.bar_ticks().max(1);
        // What is played a little early belongs to the beat after it.
        let early = (ON_BEAT * ticks as f64) as Tick;
        let bar_start = change.tick + (tick + early - change.tick).div_euclid(bar) * bar;
        let start = bar_start + (tick + early - bar_start).div_euclid(ticks) * ticks;
        Self { start, ticks, in_eighths }
    }
}

/// How much later than the beats the player is, in ticks: the middle of what is played on them. `None` if fewer notes begin there than it takes to tell.
fn lateness(onsets: &[Tick], meters: &MeterMap) -> Option<Tick> {
    let mut late: Vec<Tick> = Vec::new();
    for &onset in onsets {
        let beat = Beat::at(onset, meters);
        let offset = onset - beat.start;
        if offset.abs() as f64 <= SURELY_ON_BEAT * TICKS_PER_QUARTER as f64 {
            late.push(offset);
        }
    }
    late.sort_unstable();
    (late.len() >= FEWEST).then(|| late[(late.len() - 1) / 2])
}

/// Where the second note of a pair begins, of the onsets in it as shares of it.
fn second(onsets: &[f64]) -> Option<f64> {
    let inner: Vec<f64> = onsets.iter().copied().filter(|onset| (ON_BEAT..=1.0 - ON_BEAT).contains(onset)).collect();
    let found = match *inner.as_slice() {
        [only] => only,
        [first, last] if TRIPLET[0].contains(&first) && TRIPLET[1].contains(&last) => last,
        [first, last] if last < 0.58 || first < SECOND.start => last,
        [first, _] => first,
        [_, middle, _] => middle,
        _ => return None,
    };
    SECOND.contains(&found).then_some(found)
}

/// What places say together.
fn verdict(seconds: &[Second]) -> Verdict {
    let counting = seconds.iter().filter(|second| second.counts).count();
    if seconds.len() < FEWEST || counting * IN_SECOND_HALF < seconds.len() {
        return Verdict::Unknown;
    }
    let mut places: Vec<f64> = seconds.iter().map(|second| second.place).collect();
    places.sort_unstable_by(f64::total_cmp);
    let middle = places[(places.len() - 1) / 2];
    let near: Vec<f64> = places.iter().copied().filter(|place| (place - middle).abs() <= SCATTER).collect();
    if near.len() * 100 < places.len() * TOGETHER_PERCENT {
        return Verdict::Unknown;
    }
    if !SWUNG.contains(&middle) {
        return Verdict::Straight;
    }
    let count = near.len() as f64;
    let mean = near.iter().sum::<f64>() / count;
    let deviation = (near.iter().map(|place| (place - mean).powi(2)).sum::<f64>() / count).sqrt();
    let is_exact = deviation <= EXACT;
    if places.len() < FEW && !is_exact {
        return Verdict::Unknown;
    }
    let range = if is_exact { SWUNG } else { PLAYED };
    // The mean is surely off the middle of the pair.
    if !range.contains(&mean) || mean - 0.5 < SURELY * deviation / count.sqrt() {
        return Verdict::Straight;
    }
    Verdict::Swung(if TWO_THIRDS.contains(&mean) { 67 } else { (mean * 100.0).round() as u8 })
}

const _: () = assert!(TOGETHER * 4 < TICKS_PER_STEP);

#[cfg(test)]
mod tests;
