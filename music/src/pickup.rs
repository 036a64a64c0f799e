//! Pickups: a melody that begins before its first full bar.
//!
//! Many programs write a pickup at position 0 although bars are counted from there, so that every bar line lies beside
//! the true one. [`find`] looks for what shows the true bar lines, and [`apply`] makes the first bar short, so that the
//! first full bar begins at its bar line.

use crate::{
    meter::{Meter, MeterChange, MeterMap},
    song::{MeterEvent, Song},
    time::{TICKS_PER_STEP, Tick},
};

mod accents;

pub use accents::strongest_bar_line;

/// What shows a pickup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShownBy {
    /// The user.
    User,
    /// The time signatures: the first bar is short, or a time signature stands where the first full bar begins.
    Meters,
    /// A rest at the beginning of the first bar.
    Rest,
    /// The accents of the notes: long, loud and accompanied ones.
    Accents,
}

impl ShownBy {
    /// Its name for programs.
    pub const fn id(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Meters => "meters",
            Self::Rest => "rest",
            Self::Accents => "accents",
        }
    }

    /// In words, for people.
    pub const fn words(self) -> &'static str {
        match self {
            Self::User => "as requested",
            Self::Meters => "shown by the time signatures",
            Self::Rest => "shown by the rest before it",
            Self::Accents => "shown by the accents",
        }
    }
}

/// A pickup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pickup {
    /// Where the first full bar begins.
    pub bar_line: Tick,
    /// How long before it the melody begins, rounded to a sixteenth.
    pub ticks: Tick,
    /// How it is known.
    pub shown_by: ShownBy,
}

impl Pickup {
    fn new(first: Tick, bar_line: Tick, shown_by: ShownBy) -> Option<Self> {
        let ticks = bar_line - to_step(first);
        (ticks > 0).then_some(Self { bar_line, ticks, shown_by })
    }

    /// Its length in beats of the meter that begins at its bar line.
    pub fn beats(&self, meters: &MeterMap) -> f64 {
        self.ticks as f64 / meters.at(self.bar_line).meter.beat_ticks() as f64
    }
}

fn to_step(tick: Tick) -> Tick {
    crate::melody::nearest_step(tick) * TICKS_PER_STEP
}

/// The shortest pickup, and what pickups are rounded to: a sixty-fourth, which meters can name.
const SHORTEST: Tick = TICKS_PER_STEP / 4;

/// The pickup of so many beats that the user asks for, rounded to sixty-fourths; `None` for none, or if `beats` is not
/// shorter than a bar.
pub fn requested(song: &Song, melody: usize, beats: f64) -> Option<Pickup> {
    let first = song.tracks.get(melody)?.notes.first()?.start;
    let meter = song.meters.at(first).meter;
    let sixty_fourths = (beats * meter.beat_ticks() as f64 / SHORTEST as f64).round() as Tick;
    let ticks = if beats > 0.0 { SHORTEST * sixty_fourths.max(1) } else { 0 };
    if ticks >= meter.bar_ticks() {
        return None;
    }
    Pickup::new(first, to_step(first) + ticks, ShownBy::User)
}

/// The pickup before a bar line that the accents show, if the melody begins less than a bar before it.
pub fn before(song: &Song, melody: usize, bar_line: Tick) -> Option<Pickup> {
    let first = song.tracks.get(melody)?.notes.first()?.start;
    let pickup = Pickup::new(first, bar_line, ShownBy::Accents)?;
    (pickup.ticks < song.meters.at(bar_line).meter.bar_ticks()).then_some(pickup)
}

/// The pickup that the song shows, if it does.
///
/// Accents are weighed only if the song's first note is at position 0: a first note elsewhere was put there on purpose.
pub fn find(song: &Song, melody: usize) -> Option<Pickup> {
    let notes = &song.tracks.get(melody)?.notes;
    let first = notes.first()?.start;
    let changes = song.meters.changes();
    let meter = changes[0].meter;
    if let Some(second) = changes.get(1).filter(|second| second.tick < second.meter.bar_ticks()) {
        return Pickup::new(first, second.tick, ShownBy::Meters);
    }
    let bar = meter.bar_ticks();
    let song_first = song.tracks.iter().filter_map(|track| track.notes.first()).map(|note| note.start).min()?;
    if song_first > TICKS_PER_STEP / 2 {
        let late = (bar / 2..bar).contains(&to_step(first));
        return late.then(|| Pickup::new(first, bar, ShownBy::Rest)).flatten();
    }
    let repeated = song.meter_events.iter().find(|event| (1..bar).contains(&event.tick) && event.meter == meter);
    if let Some(event) = repeated {
        return Pickup::new(first, event.tick, ShownBy::Meters);
    }
    let (bar_line, change_agrees) = accents::bar_line(song, melody)?;
    Pickup::new(first, bar_line, if change_agrees { ShownBy::Meters } else { ShownBy::Accents })
}

/// Counts the bars so that one begins at `bar_line`: the first bar of its meter becomes short, unless a bar begins
/// there already or no time signature could say so. Later time signatures stay.
pub fn apply(song: &mut Song, bar_line: Tick) {
    let change = song.meters.at(bar_line - 1);
    let over = (bar_line - change.tick).rem_euclid(change.meter.bar_ticks());
    if bar_line <= 0 || song.meters.bar_start(bar_line) == bar_line || over == 0 {
        return;
    }
    let Some(short) = short_bar(change.meter, over) else { return };
    let line = change.tick + short.bar_ticks();
    let old = song.meters.changes().to_vec();
    let others = old.iter().copied().filter(|other| *other != change && !(change.tick..=line).contains(&other.tick));
    let new = [MeterChange { tick: change.tick, meter: short }, MeterChange { tick: line, meter: change.meter }];
    song.meters = MeterMap::from_changes(new.into_iter().chain(others));

    let main = song.meter_events.iter().rev().find(|event| event.tick <= line && event.meter == change.meter);
    let main = main.copied().unwrap_or_else(|| MeterEvent::new(line, change.meter));
    song.meter_events.retain(|event| !(change.tick..=line).contains(&event.tick));
    song.meter_events.push(MeterEvent { thirty_seconds: main.thirty_seconds, ..MeterEvent::new(change.tick, short) });
    song.meter_events.push(MeterEvent { tick: line, ..main });
    song.meter_events.sort_by_key(|event| event.tick);
}

/// A meter whose bar has this length, in the notes of `meter` if possible; otherwise the nearest one in sixty-fourths.
/// `None` if its bar would have too many notes.
fn short_bar(meter: Meter, ticks: Tick) -> Option<Meter> {
    let of_unit = |denominator: u8, round: bool| {
        let unit = Meter { numerator: 1, denominator }.beat_ticks();
        let count = if round { ((ticks + unit / 2) / unit).max(1) } else { ticks / unit };
        (round || ticks % unit == 0).then(|| Meter::new(count, denominator.into())).flatten()
    };
    let first = meter.denominator.trailing_zeros();
    (first..=6).find_map(|power| of_unit(1 << power, false)).or_else(|| of_unit(64, true))
}

#[cfg(test)]
mod tests;
