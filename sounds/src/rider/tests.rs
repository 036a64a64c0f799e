use super::*;
use crate::{loudness::integrated, stereo::Stereo};

const RATE: u32 = 48_000;

/// Chords that come and go, with a loudness that is not the usual one: `decibels` away from it.
fn music(seconds: u32, sample_rate: u32, decibels: f64) -> Stereo {
    let wave = |index: u32, frequency: f64| (f64::from(index) * frequency * 2.0 * PI / f64::from(sample_rate)).sin();
    let beat = |index: u32| 1.0 - 0.7 * f64::from(index % (sample_rate / 2)) / f64::from(sample_rate / 2);
    let side = |low: f64, high: f64| -> Vec<f32> {
        (0..seconds * sample_rate)
            .map(|index| (beat(index) * (wave(index, low) + wave(index, 440.0) + 0.3 * wave(index, high))) as f32 * 0.1)
            .collect()
    };
    let mut sound = Stereo { sample_rate, left: side(61.0, 3000.0), right: side(67.0, 9000.0) };
    let wanted = TARGET + decibels - integrated(&sound).expect("it is heard");
    sound.amplify(10_f64.powf(wanted / 20.0) as f32);
    sound
}

/// Lets a rider hear the sound in blocks and turns it up as the rider does. Returns the rider's gain after each block.
fn ride(rider: &mut Rider, sound: &mut Stereo, block: usize, share: f32, learn: bool) -> Vec<f64> {
    let mut gains = Vec::new();
    for (left, right) in sound.left.chunks_mut(block).zip(sound.right.chunks_mut(block)) {
        rider.hear(Heard { left, right, gain: 1.0, share, learn });
        left.iter_mut().chain(right).for_each(|sample| *sample *= rider.factor());
        gains.push(rider.gain);
    }
    gains
}

#[test]
fn it_measures_as_the_standard_does() {
    for rate in [44_100, 48_000, 96_000] {
        let sound = music(10, rate, 3.0);
        let mut rider = Rider::new(f64::from(rate));
        let powers = sound.left.iter().zip(&sound.right).map(|(&left, &right)| rider.weighting.power(left, right));
        let mean = powers.sum::<f64>() / sound.left.len() as f64;
        assert!((decibels(mean) - (TARGET + 3.0)).abs() < 0.1, "{rate} Hz: {}", decibels(mean));
    }
}

#[test]
fn a_soft_and_a_loud_song_come_to_the_usual_loudness_slowly() {
    for off in [-4.0, -2.0, 0.0, 4.0] {
        let mut sound = music(40, RATE, off);
        let mut rider = Rider::new(f64::from(RATE));
        let gains = ride(&mut rider, &mut sound, 480, 1.0, true);
        let fastest = gains.windows(101).map(|pair| (pair[100] - pair[0]).abs()).fold(0.0, f64::max);
        assert!(fastest <= SPEED * 1.2, "{off}: {fastest} dB a second");
        let loudness = integrated(&sound).expect("it is heard");
        assert!((loudness - TARGET).abs() < 1.0, "{off}: {loudness}");
        let late = gains[2000..].iter().map(|gain| (gain - gains[2000]).abs()).fold(0.0, f64::max);
        assert!(late < 0.6, "{off}: it moves by {late} dB in the second half");
    }
}

#[test]
fn it_goes_no_farther_than_it_may_and_rests_do_not_move_it() {
    let mut rider = Rider::new(f64::from(RATE));
    ride(&mut rider, &mut music(60, RATE, -14.0), 64, 1.0, true);
    assert!((rider.gain - FARTHEST).abs() < 1e-9, "{}", rider.gain);
    let mut rider = Rider::new(f64::from(RATE));
    ride(&mut rider, &mut music(20, RATE, 2.0), 64, 1.0, true);
    let before = rider.gain;
    ride(&mut rider, &mut music(20, RATE, -40.0), 64, 1.0, true);
    assert!((rider.gain - before).abs() < 0.2, "{} {before}", rider.gain);
    ride(&mut rider, &mut music(20, RATE, -8.0), 64, 1.0, false);
    assert!((rider.gain - before).abs() < 0.2, "it does not learn");
    rider.reset();
    assert!((rider.factor() - 1.0).abs() < 1e-6);
}

#[test]
fn what_the_player_made_softer_stays_softer() {
    let mut rider = Rider::new(f64::from(RATE));
    ride(&mut rider, &mut music(30, RATE, -6.0), 64, 10_f32.powf(-0.6), true);
    assert!(rider.gain.abs() < 0.2, "{}", rider.gain);
}

#[test]
fn it_is_in_the_same_place_however_the_sound_is_cut_and_survives_what_is_no_number() {
    let gain = |block: usize| {
        let mut rider = Rider::new(f64::from(RATE));
        let mut sound = music(5, RATE, -3.0);
        sound.left[1000] = f32::NAN;
        sound.right[2000] = f32::INFINITY;
        for (left, right) in sound.left.chunks(block).zip(sound.right.chunks(block)) {
            rider.hear(Heard { left, right, gain: 1.0, share: 1.0, learn: true });
        }
        rider.gain
    };
    assert!(gain(1) > 0.5, "{}", gain(1));
    for block in [7, 64, 4096] {
        assert!((gain(block) - gain(1)).abs() < 1e-12, "{block}");
    }
}
