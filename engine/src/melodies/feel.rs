//! How a melody is played: its loudness and articulation, for the notes that go on with it.

use super::events::BarGrid;
use continuo_music::{note::Note, time::TICKS_PER_QUARTER};

/// Loudness by the weight of the place in the bar, and how much of the time to the next note a note sounds.
pub(crate) struct Feel {
    velocities: [f32; 4],
    /// 0.1 to 1; 1: legato.
    gate: f32,
}

/// Notes that fill less of the time to the next are followed by a rest, not played short.
const SHORTEST_GATE: f32 = 0.55;

impl Feel {
    /// Of a melody that nobody has played yet.
    pub const fn usual() -> Self {
        Self { velocities: [98.0, 92.0, 86.0, 80.0], gate: 1.0 }
    }

    /// Of notes (sorted, one at a time, in straight time). Without notes it is even and legato.
    pub fn of(line: &[Note], grid: BarGrid) -> Self {
        let (mut sums, mut counts) = ([0.0_f32; 4], [0.0_f32; 4]);
        for note in line {
            let weight = weight_of(grid.step(note.start), grid);
            sums[weight] += f32::from(note.velocity);
            counts[weight] += 1.0;
        }
        let all = sums.iter().sum::<f32>() / counts.iter().sum::<f32>().max(1.0);
        let all = if all > 0.0 { all } else { 90.0 };
        // A place of which little is known plays as all do.
        let velocities = std::array::from_fn(|weight| (sums[weight] + 2.0 * all) / (counts[weight] + 2.0));
        let mut gates: Vec<f32> = line.windows(2).filter_map(gate_between).collect();
        gates.sort_by(f32::total_cmp);
        let gate = gates.get(gates.len() / 2).copied().unwrap_or(1.0);
        Self { velocities, gate: if gate > 0.97 { 1.0 } else { gate } }
    }

    pub fn velocity(&self, step: i64, grid: BarGrid) -> u8 {
        self.velocities[weight_of(step, grid)].round().clamp(1.0, 127.0) as u8
    }

    /// How much of its length a note sounds before another one.
    pub const fn gate(&self) -> f32 {
        self.gate
    }
}

/// The line with notes that are only played short as long as they are meant.
pub(crate) fn legato(line: &[Note]) -> Vec<Note> {
    let following = line.iter().skip(1).map(|note| note.start).chain([i64::MAX]);
    line.iter()
        .zip(following)
        .map(|(note, next)| {
            let (length, room) = (note.length as f32, (next - note.start) as f32);
            let is_short = room <= TICKS_PER_QUARTER as f32 * 2.0 && length < room && length >= SHORTEST_GATE * room;
            if is_short { Note { length: next - note.start, ..*note } } else { *note }
        })
        .collect()
}

/// The share of the time between two notes that the first sounds, where the second follows it.
fn gate_between(pair: &[Note]) -> Option<f32> {
    let [first, second] = pair else { return None };
    let room = second.start - first.start;
    let share = first.length as f32 / room.max(1) as f32;
    (room > 0 && room <= 2 * TICKS_PER_QUARTER && share >= SHORTEST_GATE).then_some(share.min(1.0))
}

/// 0: first beat, 1: another beat, 2: between two beats, 3: shorter.
const fn weight_of(step: i64, grid: BarGrid) -> usize {
    match step.rem_euclid(grid.bar) {
        0 => 0,
        place if place % 4 == 0 => 1,
        place if place % 2 == 0 => 2,
        _ => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use continuo_music::meter::Meter;

    #[test]
    fn short_notes_are_meant_longer_and_accents_are_heard() {
        let grid = BarGrid::new(Meter::COMMON, 0);
        let line: Vec<Note> = (0..32)
            .map(|i| Note { start: 480 * i, pitch: 60, length: 360, velocity: if i % 8 == 0 { 110 } else { 70 } })
            .collect();
        let feel = Feel::of(&line, grid);
        assert!((feel.gate() - 0.75).abs() < 1e-6);
        assert!(feel.velocity(64, grid) > feel.velocity(66, grid) + 15);
        let meant = legato(&line);
        assert!(meant[..31].iter().all(|note| note.length == 480) && meant[31].length == 360);
        let rests = [line[0], Note { start: 1920, ..line[0] }];
        assert_eq!(legato(&rests), rests);
    }
}
