//! From probabilities to notes.
//!
//! The variety comes from the network's noise vector; notes are chosen by thresholds rather than sampled, since the
//! cells of a roll depend on each other. A little seeded jitter makes the choices bolder at higher temperatures.

mod edges;
pub mod lift;

use super::{random::Random, voicing::SparedTones};
use crate::network::{
    contract::{DRUM_VOICES, PITCHES, PLANE, STEPS},
    fit::Cell,
    generator::OutputRow,
    roll,
};
use continuo_music::{
    note::Note,
    part::{PART_COUNT, Part, PartMap},
    time::Tick,
};
use edges::edges;
use std::ops::Range;

/// A sounding note continues while its probability is above this: a little less than the 0.5 that starts a note, so
/// that one doubtful step does not break a long note.
const SUSTAIN: f32 = 0.4;
/// What density 0 subtracts from, and density 1 adds to, an onset's log odds.
const DENSITY_RANGE: f32 = 2.0;
/// Log odds above which a note is added to a chord that has fewer notes than the song's: a new pitch class where it has no
/// three, a fourth one, an octave, and any to a note alone.
const LEAST_ADDED: f32 = -2.2;
const LEAST_FOURTH: f32 = -0.4;
const LEAST_OCTAVE: f32 = -3.0;
const LEAST_SECOND: f32 = -0.4;
/// Pitch classes of a triad.
const TRIAD: usize = 3;
/// Half the width of the jitter on log odds at temperature 1.
const JITTER: f32 = 0.25;

/// Jitter on the log odds of a window's onsets.
#[derive(Clone)]
pub struct Jitter {
    /// One number per part and step, so that the notes of a chord appear or stay away together.
    parts: Vec<f32>,
    /// One number per drum voice and step.
    drums: Vec<f32>,
}

impl Jitter {
    /// Draws the numbers for all parts, used or not, so that one part's notes do not depend on the others.
    pub fn draw(random: &mut Random, temperature: f32) -> Self {
        let mut draw =
            |count: usize| -> Vec<f32> { (0..count).map(|_| random.signed_uniform() * JITTER * temperature).collect() };
        Self { parts: draw(PART_COUNT * STEPS), drums: draw(DRUM_VOICES * STEPS) }
    }

    /// Mixes in the jitter of another window's first bar, the same in each bar of so many steps: all of it at a share of 1.
    pub fn steady(&mut self, other: &Self, bar_steps: usize, share: f32) {
        let mix = |own: &mut f32, other: f32| *own += share * (other - *own);
        for part in 0..PART_COUNT {
            for step in 0..STEPS {
                mix(&mut self.parts[part * STEPS + step], other.parts[part * STEPS + step % bar_steps]);
            }
        }
        for (index, own) in self.drums.iter_mut().enumerate() {
            mix(own, other.drums[index % (bar_steps * DRUM_VOICES)]);
        }
    }

    /// Takes over another jitter's numbers for some of the window's steps.
    pub fn take_steps(&mut self, other: &Self, steps: Range<usize>) {
        for part in 0..PART_COUNT {
            let range = part * STEPS + steps.start..part * STEPS + steps.end;
            self.parts[range.clone()].copy_from_slice(&other.parts[range]);
        }
        let range = steps.start * DRUM_VOICES..steps.end * DRUM_VOICES;
        self.drums[range.clone()].copy_from_slice(&other.drums[range]);
    }
}

/// The most notes of a part that sound at once.
const fn voices(part: Part) -> usize {
    match part {
        Part::Drums => DRUM_VOICES,
        Part::Bass => 1,
        Part::Counter => 2,
        Part::Chords => 6,
        Part::Strings => 5,
    }
}

/// General MIDI keys of the hi-hat, one pair of cymbals: closed, closed by the pedal, and open.
const HI_HATS: [u8; 3] = [42, 44, 46];

/// One row of the network's output, and how to decode it.
pub struct Decoder<'a> {
    /// The network's output.
    pub output: OutputRow<'a>,
    /// The window's steps, in order of time.
    pub cells: &'a [Cell],
    /// Semitones by which the melody was transposed for the network.
    pub shift: i64,
    /// The jitter for the onsets.
    pub jitter: &'a Jitter,
    /// General MIDI keys of the drum voices.
    pub drum_voices: &'a [u8; DRUM_VOICES],
    /// Whether only the likeliest of the hi-hat's voices is struck at a step.
    pub one_hi_hat: bool,
    /// The size of the song's chords in each part; where it is `None`, each chord has its own.
    pub sizes: PartMap<Option<usize>>,
    /// The tones that chords of the song's size leave out first.
    pub spared: SparedTones,
}

/// A note that still sounds.
#[derive(Clone, Copy)]
struct Held {
    row: usize,
    start: Start,
    velocity: u8,
    /// The row of the likeliest note of its chord, if it was added to that: it sounds as long.
    leader: Option<usize>,
}

