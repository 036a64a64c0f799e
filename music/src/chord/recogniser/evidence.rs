//! What sounds in each stretch of a song: pitch classes and bass.

use crate::{
    note::Note,
    time::{TICKS_PER_STEP, Tick},
};
use std::ops::Range;

/// A note that sounds when a stretch begins counts so much more.
const ON_THE_BEAT: f64 = 1.5;

/// What sounds in a stretch.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Sounding {
    /// How long each pitch class sounds, from C, in ticks; the beginning of the stretch counts more.
    pub classes: [f64; 12],
    /// How long each pitch class is the lowest that sounds.
    pub bass: [f64; 12],
}

impl Sounding {
    pub fn is_silent(&self) -> bool {
        self.classes.iter().all(|weight| *weight <= 0.0)
    }
}

/// What sounds in each of the stretches, which follow each other.
///
/// One pass over all beginnings and ends, so that the time does not grow with the notes' lengths.
pub(super) fn sounding(notes: &[Note], stretches: &[Range<Tick>]) -> Vec<Sounding> {
    let mut found = vec![Sounding::default(); stretches.len()];
    let mut starts: Vec<&Note> = notes.iter().collect();
    starts.sort_unstable_by_key(|note| note.start);
    let mut ends = starts.clone();
    ends.sort_unstable_by_key(|note| note.end());
    let (mut started, mut ended) = (0, 0);
    // How many notes sound on each pitch, and how many of them sounded when the stretch began.
    let (mut sounding, mut from_start) = ([0_u32; 128], [0_u32; 128]);
    for (stretch, found) in stretches.iter().zip(&mut found) {
        let mut now = stretch.start;
        let mut is_start = true;
        while now < stretch.end {
            while let Some(note) = ends.get(ended).filter(|note| note.end() <= now) {
                let pitch = usize::from(note.pitch & 127);
                sounding[pitch] = sounding[pitch].saturating_sub(1);
                if note.start <= stretch.start {
                    from_start[pitch] = from_start[pitch].saturating_sub(1);
                }
                ended += 1;
            }
            while let Some(note) = starts.get(started).filter(|note| note.start <= now) {
                sounding[usize::from(note.pitch & 127)] += 1;
                started += 1;
            }
            if is_start {
                from_start = sounding;
            }
            let next_end = ends.get(ended).map_or(Tick::MAX, |note| note.end());
            let next_start = starts.get(started).map_or(Tick::MAX, |note| note.start);
            let next = stretch.end.min(next_end).min(next_start);
            found.add(&sounding, &from_start, next - now, is_start);
            (now, is_start) = (next, false);
        }
    }
    found
}

impl Sounding {
    fn add(&mut self, sounding: &[u32; 128], from_start: &[u32; 128], ticks: Tick, is_start: bool) {
        for (pitch, (all, early)) in sounding.iter().zip(from_start).enumerate().filter(|(_, (all, _))| **all > 0) {
            let late = f64::from(all.saturating_sub(*early));
            self.classes[pitch % 12] += ticks as f64 * (late + ON_THE_BEAT * f64::from(*early.min(all)));
        }
        if let Some(lowest) = sounding.iter().position(|count| *count > 0) {
            let first = if is_start { TICKS_PER_STEP } else { 0 };
            self.bass[lowest % 12] += (ticks + first) as f64;
        }
    }
}
