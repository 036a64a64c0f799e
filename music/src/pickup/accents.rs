//! Where the bar lines are, by the accents of the notes.
//!
//! Each place where the first full bar could begin gets points for what lies on its bar lines: long notes, loud notes,
//! notes of the accompaniment; and loses points for notes that sound across them. The weights were fitted (conditional
//! logistic regression) to folk tunes with and without pickups, songs, quartets and chorales.

use crate::{
    grid::follows_the_grid,
    meter::Meter,
    note::Note,
    part::Part,
    song::{Song, melody_line},
    time::{TICKS_PER_QUARTER, TICKS_PER_STEP, Tick},
};
use std::collections::BTreeSet;

/// How close to a bar line a note lies on it.
const CLOSE: Tick = TICKS_PER_STEP / 3;
/// Fewer notes show nothing.
const FEWEST_NOTES: usize = 16;
/// More notes than these first ones show nothing new.
const MOST_NOTES: usize = 4000;
/// What a pickup longer than half a bar costs, since most are shorter.
const LONG_PICKUP: f64 = 1.0;
/// What a pickup longer than a beat costs that does not begin on a beat: such accents are mostly syncopations.
const LONG_PICKUP_OFF_BEAT: f64 = 1.5;
/// By how much another beat must be better than the first one where nothing is known of the bars.
const FIRST_BEAT: f64 = 1.5;
/// What a later change of meter that lies on a bar line adds.
const CHANGE_ON_BAR_LINE: f64 = 4.0;

/// What the points are weighed with.
struct Weights {
    bar_lines_struck: f64,
    time_from_bar_lines: f64,
    bar_lines_crossed: f64,
    time_from_half_bars: f64,
    long_notes: f64,
    loudness: f64,
    accompanied: f64,
    accompaniment_time: f64,
    /// By how much a pickup must be better than none.
    margin: f64,
}

const MELODY_ALONE: Weights = Weights {
    bar_lines_struck: 3.2,
    time_from_bar_lines: 1.9,
    bar_lines_crossed: -3.4,
    time_from_half_bars: 2.8,
    long_notes: 2.7,
    loudness: 2.0,
    accompanied: 0.0,
    accompaniment_time: 0.0,
    margin: 3.0,
};
const WITH_OTHERS: Weights = Weights {
    bar_lines_struck: 2.7,
    time_from_bar_lines: 0.5,
    bar_lines_crossed: -3.0,
    time_from_half_bars: 1.7,
    long_notes: 2.2,
    loudness: 2.0,
    accompanied: 1.5,
    accompaniment_time: 5.8,
    margin: 4.0,
};

/// The notes that are weighed.
struct Heard {
    line: Vec<Note>,
    others: Vec<Note>,
    meter: Meter,
    /// Where the next meter begins.
    next_meter: Option<Tick>,
}

impl Heard {
    fn new(song: &Song, melody: usize) -> Option<Self> {
        let next_meter = song.meters.changes().get(1).map(|change| change.tick);
        let mut line = melody_line(&song.tracks.get(melody)?.notes);
        line.retain(|note| next_meter.is_none_or(|next| note.start < next));
        line.truncate(MOST_NOTES);
        let until = line.last()?.end();
        let others = song
            .tracks
            .iter()
            .enumerate()
            .filter(|(index, track)| *index != melody && track.channel != Part::Drums.default_channel());
        let others = others.flat_map(|(_, track)| &track.notes).copied();
        let others = others.filter(|note| note.start < until).take(4 * MOST_NOTES).collect();
        let meter = song.meters.changes()[0].meter;
        (line.len() >= FEWEST_NOTES).then_some(Self { line, others, meter, next_meter })
    }