/// Where a note begins.
#[derive(Clone, Copy)]
enum Start {
    /// In this window, in the cell with this index.
    Here(usize),
    /// Before the window.
    Before(Tick),
}

impl Decoder<'_> {
    /// The strokes of the drums; `density` 0 to 1.
    pub fn drums(&self, density: f32) -> Vec<Note> {
        let odds = |cell: &Cell, voice: usize| {
            let place = cell.step * DRUM_VOICES + voice;
            log_odds(self.output.drums[place]) + density_bias(density) + self.jitter.drums[place]
        };
        let is_hi_hat = |voice: usize| self.one_hi_hat && HI_HATS.contains(&self.drum_voices[voice]);
        let gives_way = |cell: &Cell, voice: usize| {
            let likelier =
                |other: usize| odds(cell, other).total_cmp(&odds(cell, voice)).then(voice.cmp(&other)).is_gt();
            is_hi_hat(voice) && (0..DRUM_VOICES).any(|other| is_hi_hat(other) && likelier(other))
        };
        let sounds = |cell: &Cell, voice: usize| odds(cell, voice) > 0.0 && !gives_way(cell, voice);
        let edges = self.edges(Part::Drums, |index| (0..DRUM_VOICES).any(|voice| sounds(&self.cells[index], voice)));
        let mut notes = Vec::new();
        for (index, cell) in self.cells.iter().enumerate() {
            let (start, velocity) = (edges[index], self.velocity(Part::Drums, cell.step));
            let struck = self.drum_voices.iter().enumerate().filter(|&(voice, _)| sounds(cell, voice));
            notes.extend(struck.map(|(_, &pitch)| Note { start, pitch, length: edges[index + 1] - start, velocity }));
        }
        notes
    }

    /// The notes of a pitched part, sorted. `held` are notes that ended where this window starts, with their start if
    /// they continue here; those that do not continue are returned unchanged.
    pub fn pitched(&self, part: Part, density: f32, held: Vec<Note>) -> Vec<Note> {
        let plane = 2 * (part.index() - 1) * PLANE;
        let (onsets, sounding) =
            (&self.output.pitched[plane..][..PLANE], &self.output.pitched[plane + PLANE..][..PLANE]);
        // Notes, each with the first cell in which it no longer sounds.
        let mut ended: Vec<(Held, usize)> = Vec::new();
        let mut started = vec![false; self.cells.len()];
        let mut active: Vec<Held> = held
            .into_iter()
            .map(|note| Held {
                row: roll::row(i64::from(note.pitch) + self.shift),
                start: Start::Before(note.start),
                velocity: note.velocity,
                leader: None,
            })
            .collect();
        let mut last: Option<&Cell> = None;
        for (index, cell) in self.cells.iter().enumerate() {
            let at = |row: usize| cell.step * PITCHES + row;
            // Steps that the meter leaves unused have no duration: a note that sounds after them continues, and a note
            // that starts in them starts after them.
            let skipped = last.map_or(cell.step, |last| last.step + 1)..cell.step;
            let bias = density_bias(density) + self.jitter.parts[part.index() * STEPS + cell.step];
            let starts_in = |step: usize, row: usize| log_odds(onsets[step * PITCHES + row]) + bias > 0.0;
            let sounds = |row: usize| sounding[at(row)] > SUSTAIN;
            let starts = |row: usize| {
                starts_in(cell.step, row) || sounds(row) && skipped.clone().any(|step| starts_in(step, row))
            };
            // The candidates for this step, as (is new, probability, row): new and continuing notes, the likeliest first.
            let mut candidates: Vec<(bool, f32, usize)> =
                (0..PITCHES).filter(|&row| starts(row)).map(|row| (true, onsets[at(row)], row)).collect();
            let added = self.added(part, &candidates, |row| log_odds(onsets[at(row)]) + bias);
            candidates.extend(added.iter().map(|&row| (true, onsets[at(row)], row)));
            let begins = |row: usize| starts(row) || added.contains(&row);
            let may_continue = |held: &&Held| {
                let sounding_row = held.leader.unwrap_or(held.row);
                sounds(sounding_row) && !begins(sounding_row) && !begins(held.row)
            };
            let continuing = active.iter().filter(may_continue);
            candidates.extend(continuing.map(|held| (false, sounding[at(held.row)], held.row)));
            // In a line of one voice a new note ends the old one.
            let line = voices(part) == 1;
            candidates.sort_by(|a, b| (line && b.0).cmp(&(line && a.0)).then(b.1.total_cmp(&a.1)).then(a.2.cmp(&b.2)));
            candidates.truncate(voices(part));
            if let Some(size) = self.sizes[part] {
                let chosen = fullest(&candidates, size, self.spared.at(cell.step));
                candidates.retain(|candidate| !candidate.0 || chosen.contains(&candidate.2));
            }
            let leader = candidates.iter().find(|candidate| candidate.0).map(|candidate| candidate.2);
            let continues = |held: &Held| candidates.iter().any(|&(is_new, _, row)| !is_new && row == held.row);
            let (mut next, ends): (Vec<Held>, Vec<Held>) = active.into_iter().partition(continues);
            ended.extend(ends.into_iter().map(|held| (held, index)));
            let velocity = self.velocity(part, cell.step);
            let new = candidates.iter().filter(|candidate| candidate.0);
            next.extend(new.map(|&(_, _, row)| {
                let leader = leader.filter(|_| added.contains(&row));
                Held { row, start: Start::Here(index), velocity, leader }
            }));
            started[index] = candidates.iter().any(|candidate| candidate.0);
            active = next;
            last = Some(cell);
        }
        ended.extend(active.into_iter().map(|held| (held, self.cells.len())));
        let edges = self.edges(part, |index| started[index]);
        let mut notes: Vec<Note> = ended.iter().filter_map(|&(held, end)| self.note(held, end, &edges)).collect();
        notes.sort_unstable();
        notes
    }

    /// The rows that are added to the notes that begin in a step, so that the chord has the song's size: what completes a
    /// triad, then octaves; a fourth pitch class only where it is likely. A note that the network is sure stands alone stays
    /// alone.
    fn added(&self, part: Part, candidates: &[(bool, f32, usize)], odds: impl Fn(usize) -> f32) -> Vec<usize> {
        let Some(size) = self.sizes[part].filter(|&size| !candidates.is_empty() && candidates.len() < size) else {
            return Vec::new();
        };
        let mut chord: Vec<usize> = candidates.iter().map(|candidate| candidate.2).collect();
        let mut others: Vec<(f32, usize)> = (0..PITCHES)
            .filter(|row| !chord.contains(row))
            .map(|row| (odds(row), row))
            .filter(|&(odds, _)| odds > LEAST_OCTAVE)
            .collect();
        others.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        if chord.len() == 1 && others.first().is_none_or(|&(odds, _)| odds <= LEAST_SECOND) {
            return Vec::new();
        }
        while chord.len() < size {
            let doubles = |row: usize| chord.iter().any(|other| other % 12 == row % 12);
            let classes = (0..12).filter(|&class| doubles(class)).count();
            let least = if classes < TRIAD { LEAST_ADDED } else { LEAST_FOURTH };
            let completes = others.iter().position(|&(odds, row)| !doubles(row) && odds > least);
            let Some(next) = completes.or_else(|| others.iter().position(|&(_, row)| doubles(row))) else { break };
            chord.push(others.remove(next).1);
        }
        chord.split_off(candidates.len())
    }

    fn edges(&self, part: Part, starts: impl Fn(usize) -> bool) -> Vec<Tick> {
        edges(self.cells, &self.output.timing[part.index() * STEPS..][..STEPS], starts)
    }

    /// The note that sounds up to the cell with the index `end`.
    fn note(&self, held: Held, end: usize, edges: &[Tick]) -> Option<Note> {
        let pitch = (roll::pitch(held.row) - self.shift) as u8;
        let (start, end) = match held.start {
            Start::Here(index) => (edges[index], edges[end]),
            // A note that does not continue keeps its end, whatever starts here.
            Start::Before(start) if end == 0 => (start, self.cells.first()?.from),
            Start::Before(start) => (start, edges[end]),
        };
        let length = end - start;
        (length > 0).then_some(Note { start, pitch, length, velocity: held.velocity })
    }

    fn velocity(&self, part: Part, step: usize) -> u8 {
        (self.output.velocity[part.index() * STEPS + step] * 127.0).round().clamp(1.0, 127.0) as u8
    }
}

