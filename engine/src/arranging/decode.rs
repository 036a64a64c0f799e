//! From probabilities to notes.
//!
//! The variety comes from the noise vector that the network reads; notes are chosen firmly, since cells of a roll are
//! not independent of each other. A little seeded jitter lets higher temperatures choose more boldly.

mod edges;

use super::random::Random;
use crate::network::{
    contract::{DRUM_VOICES, PITCHES, PLANE, STEPS},
    fit::Cell,
    generator::OutputRow,
    roll,
};
use continuo_music::{
    note::Note,
    part::{PART_COUNT, Part},
    time::Tick,
};
use edges::edges;

/// A sounding note goes on while its probability is above this: a little lower than the half that starts one, so
/// that a long note is not broken by one doubtful step.
const SUSTAIN: f32 = 0.4;
/// What density 0 takes from, and density 1 adds to, an onset's log odds.
const DENSITY_RANGE: f32 = 2.0;
/// Half the width of the jitter on log odds at temperature 1.
const JITTER: f32 = 0.25;

/// Jitter on the log odds of a window's onsets.
pub struct Jitter {
    /// One for a part and a step, so that the notes of a chord come or stay away together.
    parts: Vec<f32>,
    /// One for a drum voice and a step.
    drums: Vec<f32>,
}

impl Jitter {
    /// Draws it for all parts, whichever will be used, so that one part's notes do not depend on the others.
    pub fn draw(random: &mut Random, temperature: f32) -> Self {
        let mut draw =
            |count: usize| -> Vec<f32> { (0..count).map(|_| random.between_ones() * JITTER * temperature).collect() };
        Self { parts: draw(PART_COUNT * STEPS), drums: draw(DRUM_VOICES * STEPS) }
    }
}

/// How many notes of a part sound at once at most.
const fn voices(part: Part) -> usize {
    match part {
        Part::Drums => DRUM_VOICES,
        Part::Bass => 1,
        Part::Counter => 2,
        Part::Chords => 6,
        Part::Strings => 5,
    }
}

/// General MIDI keys that are one pair of cymbals: the hi-hat closed, closed by the pedal, and open.
const HI_HATS: [u8; 3] = [42, 44, 46];

/// One row of what the network wrote, and what is to be made of it.
pub struct Decoder<'a> {
    /// The network's output.
    pub output: OutputRow<'a>,
    /// The window's steps, in order of time.
    pub cells: &'a [Cell],
    /// Semitones by which the melody was moved for the network.
    pub shift: i64,
    /// For the onsets.
    pub jitter: &'a Jitter,
    /// General MIDI keys of the drum voices.
    pub drum_voices: &'a [u8; DRUM_VOICES],
    /// Only the likeliest of the hi-hat's voices is struck at a step.
    pub one_hi_hat: bool,
}

/// A note that still sounds.
#[derive(Clone, Copy)]
struct Held {
    row: usize,
    begun: Begun,
    velocity: u8,
}

/// Where a note began.
#[derive(Clone, Copy)]
enum Begun {
    /// In this window, in the cell with this index.
    Here(usize),
    /// Before it.
    Before(Tick),
}