    const fn weights(&self) -> &'static Weights {
        if self.others.is_empty() { &MELODY_ALONE } else { &WITH_OTHERS }
    }

    /// The points for a first full bar that begins at `bar_line`.
    fn points(&self, bar_line: Tick) -> f64 {
        let weights = self.weights();
        let bar = self.meter.bar_ticks();
        let half = has_half_bars(self.meter).then_some(bar / 2);
        let distance = |tick: Tick, from: Tick| {
            let after = (tick - bar_line - from).rem_euclid(bar);
            after.min(bar - after)
        };
        let on_line = |tick: Tick| distance(tick, 0) <= CLOSE;
        let on_half = |tick: Tick| half.is_some_and(|half| distance(tick, half) <= CLOSE);
        let end = self.line.iter().map(Note::end).max().unwrap_or(0);
        let bars = ((end - bar_line + bar - 1) / bar).max(1) as f64;
        // From each note to the next, at most a bar.
        let next = self.line.iter().skip(1).map(|note| note.start).chain([end]);
        let spans: Vec<Tick> =
            self.line.iter().zip(next).map(|(note, next)| (next - note.start).clamp(0, bar)).collect();
        let mut sorted = spans.clone();
        sorted.sort_unstable();
        let long = sorted[sorted.len() / 2] * 19 / 10;
        let all: Tick = spans.iter().sum::<Tick>().max(1);
        let mut struck = BTreeSet::new();
        let (mut from_lines, mut from_halves, mut crossed) = (0, 0, 0);
        let (mut long_notes, mut long_points) = (0, 0.0);
        for (note, &span) in self.line.iter().zip(&spans) {
            let (line, half) = (on_line(note.start), on_half(note.start));
            if line {
                struck.insert((note.start - bar_line + bar / 2).div_euclid(bar));
                from_lines += span;
            } else if half {
                from_halves += span;
            }
            if span >= long.max(1) {
                long_notes += 1;
                long_points += if line {
                    1.0
                } else if half {
                    0.5
                } else {
                    0.0
                };
            }
            let next_line = bar_line + ((note.start - bar_line + CLOSE).div_euclid(bar) + 1) * bar;
            crossed += i32::from(note.start + span > next_line + CLOSE);
        }
        let share = |ticks: Tick| ticks as f64 / all as f64;
        let long_share = if long_notes > 0 { long_points / f64::from(long_notes) } else { 0.5 };
        let mut points = weights.bar_lines_struck * struck.iter().filter(|&&bar| bar >= 0).count() as f64 / bars
            + weights.time_from_bar_lines * share(from_lines)
            + weights.bar_lines_crossed * f64::from(crossed) / bars
            + weights.time_from_half_bars * share(from_halves)
            + weights.long_notes * long_share
            + weights.loudness * self.loudness(on_line);
        if !self.others.is_empty() {
            let near: BTreeSet<Tick> =
                self.others.iter().filter(|note| on_line(note.start)).map(|note| (note.start + 40) / 80).collect();
            let time = |notes: &mut dyn Iterator<Item = &Note>| notes.map(|note| note.length).sum::<Tick>() as f64;
            let from_lines = time(&mut self.others.iter().filter(|note| on_line(note.start)));
            points += weights.accompanied * near.len() as f64 / bars
                + weights.accompaniment_time * from_lines / time(&mut self.others.iter()).max(1.0);
        }
        let change_on_line = self.next_meter.is_some_and(|next| distance(next, 0) <= CLOSE);
        let beat = self.meter.beat_ticks();
        let off_beat = bar_line > beat && bar_line % beat != 0;
        let costs = [
            (2 * bar_line > bar, -LONG_PICKUP),
            (off_beat, -LONG_PICKUP_OFF_BEAT),
            (change_on_line, CHANGE_ON_BAR_LINE),
        ];
        points + costs.iter().filter(|(applies, _)| *applies).map(|(_, cost)| cost).sum::<f64>()
    }

    /// By how many standard deviations the notes on bar lines are louder than all; 0 if all are about as loud.
    fn loudness(&self, on_line: impl Fn(Tick) -> bool) -> f64 {
        let mean = |velocities: &[f64]| velocities.iter().sum::<f64>() / velocities.len().max(1) as f64;
        let all: Vec<f64> = self.line.iter().map(|note| f64::from(note.velocity)).collect();
        let on: Vec<f64> =
            self.line.iter().filter(|note| on_line(note.start)).map(|note| f64::from(note.velocity)).collect();
        let middle = mean(&all);
        let spread = (all.iter().map(|velocity| (velocity - middle).powi(2)).sum::<f64>() / all.len() as f64).sqrt();
        match (spread > 2.0, on.is_empty()) {
            (false, _) => 0.0,
            (true, true) => -1.0,
            (true, false) => (mean(&on) - middle) / spread,
        }
    }

    /// The best of some places, and its points.
    fn best(&self, places: impl Iterator<Item = Tick>) -> Option<(Tick, f64)> {
        places.map(|place| (place, self.points(place))).reduce(|best, next| if next.1 > best.1 { next } else { best })
    }
}

/// Whether the meter has a second strong beat in the middle of its bar.
const fn has_half_bars(meter: Meter) -> bool {
    matches!((meter.numerator, meter.denominator), (2 | 4 | 12, _) | (6, 8 | 16))
}

/// Where the first full bar begins, if the accents show that it does not begin at 0; and whether a later change of meter
/// agrees.
pub(super) fn bar_line(song: &Song, melody: usize) -> Option<(Tick, bool)> {
    let heard = Heard::new(song, melody)?;
    if !follows_the_grid(&heard.line) {
        return None;
    }
    let bar = heard.meter.bar_ticks();
    let step = heard.meter.beat_ticks().min(TICKS_PER_QUARTER / 2);
    let (place, points) = heard.best((1..bar / step).map(|index| index * step))?;
    let change = heard.next_meter.is_some_and(|next| (next - place) % bar == 0);
    (points > heard.points(0) + heard.weights().margin).then_some((place, change))
}

/// The beat of the first bar on which the accents are strongest: where the first full bar begins in a song whose beats
/// are known but whose bars are not. Beats are `beat` ticks apart from position 0. 0 if there are too few notes.
pub fn strongest_bar_line(song: &Song, melody: usize, beat: Tick) -> Tick {
    let Some(heard) = Heard::new(song, melody) else { return 0 };
    let beats = heard.meter.bar_ticks() / beat.max(1);
    match heard.best((1..beats).map(|index| index * beat)) {
        Some((place, points)) if points > heard.points(0) + FIRST_BEAT => place,
        _ => 0,
    }
}
