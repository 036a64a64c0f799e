//! Brings what is heard while it is played to the usual loudness, as slowly as a hand on a fader.

use crate::loudness::TARGET;
use std::f64::consts::PI;

/// How often it looks at the loudness, in seconds.
const LOOK: f64 = 0.1;
/// How many seconds of music at the usual loudness it believes in before it has heard any.
const BELIEF: f64 = 1.0;
/// Over so many seconds of music it forgets what it heard.
const MEMORY: f64 = 120.0;
/// How fast its gain moves at most, in decibels a second: hardly anybody hears that.
const SPEED: f64 = 1.5;
/// How far its gain goes at most, in decibels.
const FARTHEST: f64 = 8.0;
/// What is so much softer than the music, in LU, is a rest, as EBU R 128 has it.
const REST: f64 = 10.0;
/// Nothing softer than this is music, in LUFS.
const SILENCE: f64 = -50.0;

/// A fader that finds the level of a song within its first seconds and then hardly moves: it follows the loudness of all
/// that it heard of the song, so soft and loud passages keep their distance.
///
/// It measures as EBU R 128 does, in steps of a tenth of a second, and is in the same place after the same sound.
pub struct Rider {
    weighting: Weighting,
    /// Samples between two looks, and those since the last one with their power.
    look: u32,
    count: u32,
    sum: f64,
    /// The power of the music that it heard, and for how many looks.
    power: f64,
    looks: f64,
    /// Its gain in decibels.
    gain: f64,
}

/// The sound that a rider hears.
#[derive(Clone, Copy, Debug)]
pub struct Heard<'a> {
    /// The left side, before the rider's gain.
    pub left: &'a [f32],
    /// The right side.
    pub right: &'a [f32],
    /// The factor by which it is louder without the rider.
    pub gain: f32,
    /// The part of its usual power that is left of it where some of the band are softer, 1 where none is.
    pub share: f32,
    /// Whether the rider learns from it. Otherwise it stays where it is.
    pub learn: bool,
}

impl Rider {
    /// A rider for a sample rate in Hz.
    pub fn new(sample_rate: f64) -> Self {
        Self {
            weighting: Weighting::new(sample_rate),
            look: ((sample_rate * LOOK) as u32).max(1),
            count: 0,
            sum: 0.0,
            power: 0.0,
            looks: 0.0,
            gain: 0.0,
        }
    }

    /// Forgets the song.
    pub fn reset(&mut self) {
        self.weighting.reset();
        (self.count, self.sum, self.power, self.looks, self.gain) = (0, 0.0, 0.0, 0.0, 0.0);
    }

    /// By how much what comes next is louder, as a factor.
    pub fn factor(&self) -> f32 {
        10_f64.powf(self.gain / 20.0) as f32
    }

    /// Hears the next stretch of sound.
    pub fn hear(&mut self, heard: Heard<'_>) {
        let gain = f64::from(heard.gain).powi(2);
        for (&left, &right) in heard.left.iter().zip(heard.right) {
            self.sum += self.weighting.power(left, right) * gain;
            self.count += 1;
            if self.count >= self.look {
                let power = self.sum / f64::from(self.count);
                (self.count, self.sum) = (0, 0.0);
                if heard.learn {
                    self.learn(power, f64::from(heard.share));
                }
            }
        }
    }

    fn learn(&mut self, power: f64, share: f64) {
        if !power.is_finite() {
            return;
        }
        // Soft where the band was made softer is as loud as it should be.
        let power = power / share.max(0.01);
        let loudness = decibels(power);
        let before = if self.looks > 0.0 { decibels(self.power / self.looks) } else { SILENCE };
        if loudness > SILENCE && loudness > before - REST {
            let keep = (-LOOK / MEMORY).exp();
            self.power = self.power * keep + power;
            self.looks = self.looks * keep + 1.0;
        }
        let wanted = (TARGET - decibels(self.mean())).clamp(-FARTHEST, FARTHEST);
        self.gain += (wanted - self.gain).clamp(-SPEED * LOOK, SPEED * LOOK);
    }

    /// The mean power of what it heard, and of what it believed before.
    fn mean(&self) -> f64 {
        let belief = BELIEF / LOOK;
        (belief * 10_f64.powf((TARGET + OFFSET) / 10.0) + self.power) / (belief + self.looks)
    }
}

/// The constant of the standard: the loudness of a power of 1 is -0.691.
const OFFSET: f64 = 0.691;

/// A power as loudness.
fn decibels(power: f64) -> f64 {
    10.0 * power.max(1e-12).log10() - OFFSET
}

/// How loud ears find frequencies, by ITU-R BS.1770: a shelf for what the head adds, and a high-pass filter. Both sides side
/// by side.
struct Weighting {
    shelf: Filter,
    high_pass: Filter,
}

impl Weighting {
    /// The standard's filters at a sample rate in Hz: it gives their coefficients at 48 kHz, of which these are the
    /// frequencies and qualities.
    fn new(sample_rate: f64) -> Self {
        let slope = |frequency: f64| (PI * frequency / sample_rate).tan();
        let (k, quality) = (slope(1_681.974_450_955_533), 0.707_175_236_955_419_6);
        let (high, band) = (1.584_864_701_130_855, 1.258_720_930_232_562);
        let numerator = [high + band * k / quality + k * k, 2.0 * (k * k - high), high - band * k / quality + k * k];
        let shelf = Filter::new(numerator, k, quality);
        let (k, quality) = (slope(38.135_470_876_024_44), 0.500_327_037_323_877_3);
        let whole = 1.0 + k / quality + k * k;
        // The standard leaves its numerator as 1, -2, 1.
        let high_pass = Filter::new([whole, -2.0 * whole, whole], k, quality);
        Self { shelf, high_pass }
    }

    fn reset(&mut self) {
        self.shelf.state = Default::default();
        self.high_pass.state = Default::default();
    }

    /// The power of the next sample.
    fn power(&mut self, left: f32, right: f32) -> f64 {
        let [left, right] = [left, right].map(|sample| if sample.is_finite() { f64::from(sample) } else { 0.0 });
        let [left, right] = self.high_pass.next(self.shelf.next([left, right]));
        left * left + right * right
    }
}

/// A filter of second order for two sides.
struct Filter {
    numerator: [f64; 3],
    denominator: [f64; 2],
    state: [[f64; 2]; 2],
}

impl Filter {
    /// A filter with this numerator before it is normalised, by the bilinear transform of a frequency and quality.
    fn new(numerator: [f64; 3], k: f64, quality: f64) -> Self {
        let whole = 1.0 + k / quality + k * k;
        Self {
            numerator: numerator.map(|part| part / whole),
            denominator: [2.0 * (k * k - 1.0) / whole, (1.0 - k / quality + k * k) / whole],
            state: Default::default(),
        }
    }

    fn next(&mut self, input: [f64; 2]) -> [f64; 2] {
        let ([b0, b1, b2], [a1, a2]) = (self.numerator, self.denominator);
        let mut output = [0.0; 2];
        for side in 0..2 {
            let sample = input[side];
            output[side] = b0 * sample + self.state[0][side];
            self.state[0][side] = b1 * sample - a1 * output[side] + self.state[1][side];
            self.state[1][side] = b2 * sample - a2 * output[side];
        }
        output
    }
}

#[cfg(test)]
mod tests;
