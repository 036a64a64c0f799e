//! The random numbers behind a phrase: the same for the same seed on every system and in every version, since a project
//! must play the same notes for ever.
//!
//! The bits come from the stream cipher `ChaCha` with 8 rounds (Bernstein, 2008). The two samplers that turn them into
//! numbers are written here, because a crate may change its samplers from release to release.

mod ziggurat_tables;

use continuo_music::time::Tick;
use rand_chacha::{
    ChaCha8Rng,
    rand_core::{RngCore, SeedableRng},
};
use sha2::{Digest, Sha256};
use ziggurat_tables::{EDGES, HEIGHTS, TAIL};

/// A stream of random numbers.
pub struct Random(ChaCha8Rng);

impl Random {
    /// The numbers for one window of a take. They depend on these four values only.
    pub fn of_window(seed: u32, start: Tick, take: u32, window: usize) -> Self {
        let mut hasher = Sha256::new();
        hasher.update(b"continuo window 1");
        hasher.update(seed.to_le_bytes());
        hasher.update(start.to_le_bytes());
        hasher.update(take.to_le_bytes());
        hasher.update((window as u64).to_le_bytes());
        Self(ChaCha8Rng::from_seed(hasher.finalize().into()))
    }

    /// The numbers that hold for a whole song.
    pub fn of_song(seed: u32) -> Self {
        let mut hasher = Sha256::new();
        hasher.update(b"continuo song 1");
        hasher.update(seed.to_le_bytes());
        Self(ChaCha8Rng::from_seed(hasher.finalize().into()))
    }

    /// The numbers that hold for all sections of one kind, by its name.
    pub fn of_section(seed: u32, kind: &str) -> Self {
        let mut hasher = Sha256::new();
        hasher.update(b"continuo section 1");
        hasher.update(seed.to_le_bytes());
        hasher.update(kind.as_bytes());
        Self(ChaCha8Rng::from_seed(hasher.finalize().into()))
    }

    /// The numbers that decide how a phrase that comes back is varied.
    pub fn of_variation(seed: u32, start: Tick, take: u32) -> Self {
        let mut hasher = Sha256::new();
        hasher.update(b"continuo variation 1");
        hasher.update(seed.to_le_bytes());
        hasher.update(start.to_le_bytes());
        hasher.update(take.to_le_bytes());
        Self(ChaCha8Rng::from_seed(hasher.finalize().into()))
    }

    /// The numbers that decide in which order parts leave a song.
    pub fn of_intensity(seed: u32) -> Self {
        let mut hasher = Sha256::new();
        hasher.update(b"continuo intensity 1");
        hasher.update(seed.to_le_bytes());
        Self(ChaCha8Rng::from_seed(hasher.finalize().into()))
    }

    /// The numbers that choose the drum fill before a bar line.
    pub fn of_fill(seed: u32, bar_line: Tick) -> Self {
        let mut hasher = Sha256::new();
        hasher.update(b"continuo fill 1");
        hasher.update(seed.to_le_bytes());
        hasher.update(bar_line.to_le_bytes());
        Self(ChaCha8Rng::from_seed(hasher.finalize().into()))
    }

    /// The numbers that choose the notes of a melody.
    pub fn of_melody(seed: u32) -> Self {
        let mut hasher = Sha256::new();
        hasher.update(b"continuo melody 1");
        hasher.update(seed.to_le_bytes());
        Self(ChaCha8Rng::from_seed(hasher.finalize().into()))
    }

    /// The numbers that choose Lead's notes of a beat in a take.
    pub fn of_lead(seed: u32, start: Tick, take: u32) -> Self {
        let mut hasher = Sha256::new();
        hasher.update(b"continuo lead 1");
        hasher.update(seed.to_le_bytes());
        hasher.update(start.to_le_bytes());
        // The first take is what versions without takes of Lead played.
        if take != 0 {
            hasher.update(take.to_le_bytes());
        }
        Self(ChaCha8Rng::from_seed(hasher.finalize().into()))
    }

    /// A uniform number from 0 (inclusive) to 1 (exclusive).
    pub fn uniform(&mut self) -> f32 {
        self.signed_uniform().midpoint(1.0)
    }

    /// Fills `noise` with standard normal numbers times the temperature.
    pub fn fill_noise(&mut self, temperature: f32, noise: &mut [f32]) {
        for value in noise {
            *value = self.normal() as f32 * temperature;
        }
    }

