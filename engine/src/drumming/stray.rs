//! How a drummer strays from the mean: as in a performance of the network's file; and where that has nothing for a voice,
//! by chance, the same way in each bar for the most part, and all limbs together.
//!
//! The shares are those of what held-out drummers of the Groove MIDI Dataset (Gillick et al. 2019) play beside what the
//! network expects: lateness agrees by .66 with that of a beat before, by .51 with a bar before, and by .53 among the
//! strokes of a step; loudness by .39, .66 and .27.

use super::{
    player::{Deviations, filled},
    slots::SLOT,
};
use crate::{
    arranging::random::Random,
    network::{
        DrumPerformance,
        contract::{DRUM_VOICES, STEPS},
    },
};

/// Steps of a beat.
const BEAT: usize = 4;
/// How much of the drift is left after a step.
const KEPT: f32 = 0.9;
/// The mean absolute deviation of a standard normal number is the inverse of this.
const PER_DEVIATION: f32 = 1.253_314_1;
/// No number is further out, in standard deviations.
const FARTHEST: f32 = 2.5;

/// How the variance is made up: of what each beat has in common, each bar, each bar for one voice, a drift, a step's
/// voices. What is left of 1 is each stroke's own.
struct Shares {
    beat: f32,
    bar: f32,
    voice: f32,
    drift: f32,
    step: f32,
}

const LOUDNESS: Shares = Shares { beat: 0.1, bar: 0.05, voice: 0.45, drift: 0.1, step: 0.05 };
const LATENESS: Shares = Shares { beat: 0.3, bar: 0.1, voice: 0.0, drift: 0.2, step: 0.15 };

/// A drummer's deviations over a part, step by step.
pub(super) struct Stray {
    loudness: Deviation,
    lateness: Deviation,
    /// Empty without a performance.
    performed: Deviations,
}

struct Deviation {
    shares: Shares,
    beat: [f32; BEAT],
    bar: [f32; SLOT],
    voice: [[f32; DRUM_VOICES]; SLOT],
    drift: f32,
}

impl Stray {
    pub fn new(performance: Option<&DrumPerformance>, random: &mut Random) -> Self {
        Self {
            loudness: Deviation::new(LOUDNESS, random),
            lateness: Deviation::new(LATENESS, random),
            performed: performance.map(filled).unwrap_or_default(),
        }
    }

    /// The deviations of loudness and lateness of each voice at the next step of a part, counted from the part's first
    /// step, in mean absolute deviations.
    pub fn next(&mut self, step: usize, random: &mut Random) -> [(f32, f32); DRUM_VOICES] {
        let (loud, late) = (self.loudness.next(step, random), self.lateness.next(step, random));
        let performed = self.performed.get(step % STEPS);
        std::array::from_fn(|voice| performed.and_then(|voices| voices[voice]).unwrap_or((loud[voice], late[voice])))
    }
}

impl Deviation {
    fn new(shares: Shares, random: &mut Random) -> Self {
        let (mut beat, mut bar, mut voice) = ([0.0; BEAT], [0.0; SLOT], [[0.0; DRUM_VOICES]; SLOT]);
        random.fill_noise(1.0, &mut beat);
        random.fill_noise(1.0, &mut bar);
        for voices in &mut voice {
            random.fill_noise(1.0, voices);
        }
        let mut drift = [0.0];
        random.fill_noise(1.0, &mut drift);
        Self { shares, beat, bar, voice, drift: drift[0] }
    }

    fn next(&mut self, step: usize, random: &mut Random) -> [f32; DRUM_VOICES] {
        let mut fresh = [0.0; 2 + DRUM_VOICES];
        random.fill_noise(1.0, &mut fresh);
        let [drift, together, own @ ..] = fresh;
        self.drift = KEPT * self.drift + (1.0 - KEPT * KEPT).sqrt() * drift;
        let Shares { beat, bar, voice, drift, step: all } = self.shares;
        let (in_bar, in_beat) = (step % SLOT, step % BEAT);
        let common = beat.sqrt() * self.beat[in_beat]
            + bar.sqrt() * self.bar[in_bar]
            + drift.sqrt() * self.drift
            + all.sqrt() * together;
        let rest = (1.0 - beat - bar - voice - drift - all).max(0.0);
        std::array::from_fn(|index| {
            let sum = common + voice.sqrt() * self.voice[in_bar][index] + rest.sqrt() * own[index];
            sum.clamp(-FARTHEST, FARTHEST) * PER_DEVIATION
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::performance;

    /// The correlation of two series.
    fn correlation(pairs: &[(f32, f32)]) -> f32 {
        let count = pairs.len() as f32;
        let (x, y) = (
            pairs.iter().map(|pair| pair.0).sum::<f32>() / count,
            pairs.iter().map(|pair| pair.1).sum::<f32>() / count,
        );
        let sum = |of: fn(f32, f32) -> f32| pairs.iter().map(|pair| of(pair.0 - x, pair.1 - y)).sum::<f32>();
        sum(|x, y| x * y) / (sum(|x, _| x * x) * sum(|_, y| y * y)).sqrt()
    }

    #[test]
    fn a_performance_goes_before_chance_in_all_fours_of_bars() {
        let performed = performance(&[(0, 3, 40, 24), (2, 3, 16, 48)]);
        let (mut random, mut other) = (Random::of_melody(1), Random::of_melody(1));
        let (mut stray, mut chance) = (Stray::new(Some(&performed), &mut random), Stray::new(None, &mut other));
        for step in 0..2 * STEPS {
            let (found, drawn) = (stray.next(step, &mut random), chance.next(step, &mut other));
            match step % SLOT {
                0 => assert_eq!(found[3], (1.0, -1.0)),
                2 => assert_eq!(found[3], (-2.0, 2.0)),
                _ => assert_ne!(found[3], drawn[3]),
            }
            assert_eq!(found[0], drawn[0], "a voice that was not played strays by chance");
        }
    }

    #[test]
    fn a_drummer_strays_alike_in_each_bar_and_with_all_limbs() {
        let (mut bars, mut limbs, mut loud, mut size) = (vec![], vec![], vec![], 0.0);
        for seed in 0..200 {
            let mut random = Random::of_melody(seed);
            let mut stray = Stray::new(None, &mut random);
            let steps: Vec<_> = (0..64).map(|step| stray.next(step, &mut random)).collect();
            for step in 0..48 {
                bars.push((steps[step][0].1, steps[step + 16][0].1));
                loud.push((steps[step][0].0, steps[step + 16][0].0));
                limbs.push((steps[step][0].1, steps[step][3].1));
                size += steps[step][0].1.abs() / (48.0 * 200.0);
            }
        }
        assert!((0.93..1.07).contains(&size), "{size}");
        let found = [correlation(&bars), correlation(&loud), correlation(&limbs)];
        for (found, wanted) in found.into_iter().zip([0.44, 0.62, 0.75]) {
            assert!((found - wanted).abs() < 0.08, "{found} for {wanted}");
        }
    }
}
