//! A limiter without delay, for sound that is heard while it is played.

/// The highest sample that leaves, from 0 to 1: a decibel and a half below full scale. A gain that falls at once leaves
/// corners, between whose samples more lies than with a limiter that looks ahead.
const CEILING: f32 = 0.841;
/// How long the gain stays low after a peak, in seconds: longer than the waves of a bass, so that it does not follow them.
const HOLD: f64 = 0.03;
/// Peaks that need less gain than this times the gain at hand keep it waiting: those of a steady tone differ a little.
const NEAR: f32 = 1.1;
/// How fast its gain comes back, in seconds.
const RELEASE: f64 = 0.12;

/// A stereo limiter that delays nothing: sound leaves at the sample at which it came, so it stays with the notes that go
/// to the host.
///
/// Its gain falls at once where a sample would pass the ceiling, which flattens the rise of the first loud wave. Then it
/// waits and comes back slowly, so the waves after it keep their shape.
pub struct InstantLimiter {
    gain: f32,
    /// Samples for which the gain waits.
    waiting: u32,
    hold: u32,
    release: f32,
}

impl InstantLimiter {
    /// A limiter for a sample rate in Hz.
    pub fn new(sample_rate: f64) -> Self {
        let release = 1.0 - (-1.0 / (RELEASE * sample_rate)).exp() as f32;
        Self { gain: 1.0, waiting: 0, hold: (HOLD * sample_rate) as u32, release }
    }

    /// Forgets the sound before.
    pub const fn reset(&mut self) {
        (self.gain, self.waiting) = (1.0, 0);
    }

    /// Limits a stretch of sound in place.
    pub fn process(&mut self, left: &mut [f32], right: &mut [f32]) {
        for (left, right) in left.iter_mut().zip(right) {
            if !left.is_finite() || !right.is_finite() {
                (*left, *right) = (0.0, 0.0);
                continue;
            }
            let loud = left.abs().max(right.abs());
            let most = if loud > CEILING { CEILING / loud } else { 1.0 };
            self.gain = self.gain.min(most);
            if most < 1.0 && most <= self.gain * NEAR {
                self.waiting = self.hold;
            } else if self.waiting > 0 {
                self.waiting -= 1;
            } else {
                self.gain = (self.gain + (1.0 - self.gain) * self.release).min(most);
            }
            *left = (*left * self.gain).clamp(-CEILING, CEILING);
            *right = (*right * self.gain).clamp(-CEILING, CEILING);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::{prelude::*, test_runner::Config};

    fn sine(frequency: f32, amplitude: f32, frames: usize) -> Vec<f32> {
        let turn = std::f32::consts::TAU * frequency / 48_000.0;
        (0..frames).map(|index| (index as f32 * turn).sin() * amplitude).collect()
    }

    #[test]
    fn quiet_sound_passes_unchanged_at_its_sample() {
        let mut limiter = InstantLimiter::new(48_000.0);
        let sound = sine(440.0, 0.8, 4800);
        let (mut left, mut right) = (sound.clone(), sound.clone());
        limiter.process(&mut left, &mut right);
        assert_eq!((&left, &right), (&sound, &sound));
    }

    #[test]
    fn a_loud_tone_keeps_its_shape_after_its_first_wave() {
        for frequency in [45.0, 220.0, 2000.0] {
            let mut limiter = InstantLimiter::new(48_000.0);
            let mut left = sine(frequency, 2.0, 24_000);
            let (wanted, mut right) = (sine(frequency, CEILING, 24_000), left.clone());
            limiter.process(&mut left, &mut right);
            let off = left.iter().zip(&wanted).skip(12_000).map(|(one, other)| (one - other).abs()).fold(0.0, f32::max);
            assert!(off < 0.01, "{frequency} Hz: {off}");
        }
    }

    #[test]
    fn a_low_bass_that_fades_stays_clean_at_the_highest_levels() {
        for (frequency, fading) in [(41.2_f32, 6.0_f32), (41.2, 12.0), (55.0, 12.0), (110.0, 6.0)] {
            let fade = |index: usize| 10_f32.powf(-fading * index as f32 / 48_000.0 / 20.0);
            // Four times full scale: all levels at their highest.
            let tone = sine(frequency, 3.5, 48_000);
            let mut left: Vec<f32> = tone.iter().enumerate().map(|(index, sample)| sample * fade(index)).collect();
            let mut right = left.clone();
            InstantLimiter::new(48_000.0).process(&mut left, &mut right);
            // What its waves hold besides the tone, from the second one on: each is compared with a sine of its own height.
            let wave = (48_000.0 / frequency) as usize;
            let (mut other, mut whole) = (0.0_f64, 0.0_f64);
            for (played, tone) in left.chunks_exact(wave).zip(tone.chunks_exact(wave)).skip(2) {
                let product = |one: &[f32], two: &[f32]| -> f64 {
                    one.iter().zip(two).map(|(one, two)| f64::from(one * two)).sum()
                };
                let height = product(played, tone) / product(tone, tone);
                whole += product(played, played);
                other += played
                    .iter()
                    .zip(tone)
                    .map(|(played, tone)| (f64::from(*played) - height * f64::from(*tone)).powi(2))
                    .sum::<f64>();
            }
            let share = (other / whole).sqrt();
            assert!(share < 0.02, "{frequency} Hz, {fading} dB a second: {share}");
        }
    }

    #[test]
    fn nothing_passes_full_scale_between_samples_either() {
        // Notes that begin at once, with overtones up to near half the rate, four times too loud.
        let note = |index: usize| {
            let (time, since) = (index as f32 / 48_000.0, (index % 6000) as f32 / 48_000.0);
            let overtones = [(55.0, 1.0), (660.0, 0.6), (2900.0, 0.5), (9700.0, 0.3), (15_100.0, 0.2)];
            let wave = |(frequency, part): (f32, f32)| (time * frequency * std::f32::consts::TAU).sin() * part;
            overtones.map(wave).iter().sum::<f32>() * 2.0 * (-since * 12.0).exp()
        };
        let mut left: Vec<f32> = (0..96_000).map(note).collect();
        let mut right = left.clone();
        InstantLimiter::new(48_000.0).process(&mut left, &mut right);
        let mut meter = ebur128::EbuR128::new(2, 48_000, ebur128::Mode::TRUE_PEAK).expect("a meter");
        meter.add_frames_planar_f32(&[&left, &right]).expect("it measures");
        let peak = meter.true_peak(0).expect("a peak");
        assert!((0.8..1.0).contains(&peak), "{peak}");
    }

    #[test]
    fn the_gain_comes_back_after_a_click() {
        let mut limiter = InstantLimiter::new(48_000.0);
        let mut sound = vec![0.5; 48_000];
        sound[100] = 4.0;
        let mut other = sound.clone();
        limiter.process(&mut sound, &mut other);
        assert!(sound[200] < 0.2, "the gain is held: {}", sound[200]);
        assert!(sound[47_999] > 0.495, "{}", sound[47_999]);
    }

    proptest! {
        #![proptest_config(Config { cases: 64, ..Config::default() })]

        #[test]
        fn nothing_leaves_above_the_ceiling(sound in prop::collection::vec(-8.0_f32..8.0, 1..2000), odd in 0_usize..2000) {
            let mut limiter = InstantLimiter::new(44_100.0);
            let (mut left, mut right) = (sound.clone(), sound);
            if let Some(sample) = left.get_mut(odd) {
                *sample = f32::NAN;
            }
            limiter.process(&mut left, &mut right);
            prop_assert!(left.iter().chain(&right).all(|sample| sample.abs() <= CEILING));
        }
    }
}
