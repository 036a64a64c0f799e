//! Songs for tests that count choices: the same on every system, since they are made from integers alone.

use continuo_music::{
    meter::{Meter, MeterMap},
    note::Note,
    settings::{Settings, Shape},
    time::{TICKS_PER_STEP, Tick},
};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Phrases of each song, and the bars of each.
pub const PHRASES: usize = 4;
const BARS: u8 = 4;

/// A melody, its meters, and what the player chose for it.
pub struct MadeSong {
    pub melody: Vec<Note>,
    pub meters: MeterMap,
    pub settings: Settings,
}

/// Pitch classes of a major and of a minor scale.
const SCALES: [[u8; 7]; 2] = [[0, 2, 4, 5, 7, 9, 11], [0, 2, 3, 5, 7, 8, 10]];

/// The song with a number: another genre, key, meter, temperature and seed each, of sixteen bars. Its second half begins as
/// its first, so that phrases come back.
pub fn song(number: usize) -> MadeSong {
    let mut random = ChaCha8Rng::seed_from_u64(number as u64);
    let meters = [(4, 4), (4, 4), (3, 4), (6, 8), (5, 4)];
    let (numerator, denominator) = meters[number % meters.len()];
    let meter = Meter { numerator, denominator };
    let (key, scale) = (random.random_range(0..12_u8), SCALES[random.random_range(0..2)]);
    let half = Tick::from(BARS) * meter.bar_ticks() * (PHRASES as Tick / 2);
    let first = phrase_melody(&mut random, half, key, scale);
    let second = phrase_melody(&mut random, half, key, scale);
    let again = |note: &Note| Note { start: note.start + half, ..*note };
    let comes_back = random.random_bool(0.5);
    let begins_again = first.iter().filter(|note| note.start < half / 2);
    let goes_on = second.iter().filter(|note| !comes_back || note.start >= half / 2);
    let mut melody: Vec<Note> = first.clone();
    if comes_back {
        melody.extend(begins_again.map(again));
    }
    melody.extend(goes_on.map(again));
    // A last note, so that every song has all its phrases.
    let bar = meter.bar_ticks();
    melody.retain(|note| note.start < 2 * half - bar);
    melody.push(Note { start: 2 * half - bar, pitch: 60 + key, length: bar, velocity: 90 });
    let shape = Shape {
        genre: (number % 16) as u8,
        temperature: f32::from(random.random_range(0..=6_u8)) / 4.0,
        seed: random.random_range(0..10_000),
        takes: [1, 4, 2][number % 3],
        ..Shape::default()
    };
    MadeSong {
        melody,
        meters: MeterMap::new(meter),
        settings: Settings { phrase_bars: BARS, shape, ..Settings::default() },
    }
}

/// A line of so many ticks that walks and leaps along a scale, with a few notes beside it, rests and loud notes.
fn phrase_melody(random: &mut ChaCha8Rng, ticks: Tick, key: u8, scale: [u8; 7]) -> Vec<Note> {
    let (mut notes, mut at, mut degree) = (Vec::new(), 0, 7_i32);
    while at < ticks {
        let steps = [1, 2, 2, 4, 4, 4, 6, 8][random.random_range(0..8)];
        let length = (steps * TICKS_PER_STEP).min(ticks - at);
        degree = (degree + [-4, -2, -1, -1, 0, 1, 1, 2, 4][random.random_range(0..9)]).clamp(0, 14);
        let beside = u8::from(random.random_bool(0.06));
        let pitch = 55 + key + 12 * (degree / 7) as u8 + scale[(degree % 7) as usize] + beside;
        if random.random_bool(0.88) {
            notes.push(Note { start: at, pitch, length, velocity: random.random_range(50..120) });
        }
        at += length;
    }
    notes
}
