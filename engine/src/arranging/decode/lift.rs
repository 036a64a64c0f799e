//! Makes a window's notes more or fewer by a factor: the network's own likeliest notes come first.

use super::{Jitter, density_bias, log_odds, voices};
use crate::network::{
    contract::{DRUM_VOICES, PITCHES, PLANE, STEPS},
    generator::OutputRow,
};
use continuo_music::part::{Part, PartMap};
use std::cmp::Reverse;

/// The most that is added to and taken from log odds: what the network finds absurd stays out.
const MOST: f32 = 2.0;
const LEAST: f32 = -4.0;

/// Snare and stick, which play the backbeat.
const BACKBEAT: [usize; 2] = [1, 2];
/// A beat's steps.
const BEAT: usize = 4;

/// Factors on the number of notes.
pub struct Factors {
    /// For each part.
    pub parts: PartMap<f32>,
    /// For each drum voice, before the drums' own factor holds for all of them together.
    pub voices: [f32; DRUM_VOICES],
    /// How much a part that would be silent is asked to play, 0 to 1.
    pub entering: f32,
}

impl Jitter {
    /// Changes the log odds in some of a window's steps so that as many notes begin there as the factors say. Drums change
    /// in each bar of `bar_steps` steps at the same places, so that their pattern holds.
    pub fn lift(
        &mut self,
        output: OutputRow<'_>,
        (steps, bar_steps): (&[usize], usize),
        density: &PartMap<f32>,
        factors: &Factors,
    ) {
        for part in Part::PITCHED {
            let plane = 2 * (part.index() - 1) * PLANE;
            let mut odds = Vec::new();
            for &step in steps {
                let bias = density_bias(density[part]) + self.parts[part.index() * STEPS + step];
                let rows = &output.pitched[plane + step * PITCHES..][..PITCHES];
                let mut begin: Vec<f32> = rows.iter().map(|&onset| log_odds(onset) + bias).collect();
                begin.sort_unstable_by(|left, right| right.total_cmp(left));
                odds.extend_from_slice(&begin[..voices(part)]);
            }
            let bias = bias_for(odds, factors.parts[part], factors.entering);
            for step in steps {
                self.parts[part.index() * STEPS + step] += bias;
            }
        }
        let place = |step: usize, voice: usize| step * DRUM_VOICES + voice;
        let of_voice = |voice: usize| -> Vec<f32> {
            let bias = density_bias(density[Part::Drums]);
            let odds =
                |&step: &usize| log_odds(output.drums[place(step, voice)]) + bias + self.drums[place(step, voice)];
            steps.iter().map(odds).collect()
        };
        let odds: Vec<Vec<f32>> = (0..DRUM_VOICES).map(of_voice).collect();
        let struck: Vec<f32> = odds.iter().map(|odds| odds.iter().filter(|&&odds| odds > 0.0).count() as f32).collect();
        let lifted: f32 = struck.iter().zip(factors.voices).map(|(count, factor)| count * factor).sum();
        let all = if lifted > 0.0 { factors.parts[Part::Drums] * struck.iter().sum::<f32>() / lifted } else { 1.0 };
        for (voice, odds) in odds.into_iter().enumerate() {
            let entering = factors.entering;
            if lifted <= 0.0 {
                let bias = bias_for(odds, all * factors.voices[voice], entering);
                for &step in steps {
                    self.drums[place(step, voice)] += bias;
                }
                continue;
            }
            let mut means = vec![(0.0, 0_usize); bar_steps];
            for (&step, odds) in steps.iter().zip(&odds) {
                let (sum, count) = &mut means[step % bar_steps];
                *sum += odds;
                *count += 1;
            }
            let means: Vec<f32> = means.into_iter().map(|(sum, count)| sum / count.max(1) as f32).collect();
            let biases = biases_in_bar(&means, all * factors.voices[voice], BACKBEAT.contains(&voice));
            for &step in steps {
                self.drums[place(step, voice)] += biases[step % bar_steps];
            }
        }
    }
}

