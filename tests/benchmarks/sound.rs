//! What the sounds cost the audio thread: 64 frames at 48 kHz of five parts and a melody, mixed by one player or with an
//! output for each. Beside criterion's figure, the median and the worst of a long run are printed as a share of the block's
//! time, and a checksum of all that it played: another synthesizer that prints the same one sounds the same to the last bit.

use continuo_sounds::{Font, InstantLimiter, Message, Player, Rider, rider::Heard};
use criterion::{Criterion, criterion_group, criterion_main};
use std::{hint::black_box, time::Instant};

const RATE: f64 = 48_000.0;
const FRAMES: usize = 64;
/// Blocks in a sixteenth at 120 quarter notes a minute.
const STEP: usize = 93;
/// Blocks of the long run: 40 seconds.
const BLOCKS: usize = 30_000;

/// A band that plays: hi-hats in eighths with a beat, a bass in eighths, chords of four notes in half bars, strings of
/// three in bars, a counter-melody in eighths and a melody in quarters.
struct Session {
    /// One for all channels, or one for each of them.
    outputs: Vec<Output>,
    mix: InstantLimiter,
    rider: Rider,
    block: usize,
}

struct Output {
    player: Player,
    limiter: InstantLimiter,
    left: [f32; FRAMES],
    right: [f32; FRAMES],
}

/// The melody's and the parts' channels with their programs; the drums' last.
const CHANNELS: [(u8, u8); 6] = [(0, 71), (1, 33), (2, 0), (3, 48), (4, 73), (9, 0)];

impl Session {
    fn new(outputs: usize) -> Self {
        let font = Font::built_in().expect("the built-in SoundFont");
        let output = || {
            let player = Player::new(&font, RATE).expect("a player");
            Output { player, limiter: InstantLimiter::new(RATE), left: [0.0; FRAMES], right: [0.0; FRAMES] }
        };
        let outputs = (0..outputs).map(|_| output()).collect();
        let mut session = Self { outputs, mix: InstantLimiter::new(RATE), rider: Rider::new(RATE), block: 0 };
        for (channel, program) in CHANNELS {
            session.player(channel).send(Message::Program(channel, program));
        }
        session
    }

    fn player(&mut self, channel: u8) -> &mut Player {
        let place = CHANNELS.iter().position(|(other, _)| *other == channel).unwrap_or(0);
        let place = place % self.outputs.len();
        &mut self.outputs[place].player
    }

    fn strike(&mut self, channel: u8, before: &[u8], pitches: &[u8]) {
        let player = self.player(channel);
        for &pitch in before {
            player.send(Message::NoteOff(channel, pitch));
        }
        for &pitch in pitches {
            player.send(Message::NoteOn(channel, pitch, 90));
        }
    }

    fn step(&mut self, step: usize) {
        let turn = (step / 8 % 2) as u8 * 5;
        let back = 5 - turn;
        if step.is_multiple_of(2) {
            self.strike(9, &[], &[42, [36, 42, 38, 42][step / 2 % 4]]);
            let note = (step / 2 % 5) as u8;
            self.strike(1, &[36 + (note + 4) % 5], &[36 + note]);
            self.strike(4, &[72 + (note + 4) % 5], &[72 + note]);
        }
        if step.is_multiple_of(8) {
            self.strike(2, &[60, 64, 67, 71].map(|pitch| pitch + back), &[60, 64, 67, 71].map(|pitch| pitch + turn));
        }
        if step.is_multiple_of(16) {
            let (now, before) = ((step / 16 % 2) as u8 * 3, (step / 16 + 1) as u8 % 2 * 3);
            self.strike(3, &[55, 60, 64].map(|pitch| pitch + before), &[55, 60, 64].map(|pitch| pitch + now));
        }
        if step.is_multiple_of(4) {
            let note = (step / 4 % 7) as u8;
            self.strike(0, &[67 + (note + 6) % 7], &[67 + note]);
        }
    }

    /// Plays a block. Returns the left and the right side of the mix.
    fn block(&mut self) -> [[f32; FRAMES]; 2] {
        if self.block.is_multiple_of(STEP) {
            self.step(self.block / STEP);
        }
        self.block += 1;
        let (mut left, mut right) = ([0.0; FRAMES], [0.0; FRAMES]);
        for output in &mut self.outputs {
            output.player.render(&mut output.left, &mut output.right);
            for index in 0..FRAMES {
                left[index] += output.left[index];
                right[index] += output.right[index];
            }
            output.limiter.process(&mut output.left, &mut output.right);
            black_box(&output.left);
        }
        self.rider.hear(Heard { left: &left, right: &right, gain: 2.0, share: 1.0, learn: true });
        let gain = self.rider.factor();
        left.iter_mut().chain(&mut right).for_each(|sample| *sample *= gain);
        self.mix.process(&mut left, &mut right);
        [left, right]
    }
}

fn sound(criterion: &mut Criterion) {
    let mut session = Session::new(1);
    criterion.bench_function("sounds, 64 frames, five parts and a melody", |bencher| bencher.iter(|| session.block()));
    let mut session = Session::new(CHANNELS.len());
    criterion.bench_function("sounds, 64 frames, one output a part", |bencher| bencher.iter(|| session.block()));

    shares("sounds", Session::new(1));
    shares("sounds, one output a part", Session::new(CHANNELS.len()));
}

/// Prints what a block's share of its time is in a long run.
fn shares(name: &str, mut session: Session) {
    let mut times: Vec<u64> = Vec::with_capacity(BLOCKS);
    let mut checksum = 0xcbf2_9ce4_8422_2325_u64;
    for _ in 0..BLOCKS {
        let began = Instant::now();
        let played = session.block();
        times.push(began.elapsed().as_nanos() as u64);
        // FNV-1a, a sample at a time.
        for sample in played.as_flattened() {
            checksum = (checksum ^ u64::from(sample.to_bits())).wrapping_mul(0x0100_0000_01b3);
        }
    }
    println!("{name}, checksum {checksum:016x}");
    times.sort_unstable();
    for (figure, share) in [("median", 0.5), ("99 percent", 0.99), ("worst", 1.0)] {
        let nanoseconds = times[((BLOCKS - 1) as f64 * share) as usize] as f64;
        let share = nanoseconds / (FRAMES as f64 / RATE * 1e9) * 100.0;
        println!("{name}, a block's share: {figure:<12} {:>9.2} us {share:>7.3} %", nanoseconds / 1e3);
    }
}

criterion_group!(benches, sound);
criterion_main!(benches);
