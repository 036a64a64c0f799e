//! Whether the host plays a melody that was known, and where it is silent.

use crate::score::score::Score;
use continuo_music::{
    melody::add_heard,
    note::Note,
    time::{TICKS_PER_STEP, Tick},
};
use std::ops::Range;

/// How far from its place a note of a host may be, in ticks: 12 ms at 120 beats a minute, as some hosts move events to the
/// start of a block. A hand is further off in one of a few notes.
const TOLERANCE: Tick = TICKS_PER_STEP / 10;

/// How many notes, at least, must have come again at their ticks.
const LEAST_NOTES: usize = 4;

/// What a pass says about where the melody is played. Owned by the composer thread.
#[derive(Debug, Default)]
pub struct Evidence {
    /// The melody as it was known when the pass began, with what rests, sorted.
    known: Vec<Note>,
    /// How many notes were heard, and how many of them were known.
    heard: usize,
    again: usize,
    /// Where nothing was heard.
    silent: Vec<Range<Tick>>,
}

impl Evidence {
    /// Evidence of a pass that begins with this score.
    pub fn of(score: &Score) -> Self {
        let mut known = [score.melody(), score.resting().melody()].concat();
        known.sort_unstable();
        Self { known, ..Self::default() }
    }

    /// Adds what was heard in a stretch.
    pub fn hear(&mut self, notes: &[Note], stretch: &Range<Tick>) {
        if notes.is_empty() {
            add_heard(&mut self.silent, stretch.clone());
        } else {
            self.heard += notes.len();
            self.again += again(&self.known, notes);
        }
    }

    /// Where nothing was heard: sorted, disjoint.
    pub fn silent(&self) -> &[Range<Tick>] {
        &self.silent
    }

    /// Whether nothing was heard at all.
    pub fn is_silent(&self) -> bool {
        self.heard == 0
    }

    /// Whether the host plays the melody that was known, here or elsewhere.
    pub fn is_replay(&self) -> bool {
        self.again >= LEAST_NOTES && self.again * 4 >= self.heard * 3
    }
}

/// How many of the notes were known, at their place or all of them moved by the same time.
fn again(known: &[Note], notes: &[Note]) -> usize {
    let is_known = |pitch: u8, at: Tick| {
        let first = known.partition_point(|note| note.start < at - TOLERANCE);
        known[first..].iter().take_while(|note| note.start <= at + TOLERANCE).any(|note| note.pitch == pitch)
    };
    let moved = |shift: Tick| notes.iter().filter(|note| is_known(note.pitch, note.start + shift)).count();
    let Some(first) = notes.first() else { return 0 };
    let shifts = known.iter().filter(|note| note.pitch == first.pitch).map(|note| note.start - first.start);
    let mut most = moved(0);
    for shift in shifts {
        if most == notes.len() {
            break;
        }
        most = most.max(moved(shift));
    }
    most
}