impl Decoder<'_> {
    /// The strokes of the drums; `density` 0 to 1.
    pub fn drums(&self, density: f32) -> Vec<Note> {
        let odds = |cell: &Cell, voice: usize| {
            let place = cell.step * DRUM_VOICES + voice;
            log_odds(self.output.drums[place]) + shift_of(density) + self.jitter.drums[place]
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

    /// The notes of a part that has pitches, sorted. `held` are notes that ended where this window starts, with the
    /// start they are to have if they go on here; the ones that do not go on are given back unchanged.
    pub fn pitched(&self, part: Part, density: f32, held: Vec<Note>) -> Vec<Note> {
        let plane = 2 * (part.index() - 1) * PLANE;
        let (onsets, sounding) =
            (&self.output.pitched[plane..][..PLANE], &self.output.pitched[plane + PLANE..][..PLANE]);
        // Notes with the cell in which they no longer sound.
        let mut ended: Vec<(Held, usize)> = Vec::new();
        let mut started = vec![false; self.cells.len()];
        let mut active: Vec<Held> = held
            .into_iter()
            .map(|note| Held {
                row: roll::row(i64::from(note.pitch) + self.shift),
                begun: Begun::Before(note.start),
                velocity: note.velocity,
            })
            .collect();
        let mut last: Option<&Cell> = None;
        for (index, cell) in self.cells.iter().enumerate() {
            let at = |row: usize| cell.step * PITCHES + row;
            // Steps that the meter leaves unused take no time: what sounds after them goes on, and a note that starts
            // in them starts after them.
            let skipped = last.map_or(cell.step, |last| last.step + 1)..cell.step;
            let bias = shift_of(density) + self.jitter.parts[part.index() * STEPS + cell.step];
            let starts_in = |step: usize, row: usize| log_odds(onsets[step * PITCHES + row]) + bias > 0.0;
            let sounds = |row: usize| sounding[at(row)] > SUSTAIN;
            let starts = |row: usize| {
                starts_in(cell.step, row) || sounds(row) && skipped.clone().any(|step| starts_in(step, row))
            };
            // What wants to sound at this step: new notes and notes that go on, the likeliest first.
            let mut wanted: Vec<(bool, f32, usize)> =
                (0..PITCHES).filter(|&row| starts(row)).map(|row| (true, onsets[at(row)], row)).collect();
            let goes_on = |held: &&Held| sounds(held.row) && !starts(held.row);
            wanted.extend(active.iter().filter(goes_on).map(|held| (false, sounding[at(held.row)], held.row)));
            // In a line of one voice a new note ends the old one.
            let line = voices(part) == 1;
            wanted.sort_by(|a, b| (line && b.0).cmp(&(line && a.0)).then(b.1.total_cmp(&a.1)).then(a.2.cmp(&b.2)));
            wanted.truncate(voices(part));
            let goes_on = |held: &Held| wanted.iter().any(|&(new, _, row)| !new && row == held.row);
            let (mut next, ends): (Vec<Held>, Vec<Held>) = active.into_iter().partition(goes_on);
            ended.extend(ends.into_iter().map(|held| (held, index)));
            let velocity = self.velocity(part, cell.step);
            let new = wanted.iter().filter(|want| want.0);
            next.extend(new.map(|want| Held { row: want.2, begun: Begun::Here(index), velocity }));
            started[index] = wanted.iter().any(|want| want.0);
            active = next;
            last = Some(cell);
        }
        ended.extend(active.into_iter().map(|held| (held, self.cells.len())));
        let edges = self.edges(part, |index| started[index]);
        let mut notes: Vec<Note> = ended.iter().filter_map(|&(held, end)| self.note(held, end, &edges)).collect();
        notes.sort_unstable();
        notes
    }

    fn edges(&self, part: Part, starts: impl Fn(usize) -> bool) -> Vec<Tick> {
        edges(self.cells, &self.output.timing[part.index() * STEPS..][..STEPS], starts)
    }

    /// The note that sounds up to the cell with the index `end`.
    fn note(&self, held: Held, end: usize, edges: &[Tick]) -> Option<Note> {
        let pitch = (roll::pitch(held.row) - self.shift) as u8;
        let (start, end) = match held.begun {
            Begun::Here(index) => (edges[index], edges[end]),
            // One that does not go on ends where it did, whatever starts here.
            Begun::Before(start) if end == 0 => (start, self.cells.first()?.from),
            Begun::Before(start) => (start, edges[end]),
        };
        let length = end - start;
        (length > 0).then_some(Note { start, pitch, length, velocity: held.velocity })
    }

    fn velocity(&self, part: Part, step: usize) -> u8 {
        (self.output.velocity[part.index() * STEPS + step] * 127.0).round().clamp(1.0, 127.0) as u8
    }
}

fn shift_of(density: f32) -> f32 {
    let density = if density.is_finite() { density.clamp(0.0, 1.0) } else { 0.5 };
    (density - 0.5) * 2.0 * DENSITY_RANGE
}

fn log_odds(probability: f32) -> f32 {
    let probability = probability.clamp(1e-6, 1.0 - 1e-6);
    (probability / (1.0 - probability)).ln()
}

#[cfg(test)]
mod tests;
