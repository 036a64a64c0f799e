//! The beats of a performance that was recorded without a click.

use crate::{
    grid::follows_the_grid,
    meter::{Meter, MeterMap},
    pickup,
    song::{MeterEvent, Song},
    tempo::{TempoChange, TempoMap},
    time::{TICKS_PER_QUARTER, Tick},
};

mod tracker;

pub use tracker::{Division, Onset, track};

/// A song whose beats and bars lie on those of its performance.
#[derive(Clone, Debug, PartialEq)]
pub struct Followed {
    /// The song: its notes sound when they did, and a tempo for each beat says when the beats are.
    pub song: Song,
    /// The beats, in seconds from the beginning of the song as it was.
    pub beats: Vec<f64>,
    /// Where a full bar begins in the new song: the first one, or one of the first.
    pub bar_line: Tick,
}

/// Whether the melody was recorded without regard to the beats of its file.
pub fn plays_freely(song: &Song, melody: usize) -> bool {
    song.tracks.get(melody).is_some_and(|track| !follows_the_grid(&track.notes))
}

/// The length of a beat: dotted in 6/8, 9/8 and 12/8, otherwise a quarter.
const fn beat_ticks(meter: Meter) -> Tick {
    let compound = meter.denominator == 8 && meter.numerator > 3 && meter.numerator.is_multiple_of(3);
    if compound { TICKS_PER_QUARTER * 3 / 2 } else { TICKS_PER_QUARTER }
}

/// Finds the beats of a performance and moves the song onto them. The first meter of the song applies to all of it; the
/// accents of the melody show where its bars begin. `None` if there are too few notes to tell.
///
/// Every note sounds at the time at which it sounded. Only a silence before the first beat that is shorter than about
/// half a beat is left out.
pub fn follow(song: &Song, melody: usize) -> Option<Followed> {
    let meter = song.meters.changes()[0].meter;
    let beat = beat_ticks(meter);
    let division = if beat == TICKS_PER_QUARTER { Division::Halves } else { Division::Thirds };
    let beats = track(&onsets(song), division)?;
    let (&first, period) = (beats.first()?, beats.get(1)? - beats.first()?);
    let bare = moved(song, meter, &Line { beats: &beats, beat, before: 0, lead: period });
    let beats_in_bar = (meter.bar_ticks() / beat).max(1) as usize;
    let down = (pickup::strongest_bar_line(&bare, melody, beat) / beat) as usize;
    // The silence before the first beat gets whole beats, and whole bars if they are not much faster or slower.
    let most = (first / period * 1.5).ceil() as usize + 1;
    let beats_before = if first < period / 2.0 { 0..=0 } else { 1..=most };
    let cost = |before: usize| {
        let change = if before == 0 { 0.0 } else { (first / before as f64 / period).ln().abs() };
        change + if (before + down).is_multiple_of(beats_in_bar) { 0.0 } else { 0.3 }
    };
    let before = beats_before.min_by(|a, b| cost(*a).total_cmp(&cost(*b)))?;
    let lead = if before == 0 { period } else { first / before as f64 };
    let song = moved(song, meter, &Line { beats: &beats, beat, before, lead });
    Some(Followed { song, beats, bar_line: (before + down) as Tick * beat })
}

/// All beginnings of notes, with what makes them weigh: their length to the next one, and how many begin together.
fn onsets(song: &Song) -> Vec<Onset> {
    let mut starts: Vec<(f64, u8)> = song
        .tracks
        .iter()
        .flat_map(|track| &track.notes)
        .map(|note| (song.tempos.seconds_at(note.start), note.velocity))
        .collect();
    starts.sort_by(|left, right| left.0.total_cmp(&right.0));
    Onset::from_starts(&starts)
}

/// Maps seconds of the performance to positions in the new song.
struct Line<'a> {
    beats: &'a [f64],
    /// Ticks in a beat.
    beat: Tick,
    /// Beats before the first of `beats`.
    before: usize,
    /// Seconds in each of them.
    lead: f64,
}

impl Line<'_> {
    fn tick(&self, seconds: f64) -> Tick {
        let (first, last) = (self.beats[0], self.beats[self.beats.len() - 1]);
        let after = self.beats.partition_point(|&beat| beat <= seconds);
        let place = match after {
            0 => (seconds - first) / self.lead,
            _ if after == self.beats.len() => {
                let period = last - self.beats[after - 2];
                (after - 1) as f64 + (seconds - last) / period
            }
            _ => {
                let from = self.beats[after - 1];
                (after - 1) as f64 + (seconds - from) / (self.beats[after] - from)
            }
        };
        (((self.before as f64 + place) * self.beat as f64).round() as Tick).max(0)
    }

    /// A tempo for each beat.
    fn tempos(&self) -> TempoMap {
        let change = |index: usize, seconds: f64| {
            let microseconds = seconds * 1e6 * TICKS_PER_QUARTER as f64 / self.beat as f64;
            TempoChange {
                tick: index as Tick * self.beat,
                microseconds: microseconds.round().clamp(1.0, 16_777_215.0) as u32,
            }
        };
        let lead = (self.before > 0).then(|| change(0, self.lead));
        let beats =
            self.beats.windows(2).enumerate().map(|(index, pair)| change(self.before + index, pair[1] - pair[0]));
        TempoMap::from_changes(lead.into_iter().chain(beats))
    }
}

/// The song with all its positions moved onto a line of beats, in one meter.
fn moved(song: &Song, meter: Meter, line: &Line<'_>) -> Song {
    let tick = |tick: Tick| line.tick(song.tempos.seconds_at(tick));
    let mut new = song.clone();
    new.tempos = line.tempos();
    new.meters = MeterMap::new(meter);
    new.meter_events = vec![MeterEvent::new(0, meter)];
    new.keys.iter_mut().for_each(|key| key.tick = tick(key.tick));
    new.markers.iter_mut().chain(&mut new.lyrics).for_each(|text| text.tick = tick(text.tick));
    for chord in &mut new.chords {
        chord.span = tick(chord.span.start)..tick(chord.span.end);
    }
    for track in &mut new.tracks {
        for note in &mut track.notes {
            let end = tick(note.end());
            note.start = tick(note.start);
            note.length = (end - note.start).max(1);
        }
        track.notes.sort_unstable();
        track.events.iter_mut().for_each(|event| event.tick = tick(event.tick));
        track.lyrics.iter_mut().for_each(|text| text.tick = tick(text.tick));
    }
    new.end = tick(song.end);
    new
}

#[cfg(test)]
mod tests;
