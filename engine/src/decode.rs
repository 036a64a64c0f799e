//! From probabilities to notes.
//!
//! The variety comes from the noise vector that the network reads; notes are chosen firmly, since cells of a roll are
//! not independent of each other. A little seeded jitter lets higher temperatures choose more boldly.

use crate::{
    fit::Cell,
    generator::{NetworkOutput, PLANE},
    model::{DRUM_VOICES, PITCHES, STEPS},
    note::Note,
    part::{PART_COUNT, Part},
    roll,
    time::Tick,
};
use rand::Rng;
use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};
use rand_distr::{Distribution, StandardNormal};
use sha2::{Digest, Sha256};

/// A sounding note goes on while its probability is above this: a little lower than the half that starts one, so
/// that a long note is not broken by one doubtful step.
const SUSTAIN: f32 = 0.4;
/// What density 0 takes from, and density 1 adds to, an onset's log odds.
const DENSITY_RANGE: f32 = 2.0;
/// Half the width of the jitter on log odds at temperature 1.
const JITTER: f32 = 0.25;

/// Random numbers that depend on these four values and on nothing else, on every system and in every version.
pub fn random(seed: u32, start: Tick, take: u32, window: usize) -> ChaCha8Rng {
    let mut hasher = Sha256::new();
    hasher.update(b"continuo window 1");
    hasher.update(seed.to_le_bytes());
    hasher.update(start.to_le_bytes());
    hasher.update(take.to_le_bytes());
    hasher.update((window as u64).to_le_bytes());
    ChaCha8Rng::from_seed(hasher.finalize().into())
}

/// Standard normal numbers times the temperature.
pub fn fill_noise(random: &mut impl Rng, temperature: f32, noise: &mut [f32]) {
    for value in noise {
        let normal: f32 = StandardNormal.sample(random);
        *value = normal * temperature;
    }
}

/// Jitter on the log odds of a window's onsets.
pub struct Jitter {
    /// One for a part and a step, so that the notes of a chord come or stay away together.
    parts: Vec<f32>,
    /// One for a drum voice and a step.
    drums: Vec<f32>,
}

impl Jitter {
    /// Draws it for all parts, whichever will be used, so that one part's notes do not depend on the others.
    pub fn draw(random: &mut impl Rng, temperature: f32) -> Self {
        let mut draw = |count: usize| -> Vec<f32> {
            (0..count).map(|_| random.random_range(-1.0f32..1.0) * JITTER * temperature).collect()
        };
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

/// One row of what the network wrote, and what is to be made of it.
pub struct Decoder<'a> {
    /// The network's output; its first row is read.
    pub output: &'a NetworkOutput,
    /// The window's steps, in order of time.
    pub cells: &'a [Cell],
    /// Semitones by which the melody was moved for the network.
    pub shift: i64,
    /// For the onsets.
    pub jitter: &'a Jitter,
    /// General MIDI keys of the drum voices.
    pub drum_voices: &'a [u8; DRUM_VOICES],
}

/// A note that still sounds.
struct Held {
    row: usize,
    start: Tick,
    velocity: u8,
}

impl Decoder<'_> {
    /// The strokes of the drums; `density` 0 to 1.
    pub fn drums(&self, density: f32) -> Vec<Note> {
        let mut notes = Vec::new();
        for cell in self.cells {
            for (voice, &key) in self.drum_voices.iter().enumerate() {
                let place = cell.step * DRUM_VOICES + voice;
                if log_odds(self.output.drums[place]) + shift_of(density) + self.jitter.drums[place] > 0.0 {
                    let velocity = self.velocity(Part::Drums, cell.step);
                    notes.push(Note { start: cell.from, pitch: key, length: cell.to - cell.from, velocity });
                }
            }
        }
        notes
    }