/// What to add to a drum voice's log odds at each place of a bar, given their means, so that it is struck at `factor` times
/// as many places. The likeliest stay and come first. A backbeat stays whole or goes.
fn biases_in_bar(means: &[f32], factor: f32, backbeat: bool) -> Vec<f32> {
    let mut order: Vec<usize> = (0..means.len()).collect();
    let on_backbeat = |place: usize| backbeat && place % (2 * BEAT) == BEAT && means[place] > 0.0;
    order.sort_by(|&left, &right| {
        Reverse(on_backbeat(left)).cmp(&Reverse(on_backbeat(right))).then(means[right].total_cmp(&means[left]))
    });
    let count = means.iter().filter(|&&mean| mean > 0.0).count();
    let target = ((count as f32 * factor).round() as usize).min(means.len());
    let whole = order.iter().filter(|&&place| on_backbeat(place)).count();
    let target = if target > 0 && target < whole { whole } else { target };
    let mut biases = vec![0.0; means.len()];
    if target > count {
        order[count..target].iter().for_each(|&place| biases[place] = (0.1 - means[place]).clamp(0.0, MOST));
    } else if target < count {
        order[target..].iter().for_each(|&place| biases[place] = LEAST);
    }
    biases
}

/// What to add to log odds so that `factor` times as many of them are positive, as near as the bounds allow.
fn bias_for(mut odds: Vec<f32>, factor: f32, entering: f32) -> f32 {
    odds.sort_unstable_by(|left, right| right.total_cmp(left));
    let count = odds.partition_point(|&odds| odds > 0.0);
    if count == 0 {
        return MOST * entering;
    }
    let target = ((count as f32 * factor).round() as usize).min(odds.len());
    if target == count {
        return 0.0;
    }
    let bias = match (target.checked_sub(1).and_then(|last| odds.get(last)), odds.get(target)) {
        (Some(last), Some(next)) => -last.midpoint(*next),
        (Some(last), None) => -last + 0.1,
        (None, _) => LEAST,
    };
    bias.clamp(LEAST, MOST)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_likeliest_notes_stay_and_come_first() {
        let odds = vec![3.0, 1.0, 0.5, 0.1, -0.5, -1.5, -9.0];
        let count = |factor: f32| {
            let bias = bias_for(odds.clone(), factor, 0.0);
            odds.iter().filter(|&&odds| odds + bias > 0.0).count()
        };
        assert_eq!([0.5, 1.0, 1.25, 1.5, 3.0].map(count), [2, 4, 5, 6, 6], "what is absurd stays out");
        assert!(bias_for(vec![-1.0, -3.0], 1.5, 0.0).abs() < 1e-6);
        assert!((bias_for(vec![-1.0, -3.0], 1.5, 1.0) - MOST).abs() < 1e-6, "a silent part is asked to play");
    }

    #[test]
    fn a_backbeat_stays_whole_where_the_band_plays_less() {
        let mut means = vec![-5.0; 16];
        (means[4], means[12], means[7], means[14]) = (1.0, 3.0, 2.0, 0.5);
        let struck = |factor: f32, backbeat: bool| -> Vec<usize> {
            let biases = biases_in_bar(&means, factor, backbeat);
            (0..16).filter(|&place| means[place] + biases[place] > 0.0).collect()
        };
        assert_eq!(struck(0.5, true), [4, 12]);
        assert_eq!(struck(0.3, true), [4, 12]);
        assert_eq!(struck(0.5, false), [7, 12]);
        assert_eq!(struck(0.0, true), [] as [usize; 0]);
        assert_eq!(struck(1.0, true), [4, 7, 12, 14]);
        means[2] = -1.0;
        let biases = biases_in_bar(&means, 1.25, true);
        assert!(means[2] + biases[2] > 0.0 && biases.iter().filter(|bias| **bias > 0.0).count() == 1);
    }

    proptest! {
        #[test]
        fn more_never_makes_fewer(odds in prop::collection::vec(-6.0_f32..6.0, 1..60), less in 0.1_f32..2.0, more in 0.0_f32..1.0) {
            let count = |factor: f32| {
                let bias = bias_for(odds.clone(), factor, 0.0);
                odds.iter().filter(|&&odds| odds + bias > 0.0).count()
            };
            prop_assert!(count(less) <= count(less + more));
        }
    }
}
