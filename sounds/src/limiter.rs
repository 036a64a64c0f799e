//! A limiter that looks ahead: no sample leaves it above its ceiling.

/// The highest sample that leaves, from 0 to 1: a decibel below full scale, room for what lies between samples.
pub const CEILING: f32 = 0.891;
/// How far it looks ahead, in seconds.
const AHEAD: f64 = 0.0015;
/// How fast its gain comes back, in seconds.
const RELEASE: f64 = 0.12;

/// A stereo limiter. Sound leaves it later by [`Limiter::delay`] samples.
///
/// For each sample it knows the gain that brings it to the ceiling. The gain falls to the smallest of those ahead, and a
/// moving average over the same time makes a slope of each step: it ends where the sample leaves.
pub struct Limiter {
    left: Vec<f32>,
    right: Vec<f32>,
    /// The smallest gains ahead in order of time, each smaller than those after it: a ring.
    least: Vec<(u64, f32)>,
    first: usize,
    count: usize,
    /// The gains over which the average is taken: a ring.
    gains: Vec<f32>,
    sum: f64,
    gain: f32,
    release: f32,
    /// The sample's number.
    now: u64,
}

impl Limiter {
    /// A limiter for a sample rate in Hz.
    pub fn new(sample_rate: f64) -> Self {
        let ahead = ((sample_rate * AHEAD) as usize).max(1);
        Self {
            left: vec![0.0; ahead],
            right: vec![0.0; ahead],
            least: vec![(0, 1.0); ahead + 2],
            first: 0,
            count: 0,
            gains: vec![1.0; ahead],
            sum: ahead as f64,
            gain: 1.0,
            release: 1.0 - (-1.0 / (RELEASE * sample_rate)).exp() as f32,
            now: 0,
        }
    }

    /// By how many samples sound leaves later.
    pub fn delay(&self) -> usize {
        self.left.len()
    }

    /// Forgets the sound that is in it.
    pub fn reset(&mut self) {
        self.left.fill(0.0);
        self.right.fill(0.0);
        self.gains.fill(1.0);
        self.sum = self.gains.len() as f64;
        (self.first, self.count, self.gain, self.now) = (0, 0, 1.0, 0);
    }

    /// Limits a stretch of sound in place.
    pub fn process(&mut self, left: &mut [f32], right: &mut [f32]) {
        for (left, right) in left.iter_mut().zip(right) {
            // Sound that is not a number would stay in the average for ever.
            let (in_left, in_right) = (finite(*left), finite(*right));
            let loud = in_left.abs().max(in_right.abs());
            let least = self.least_ahead(if loud > CEILING { CEILING / loud } else { 1.0 });
            self.gain = if least < self.gain { least } else { self.gain + (least - self.gain) * self.release };
            let place = (self.now % self.left.len() as u64) as usize;
            self.sum += f64::from(self.gain) - f64::from(std::mem::replace(&mut self.gains[place], self.gain));
            let gain = (self.sum / self.gains.len() as f64) as f32;
            *left = (std::mem::replace(&mut self.left[place], in_left) * gain).clamp(-CEILING, CEILING);
            *right = (std::mem::replace(&mut self.right[place], in_right) * gain).clamp(-CEILING, CEILING);
            self.now += 1;
        }
    }

    /// The smallest gain of this sample and of those that are still to leave.
    fn least_ahead(&mut self, gain: f32) -> f32 {
        let room = self.least.len();
        let at = |index: usize| index % room;
        while self.count > 0 && self.least[at(self.first + self.count - 1)].1 >= gain {
            self.count -= 1;
        }
        self.least[at(self.first + self.count)] = (self.now, gain);
        self.count += 1;
        while self.least[self.first].0 + (self.left.len() as u64) < self.now {
            self.first = at(self.first + 1);
            self.count -= 1;
        }
        self.least[self.first].1
    }
}

fn finite(sample: f32) -> f32 {
    if sample.is_finite() { sample.clamp(-1e6, 1e6) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::{prelude::*, test_runner::Config};

    #[test]
    fn quiet_sound_passes_unchanged_and_later() {
        let mut limiter = Limiter::new(48_000.0);
        let delay = limiter.delay();
        assert_eq!(delay, 72);
        let sound: Vec<f32> = (0..1000).map(|index| (index as f32 * 0.1).sin() * 0.5).collect();
        let (mut left, mut right) = (sound.clone(), sound.clone());
        limiter.process(&mut left, &mut right);
        for (index, sample) in left.iter().enumerate().skip(delay) {
            assert!((sample - sound[index - delay]).abs() < 1e-6, "sample {index}");
        }
        assert_eq!(left, right);
        limiter.reset();
        let mut silence = [vec![0.0; 200], vec![0.0; 200]];
        let [left, right] = &mut silence;
        limiter.process(left, right);
        assert!(silence.iter().flatten().all(|&sample| sample == 0.0));
    }

    #[test]
    fn the_gain_has_no_steps() {
        let mut limiter = Limiter::new(48_000.0);
        let (mut left, mut right) = (vec![0.5; 4000], vec![0.5; 4000]);
        left[2000] = 4.0;
        limiter.process(&mut left, &mut right);
        let step = right[200..].windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max);
        assert!(step < 0.01, "a step of {step}");
        assert!((left[2000 + limiter.delay()] - CEILING).abs() < 1e-3);
    }

    proptest! {
        #![proptest_config(Config { cases: 64, failure_persistence: None, ..Config::default() })]

        #[test]
        fn nothing_leaves_above_the_ceiling_however_the_sound_is_cut(
            loud in prop::collection::vec((0_u16..3000, -20.0_f32..20.0), 1..30),
            cut in 1_usize..300,
        ) {
            let mut sound = vec![0.1_f32; 3000];
            for (place, sample) in loud {
                sound[usize::from(place)] = sample;
            }
            let (mut whole, mut pieces) = (sound.clone(), sound.clone());
            Limiter::new(44_100.0).process(&mut whole, &mut sound.clone());
            let mut limiter = Limiter::new(44_100.0);
            for (left, right) in pieces.chunks_mut(cut).zip(sound.chunks_mut(cut)) {
                limiter.process(left, right);
            }
            prop_assert!(whole.iter().all(|sample| sample.abs() <= CEILING));
            prop_assert_eq!(whole, pieces);
        }
    }
}