    /// The notes of a part that has pitches, sorted. `held` are notes that ended where this window starts, with the
    /// start they are to have if they go on here; the ones that do not go on are given back unchanged.
    pub fn pitched(&self, part: Part, density: f32, held: Vec<Note>) -> Vec<Note> {
        let plane = 2 * (part.index() - 1) * PLANE;
        let (onsets, sounding) =
            (&self.output.pitched[plane..][..PLANE], &self.output.pitched[plane + PLANE..][..PLANE]);
        let mut notes = Vec::new();
        let mut active: Vec<Held> = held
            .into_iter()
            .map(|note| Held {
                row: roll::row(i64::from(note.pitch) + self.shift),
                start: note.start,
                velocity: note.velocity,
            })
            .collect();
        let mut last: Option<&Cell> = None;
        for cell in self.cells {
            let at = |row: usize| cell.step * PITCHES + row;
            // Steps that the meter leaves unused take no time: what sounds after them goes on, and a note that starts
            // in them starts after them.
            let skipped = last.map_or(cell.step, |last| last.step + 1)..cell.step;
            let end = last.map_or(cell.from, |last| last.to);
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
            let mut next = Vec::with_capacity(wanted.len());
            for held in active {
                if wanted.iter().any(|&(new, _, row)| !new && row == held.row) {
                    next.push(held);
                } else {
                    notes.extend(self.ended(&held, end));
                }
            }
            let velocity = self.velocity(part, cell.step);
            next.extend(wanted.iter().filter(|want| want.0).map(|want| Held {
                row: want.2,
                start: cell.from,
                velocity,
            }));
            active = next;
            last = Some(cell);
        }
        let end = last.map_or(0, |cell| cell.to);
        notes.extend(active.iter().filter_map(|held| self.ended(held, end)));
        notes.sort_unstable();
        notes
    }

    fn ended(&self, held: &Held, end: Tick) -> Option<Note> {
        let pitch = (roll::pitch(held.row) - self.shift) as u8;
        let length = end - held.start;
        (length > 0).then_some(Note { start: held.start, pitch, length, velocity: held.velocity })
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
mod tests {
    use super::*;
    use crate::{
        fit::Fit,
        meter::{Meter, PhraseSpan},
    };

    fn decode(notes: &[Note], meter: Meter, shift: i64, part: Part) -> Vec<Note> {
        let fit = Fit::new(&PhraseSpan { start: 0, end: 4 * meter.bar_ticks(), meter });
        let mut output = NetworkOutput {
            batch: 1,
            pitched: vec![0.0; 8 * PLANE],
            drums: vec![0.0; STEPS * DRUM_VOICES],
            velocity: vec![80.0 / 127.0; 5 * STEPS],
        };
        let plane = 2 * (part.index() - 1) * PLANE;
        roll::write(notes, fit.window(0), shift, &mut output.pitched[plane..plane + 2 * PLANE]);
        let jitter = Jitter::draw(&mut random(1, 0, 0, 0), 2.0);
        let decoder =
            Decoder { output: &output, cells: fit.window(0), shift, jitter: &jitter, drum_voices: &[36; DRUM_VOICES] };
        decoder.pitched(part, 0.5, Vec::new())
    }

    #[test]
    fn notes_on_the_grid_come_back_in_each_meter() {
        for (numerator, denominator) in [(4, 4), (3, 4), (6, 8), (2, 4), (7, 8), (5, 4), (12, 8)] {
            let meter = Meter { numerator, denominator };
            let note =
                |step: i64, length: i64, pitch| Note { start: step * 240, pitch, length: length * 240, velocity: 80 };
            let notes = [note(0, 3, 60), note(0, 4, 64), note(3, 1, 60), note(4, 2, 67), note(6, 1, 67)];
            for shift in [-6, 0, 5] {
                assert_eq!(decode(&notes, meter, shift, Part::Chords), notes, "{meter:?}");
            }
        }
    }

    #[test]
    fn a_note_sounds_on_across_the_bar_lines_of_meters_that_leave_steps_unused() {
        for (numerator, denominator) in [(5, 4), (7, 8)] {
            let meter = Meter { numerator, denominator };
            let bar = meter.bar_ticks();
            let notes = [Note { start: 0, pitch: 60, length: 2 * bar - 240, velocity: 80 }];
            assert_eq!(decode(&notes, meter, 0, Part::Chords), notes, "{meter:?}");
        }
    }

    #[test]
    fn a_bass_plays_one_note_at_a_time() {
        let note =
            |step: i64, length: i64, pitch| Note { start: step * 240, pitch, length: length * 240, velocity: 80 };
        let decoded = decode(&[note(0, 8, 36), note(4, 4, 43)], Meter::COMMON, 0, Part::Bass);
        assert_eq!(decoded, [note(0, 4, 36), note(4, 4, 43)]);
    }

    #[test]
    fn the_same_seed_draws_the_same_numbers_and_another_draws_others() {
        let draw = |seed, start, take, window| {
            let mut noise = [0.0; 4];
            fill_noise(&mut random(seed, start, take, window), 1.0, &mut noise);
            noise.map(f32::to_bits)
        };
        assert_eq!(draw(1, 0, 0, 0), draw(1, 0, 0, 0));
        let others = [draw(2, 0, 0, 0), draw(1, 240, 0, 0), draw(1, 0, 1, 0), draw(1, 0, 0, 1)];
        assert!(others.iter().all(|other| *other != draw(1, 0, 0, 0)));
    }
}