/// The rows of as many of the notes that begin, the likeliest first, but the spared pitch class after the others and what
/// doubles another one last.
fn fullest(candidates: &[(bool, f32, usize)], size: usize, spared: Option<u8>) -> Vec<usize> {
    let (mut first, mut fifth, mut doubling) = (Vec::<usize>::new(), Vec::new(), Vec::new());
    for &(_, _, row) in candidates.iter().filter(|candidate| candidate.0) {
        let doubles = first.iter().chain(&fifth).any(|other| other % 12 == row % 12);
        let is_spared = spared.is_some_and(|class| row % 12 == usize::from(class));
        if doubles {
            doubling.push(row);
        } else if is_spared {
            fifth.push(row);
        } else {
            first.push(row);
        }
    }
    first.into_iter().chain(fifth).chain(doubling).take(size).collect()
}

/// What a density adds to the log odds of onsets.
fn density_bias(density: f32) -> f32 {
    let density = if density.is_finite() { density.clamp(0.0, 1.0) } else { 0.5 };
    (density - 0.5) * 2.0 * DENSITY_RANGE
}

fn log_odds(probability: f32) -> f32 {
    let probability = probability.clamp(1e-6, 1.0 - 1e-6);
    (probability / (1.0 - probability)).ln()
}

#[cfg(test)]
mod tests;
