//! How loud sound is, by EBU R 128.

use crate::{
    limiter::{CEILING, Limiter},
    stereo::Stereo,
};
use ebur128::{EbuR128, Mode};

/// The loudness of a written song in LUFS, as streaming services have it.
pub const TARGET: f64 = -16.0;
/// How near to it a song comes, in LU.
const NEAR: f64 = 0.2;
/// The most by which a song is made louder, as a factor: a song of a few soft notes stays one.
const MOST_GAIN: f64 = 30.0;

/// The integrated loudness in LUFS; `None` for sound that is too soft or too short to be measured.
pub fn integrated(sound: &Stereo) -> Option<f64> {
    let mut meter = EbuR128::new(2, sound.sample_rate, Mode::I).ok()?;
    meter.add_frames_planar_f32(&[&sound.left, &sound.right]).ok()?;
    meter.loudness_global().ok().filter(|loudness| loudness.is_finite())
}

/// Brings a song to the [`TARGET`] and below full scale. Returns the gain that it had before the limiter.
pub fn normalise(sound: &mut Stereo) -> f32 {
    let mut gain = 1.0;
    let Some(before) = integrated(sound) else { return 1.0 };
    let mut wanted = TARGET - before;
    let raw = sound.clone();
    // What the limiter takes has to be given again.
    for _ in 0..6 {
        gain = (gain * 10_f64.powf(wanted / 20.0)).min(MOST_GAIN);
        sound.clone_from(&raw);
        sound.amplify(gain as f32);
        if sound.peak() <= CEILING {
            // There is nothing to limit, so it is as loud as the gain makes it.
            break;
        }
        limit(sound);
        wanted = TARGET - integrated(sound).unwrap_or(TARGET);
        if wanted.abs() < NEAR || gain >= MOST_GAIN {
            break;
        }
    }
    gain as f32
}

/// Limits whole sound, without a delay.
pub fn limit(sound: &mut Stereo) {
    let mut limiter = Limiter::new(f64::from(sound.sample_rate));
    let delay = limiter.delay();
    for side in [&mut sound.left, &mut sound.right] {
        side.resize(side.len() + delay, 0.0);
    }
    limiter.process(&mut sound.left, &mut sound.right);
    sound.left.drain(..delay);
    sound.right.drain(..delay);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A tone, as loud as a file of it is known to be: a sine of 997 Hz at -20 dBFS on both sides has -20 LUFS + 3.01 -
    /// 0.691 + 0.69, that is -20 + 3.01 - 3.01 = -20 LUFS.
    fn tone(amplitude: f32, clicks: bool) -> Stereo {
        let wave = |index: usize| {
            let click = if clicks && index.is_multiple_of(12_000) { 8.0 } else { 1.0 };
            (index as f32 * 997.0 * std::f32::consts::TAU / 48_000.0).sin() * amplitude * click
        };
        let side: Vec<f32> = (0..48_000 * 5).map(wave).collect();
        Stereo { sample_rate: 48_000, left: side.clone(), right: side }
    }

    #[test]
    fn a_tone_has_the_loudness_that_the_standard_gives_it() {
        let loudness = integrated(&tone(0.1, false)).expect("a tone");
        assert!((loudness + 20.0).abs() < 0.1, "{loudness}");
        let silence = Stereo { sample_rate: 48_000, left: vec![0.0; 48_000], right: vec![0.0; 48_000] };
        assert_eq!(integrated(&silence), None);
    }

    #[test]
    fn songs_reach_the_target_and_never_full_scale() {
        for (amplitude, clicks) in [(0.01, false), (0.9, false), (0.05, true)] {
            let mut sound = tone(amplitude, clicks);
            let frames = sound.left.len();
            normalise(&mut sound);
            let loudness = integrated(&sound).expect("a tone");
            assert!((loudness - TARGET).abs() < 1.0, "{amplitude}: {loudness}");
            assert!(sound.left.iter().all(|sample| sample.abs() <= CEILING));
            assert_eq!(sound.left.len(), frames);
        }
    }
}