    /// A uniform number from −1 (inclusive) to 1 (exclusive), one of 2²³.
    pub fn signed_uniform(&mut self) -> f32 {
        // A fixed exponent and random digits make a number from 1 to 2.
        let from_one_to_two = f32::from_bits(0x3f80_0000 | self.0.next_u32() >> 9);
        (from_one_to_two - 1.0) * 2.0 - 1.0
    }

    /// A standard normal number, by the ziggurat method in Doornik's variant: see [`ziggurat_tables`].
    fn normal(&mut self) -> f64 {
        loop {
            // The lowest 8 bits choose the box, the highest 52 the place in it.
            let bits = self.0.next_u64();
            let index = (bits & 0xff) as usize;
            let from_minus_one_to_one = f64::from_bits(0x4000_0000_0000_0000 | bits >> 12) - 3.0;
            let x = from_minus_one_to_one * EDGES[index];
            if x.abs() < EDGES[index + 1] {
                return x;
            }
            if index == 0 {
                return self.in_tail(from_minus_one_to_one < 0.0);
            }
            let share = (self.0.next_u64() >> 11) as f64 / (1_u64 << 53) as f64;
            if HEIGHTS[index + 1] + (HEIGHTS[index] - HEIGHTS[index + 1]) * share < (-x * x / 2.0).exp() {
                return x;
            }
        }
    }

    /// A number from the tail beyond the lowest box (Marsaglia, *Generating a Variable from the Tail of the Normal
    /// Distribution*, 1964).
    fn in_tail(&mut self, negative: bool) -> f64 {
        loop {
            let x = self.open_uniform().ln() / TAIL;
            let y = self.open_uniform().ln();
            if -2.0 * y >= x * x {
                return if negative { x - TAIL } else { TAIL - x };
            }
        }
    }

    /// A uniform number between 0 and 1, both exclusive.
    fn open_uniform(&mut self) -> f64 {
        f64::from_bits(0x3ff0_0000_0000_0000 | self.0.next_u64() >> 12) - (1.0 - f64::EPSILON / 2.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream() -> Random {
        Random::of_window(1, 15_360, 2, 0)
    }

    #[test]
    fn the_same_window_has_the_same_numbers_for_ever() {
        let mut noise = [0.0; 6];
        stream().fill_noise(1.0, &mut noise);
        let first = [0xbfa1_8a6b, 0xbf87_48bc, 0xbd7f_f898, 0xbf29_631e, 0xbf0b_4e4e, 0x3e96_1de3];
        assert_eq!(noise.map(f32::to_bits), first);
        let mut random = stream();
        let jitter: [f32; 6] = std::array::from_fn(|_| random.signed_uniform());
        let first = [0xbf66_c018, 0xbf74_a448, 0xbee4_3108, 0xbf3a_02d0, 0x3e8a_6908, 0xbe5f_9d50];
        assert_eq!(jitter.map(f32::to_bits), first);
        // Far along the stream, after numbers from every box and from the tail.
        let mut random = stream();
        let sum: f64 = (0..1_000_000).map(|_| random.normal()).sum();
        assert!((sum + 39.037_335_489_781_4).abs() < 1e-6, "{sum}");
        assert_eq!(random.0.next_u64(), 0x53b2_3da3_39a9_dce8);
    }

    #[test]
    fn the_samplers_have_the_moments_of_their_distributions() {
        let mut random = stream();
        let count = 200_000_u32;
        let moments =
            |numbers: &[f64], power: i32| numbers.iter().map(|x| x.powi(power)).sum::<f64>() / f64::from(count);
        let normal: Vec<f64> = (0..count).map(|_| random.normal()).collect();
        for (power, expected) in [(1, 0.0), (2, 1.0), (3, 0.0), (4, 3.0)] {
            assert!((moments(&normal, power) - expected).abs() < 0.05, "moment {power}");
        }
        // 2.6e-4 of all numbers lie beyond the lowest box.
        let beyond = normal.iter().filter(|x| x.abs() > TAIL).count();
        assert!((30..=80).contains(&beyond), "{beyond}");
        let uniform: Vec<f64> = (0..count).map(|_| f64::from(random.signed_uniform())).collect();
        assert!(uniform.iter().all(|x| (-1.0..1.0).contains(x)));
        for (power, expected) in [(1, 0.0), (2, 1.0 / 3.0), (4, 0.2)] {
            assert!((moments(&uniform, power) - expected).abs() < 0.01, "moment {power}");
        }
    }
}
